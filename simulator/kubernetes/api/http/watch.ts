import type { ServerResponse } from 'node:http';
import { type KubeObject, KubeStatusError } from '../../types.ts';
import type { ApiContext } from '../context.ts';
import { statusOf } from '../errors.ts';
import { apiVersionOf, type Resource } from '../resources/resource.ts';
import type { ChangeType, LoggedChange } from '../store.ts';
import { authorizeMany, inVersion, selectorOf } from '../verbs/read.ts';
import { represent } from './represent.ts';
import { type ApiRequest, listOptionsOf } from './request.ts';

/** Answers a watch: what there is where the client asks for it, then every change until the client goes away. */
export function startWatch(
  context: ApiContext,
  request: ApiRequest,
  resource: Resource,
  namespace: string | undefined,
  response: ServerResponse,
): void {
  const options = listOptionsOf(request, namespace);
  authorizeMany(context, request.user, 'watch', resource, options);
  const isSelected = selectorOf(resource, options);
  const from = request.query.get('resourceVersion') ?? '';
  const wantsInitialEvents = request.query.get('sendInitialEvents') === 'true';
  const startsFresh = wantsInitialEvents || from === '' || from === '0';
  const missed = startsFresh ? [] : context.store.changesSince(Number(from));
  const world = context.store.identity();

  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.flushHeaders();
  const write = (type: string, object: unknown) => response.write(`${JSON.stringify({ type, object })}\n`);
  const show = (object: KubeObject) => represent(context, request, resource, inVersion(resource, object));
  const deliver = (change: LoggedChange) => {
    if (change.storageKey !== resource.storageKey) return;
    const type = eventType(change, isSelected);
    if (type) write(type, show(change.object));
  };
  const gone = () => {
    write(
      'ERROR',
      statusOf(new KubeStatusError(410, 'Expired', `too old resource version: ${from} (${context.store.revision()})`)),
    );
    response.end();
  };

  if (missed === undefined) {
    gone();
    return;
  }
  if (startsFresh) {
    const present = context.store.list(resource.storageKey, namespace).filter(isSelected);
    for (const object of present) write('ADDED', show(object));
  }
  if (wantsInitialEvents) write('BOOKMARK', bookmark(resource, context.store.revision()));
  missed.forEach(deliver);
  const unsubscribe = context.store.subscribe((change) => {
    if (context.store.identity() === world) deliver(change);
    else {
      // The world was put back to an earlier state: what the client has seen since never happened.
      unsubscribe();
      gone();
    }
  });
  response.on('close', unsubscribe);
}

/** How a change looks to one who sees the selected objects only. */
function eventType(change: LoggedChange, isSelected: (object: KubeObject) => boolean): ChangeType | undefined {
  const was = change.previous !== null && isSelected(change.previous);
  const is = change.type !== 'DELETED' && isSelected(change.object);
  if (is) return was ? 'MODIFIED' : 'ADDED';
  return was ? 'DELETED' : undefined;
}

function bookmark(resource: Resource, revision: number): Record<string, unknown> {
  return {
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    metadata: {
      resourceVersion: String(revision),
      creationTimestamp: null,
      annotations: { 'k8s.io/initial-events-end': 'true' },
    },
  };
}
