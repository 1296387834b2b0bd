import { KubeStatusError } from '../../types.ts';
import { accessTo, authorize } from '../authorization/authorize.ts';
import type { ApiContext } from '../context.ts';
import { badRequest, methodNotAllowed, noSuchResource, notFound } from '../errors.ts';
import { ok, type Reply } from './reply.ts';
import type { ApiRequest } from './request.ts';

const PATH = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)\/log$/;
/** Options that would change the answer and that nobody here asks for. */
const NOT_SIMULATED = ['follow', 'previous', 'sinceSeconds', 'sinceTime', 'timestamps', 'limitBytes', 'stream'];

/** What a pod has printed; undefined for any other path. */
export function answerPodLog(context: ApiContext, request: ApiRequest): Reply | undefined {
  const [, namespace, name] = PATH.exec(request.path)?.map(decodeURIComponent) ?? [];
  if (namespace === undefined || name === undefined) return undefined;
  const pods = context.registry.byPath('', 'v1', 'pods');
  if (!pods) throw noSuchResource();
  authorize(context, request.user, accessTo('get', pods, { namespace, name }, 'log'));
  if (request.method !== 'GET') throw methodNotAllowed();
  const unknown = NOT_SIMULATED.find((option) => request.query.has(option));
  if (unknown !== undefined) throw new Error(`the log option ${unknown} is not simulated`);
  const tail = request.query.get('tailLines');
  if (tail !== null && !/^\d+$/.test(tail)) throw badRequest(`strconv.ParseInt: parsing "${tail}": invalid syntax`);
  const pod = context.store.get(pods.storageKey, namespace, name);
  if (!pod) throw notFound(pods, name);
  const lines = context.podLogs.map((read) => read(pod)).find((text) => text !== undefined);
  if (lines === undefined) throw new KubeStatusError(501, 'NotImplemented', 'the log of this pod is not simulated', {});
  const phase = (pod.status as { phase?: string } | undefined)?.phase;
  if (phase === undefined || phase === 'Pending')
    throw badRequest(`container in pod "${name}" is waiting to start: ContainerCreating`);
  const last = tail === null ? lines : lines.slice(Math.max(0, lines.length - Number(tail)));
  return ok(last.map((line) => `${line}\n`).join(''));
}
