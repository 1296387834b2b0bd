import { KubeStatusError } from '../../types.ts';
import { accessTo, authorize } from '../authorization/authorize.ts';
import type { ApiContext } from '../context.ts';
import { methodNotAllowed, noSuchResource, notFound } from '../errors.ts';
import { ok, type Reply } from './reply.ts';
import type { ApiRequest } from './request.ts';

const PATH = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)\/proxy(\/.*)?$/;
/** `[scheme:]name[:port]`, as the API server takes it. */
const TARGET = /^(?:https?:)?([a-z0-9][a-z0-9.-]*)(?::(\d+))?$/;

/**
 * A request that the API server hands on to a pod; undefined for any other path. The permission is for the name as the path
 * has it, port included: that is what a role's resourceNames are compared with.
 */
export function answerPodProxy(context: ApiContext, request: ApiRequest): Reply | undefined {
  const [, namespace, target, path = '/'] = PATH.exec(request.path) ?? [];
  if (namespace === undefined || target === undefined) return undefined;
  const pods = context.registry.byPath('', 'v1', 'pods');
  if (!pods) throw noSuchResource();
  const asked = decodeURIComponent(target);
  authorize(context, request.user, accessTo('get', pods, { namespace, name: asked }, 'proxy'));
  if (request.method !== 'GET') throw methodNotAllowed();
  const [, name = '', port = '80'] = TARGET.exec(asked) ?? [];
  const pod = context.store.get(pods.storageKey, namespace, name);
  if (!pod) throw notFound(pods, name);
  const page = context.podPages.map((serve) => serve(pod, Number(port), path)).find((text) => text !== undefined);
  if (page === undefined)
    throw new KubeStatusError(
      503,
      'ServiceUnavailable',
      `error trying to reach service: dial tcp: port ${port}: connection refused`,
      {},
    );
  return ok(page);
}
