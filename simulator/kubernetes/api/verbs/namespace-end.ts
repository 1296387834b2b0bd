import type { KubeObject } from '../../types.ts';
import type { ApiContext } from '../context.ts';
import { copyJson } from '../json.ts';
import { NAMESPACES_KEY } from '../kinds/namespaces.ts';
import { deleteStored } from './delete.ts';

/**
 * Deletes what a terminating namespace holds. A real server leaves this to the namespace controller; here it is done at
 * once, and the namespace stays for as long as an object in it has a finalizer or a grace period.
 */
export function beginNamespaceEnd(context: ApiContext, namespace: KubeObject): void {
  const { name } = namespace.metadata;
  for (const resource of context.registry.all()) {
    if (!resource.namespaced || !resource.verbs.includes('delete')) continue;
    for (const object of context.store.list(resource.storageKey, name)) {
      const { metadata } = object;
      if (context.store.get(resource.storageKey, name, metadata.name) && !metadata.deletionTimestamp) {
        deleteStored(context, resource, object, { propagationPolicy: 'Background' });
      }
    }
  }
  endEmptyNamespace(context, name);
}

/** Removes a terminating namespace that holds nothing any more. */
export function endEmptyNamespace(context: ApiContext, name: string): void {
  const namespace = context.store.get(NAMESPACES_KEY, undefined, name);
  if (!namespace?.metadata.deletionTimestamp) return;
  const isInUse = context.registry
    .all()
    .some((resource) => resource.namespaced && context.store.list(resource.storageKey, name).length > 0);
  if (isInUse || (namespace.metadata.finalizers ?? []).length > 0) return;
  const last = copyJson(namespace);
  last.spec = { ...last.spec, finalizers: [] };
  context.store.remove(NAMESPACES_KEY, last);
}
