import { isJsonObject, type JsonObject } from '../../../../shared/kube/schema/values.ts';

/** A member that must be there from now on: the object it holds, made when absent. */
export function objectIn(parent: JsonObject, name: string): JsonObject {
  const present = parent[name];
  if (isJsonObject(present)) return present;
  const made: JsonObject = {};
  parent[name] = made;
  return made;
}

/** The objects of a list member; none when it is absent. */
export function objectsIn(parent: JsonObject, name: string): JsonObject[] {
  const list = parent[name];
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}

/** Sets what is absent. */
export function fill(object: JsonObject, defaults: JsonObject): void {
  for (const [name, value] of Object.entries(defaults)) object[name] ??= value;
}
