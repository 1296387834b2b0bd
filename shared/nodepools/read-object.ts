import { isJsonObject, type JsonObject } from '../kube/schema/values.ts';

/** The object at a path of members, or an empty one: for reading objects whose structure is checked elsewhere. */
export function objectAt(value: unknown, ...members: readonly string[]): JsonObject {
  let current: unknown = value;
  for (const member of members) current = isJsonObject(current) ? current[member] : undefined;
  return isJsonObject(current) ? current : {};
}

export function objectsAt(value: unknown, member: string): readonly JsonObject[] {
  const list = isJsonObject(value) ? value[member] : undefined;
  return Array.isArray(list) ? list.map((item: unknown) => (isJsonObject(item) ? item : {})) : [];
}

export function textsAt(value: unknown, member: string): readonly string[] {
  const list = isJsonObject(value) ? value[member] : undefined;
  return Array.isArray(list) ? list.filter((item) => typeof item === 'string') : [];
}
