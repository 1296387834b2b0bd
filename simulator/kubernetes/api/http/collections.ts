import { type KubeObject, KubeStatusError } from '../../types.ts';
import type { ApiContext } from '../context.ts';
import { badRequest } from '../errors.ts';
import type { Resource } from '../resources/resource.ts';
import { type DeleteOptions, deleteStored } from '../verbs/delete.ts';
import { authorizeMany, inVersion, listObjects, selectorOf } from '../verbs/read.ts';
import type { Write } from '../verbs/request.ts';
import { representList } from './represent.ts';
import { type ApiRequest, listOptionsOf } from './request.ts';

type Continuation = { readonly revision: number; readonly after: string };

const keyOf = ({ metadata }: KubeObject) => `${metadata.namespace ?? ''}/${metadata.name}`;

/** A list, in pages where the client sets a limit. */
export function listMany(
  context: ApiContext,
  request: ApiRequest,
  resource: Resource,
  namespace: string | undefined,
): unknown {
  const options = listOptionsOf(request, namespace);
  const all = listObjects(context, request.user, resource, options);
  const continuation = continuationOf(request);
  const revision = continuation?.revision ?? context.store.revision();
  const from = continuation ? all.findIndex((object) => keyOf(object) > continuation.after) : 0;
  const rest = from < 0 ? [] : all.slice(from);
  const limit = Number(request.query.get('limit') ?? 0);
  if (!Number.isInteger(limit) || limit < 0) throw badRequest(`limit: Invalid value: ${request.query.get('limit')}`);
  const version = request.query.get('resourceVersion') ?? '';
  if (continuation && version !== '')
    throw badRequest('specifying resource version is not allowed when using continue');
  // What is served from the watch cache comes whole, whatever the limit.
  const page = limit > 0 && version !== '0' ? rest.slice(0, limit) : rest;
  const last = page.at(-1);
  const metadata: Record<string, unknown> = { resourceVersion: String(revision) };
  if (last && page.length < rest.length) {
    metadata['continue'] = Buffer.from(JSON.stringify({ revision, after: keyOf(last) })).toString('base64url');
    const isSelective = options.labelSelector !== undefined || options.fieldSelector !== undefined;
    if (!isSelective) metadata['remainingItemCount'] = rest.length - page.length;
  }
  return representList(context, request, resource, page, metadata);
}

function continuationOf(request: ApiRequest): Continuation | undefined {
  const token = request.query.get('continue');
  if (!token) return undefined;
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as Continuation;
  } catch {
    throw new KubeStatusError(400, 'BadRequest', 'continue key is not valid: illegal base64 data');
  }
}

/** Deletes every object that the selectors pick. */
export function deleteMany(context: ApiContext, request: ApiRequest, write: Write, options: DeleteOptions): unknown {
  const { resource, namespace } = write.target;
  const selection = listOptionsOf(request, namespace);
  authorizeMany(context, write.user, 'deletecollection', resource, selection);
  const objects = context.store.list(resource.storageKey, namespace).filter(selectorOf(resource, selection));
  const deleted = objects.map(
    (object) => deleteStored(context, resource, object, options, write.options.dryRun).object,
  );
  const metadata = { resourceVersion: String(context.store.revision()) };
  return representList(
    context,
    request,
    resource,
    deleted.map((object) => inVersion(resource, object)),
    metadata,
  );
}
