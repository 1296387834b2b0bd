import type { KubeObject } from '../../types.ts';
import type { ApiContext } from '../context.ts';
import { copyJson } from '../json.ts';
import { customResources, DEFINITIONS_KEY, definitionSpec } from '../resources/custom.ts';
import { storageKeyOf } from '../resources/resource.ts';
import { deleteStored } from './delete.ts';

/** Deletes the objects of a definition that is going away, and the definition once they are gone. */
export function beginDefinitionEnd(context: ApiContext, definition: KubeObject): void {
  const [resource] = customResources(definition);
  const { group, names } = definitionSpec(definition);
  for (const object of resource ? context.store.list(storageKeyOf(group, names.plural)) : []) {
    if (resource && !object.metadata.deletionTimestamp) deleteStored(context, resource, object, {});
  }
  endEmptyDefinition(context, definition.metadata.name);
}

/** Takes the cleanup finalizer off a definition that has no objects left. */
export function endEmptyDefinition(context: ApiContext, name: string): void {
  const definition = context.store.get(DEFINITIONS_KEY, undefined, name);
  if (!definition?.metadata.deletionTimestamp) return;
  const { group, names } = definitionSpec(definition);
  if (context.store.list(storageKeyOf(group, names.plural)).length > 0) return;
  const next = copyJson(definition);
  const finalizers = (next.metadata.finalizers ?? []).filter((one) => !one.startsWith('customresourcecleanup.'));
  if (finalizers.length === 0) context.store.remove(DEFINITIONS_KEY, next);
  else context.store.put(DEFINITIONS_KEY, { ...next, metadata: { ...next.metadata, finalizers } });
}
