import type { ApiContext } from '../context.ts';
import { noSuchResource } from '../errors.ts';
import type { Target } from '../verbs/request.ts';

/** The parts of a resource request's path. */
export type ResourcePath = {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
};

/** Takes a path such as /apis/apps/v1/namespaces/N/deployments/D/scale apart; undefined when it is none of a resource. */
export function parseResourcePath(path: string): ResourcePath | undefined {
  const parts = path
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent);
  const root = parts.shift();
  const group = root === 'api' ? '' : parts.shift();
  const version = parts.shift();
  if ((root !== 'api' && root !== 'apis') || group === undefined || version === undefined || parts.length === 0) {
    return undefined;
  }
  const isScoped = parts[0] === 'namespaces' && parts.length > 2 && !isNamespaceSubresource(parts);
  const namespace = isScoped ? parts.splice(0, 2)[1] : undefined;
  const [plural = '', name, subresource, ...more] = parts;
  if (more.length > 0) return undefined;
  return { group, version, plural, namespace, name, subresource };
}

function isNamespaceSubresource(parts: readonly string[]): boolean {
  return parts.length === 3 && (parts[2] === 'status' || parts[2] === 'finalize');
}

/** The resource that a path names; 404 when it is not served, or not in this scope. */
export function resolveTarget(context: ApiContext, path: ResourcePath): Target {
  const resource = context.registry.byPath(path.group, path.version, path.plural);
  if (!resource || (!resource.namespaced && path.namespace !== undefined)) throw noSuchResource();
  if (resource.namespaced && path.name !== undefined && path.namespace === undefined) throw noSuchResource();
  const { namespace, name, subresource } = path;
  if (subresource !== undefined && !resource.subresources.some((one) => one.name === subresource))
    throw noSuchResource();
  return { resource, namespace, name, subresource };
}
