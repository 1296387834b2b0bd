import type { JsonSchema } from '../../../../shared/kube/schema/types.ts';
import { listMapKey, memberSchemaOf } from '../../../../shared/kube/schema/validate-structural.ts';
import { isJsonObject, jsonEqual } from '../../../../shared/kube/schema/values.ts';
import { KubeStatusError } from '../../types.ts';

/**
 * A set of fields in the form of FieldsV1: `f:NAME` for members, `k:{...}` for items of map lists, `v:...` for items of
 * sets, `.` for the thing itself. A field with no entries below it is owned as a whole.
 */
export type FieldSet = { [element: string]: FieldSet };

/** One element of a value that is owned piece by piece. */
export type Element = { readonly key: string; readonly value: unknown; readonly schema: JsonSchema | undefined };

/** The pieces of a value; undefined when it is owned as a whole: scalars, atomic and empty lists and maps. */
export function elementsOf(schema: JsonSchema | undefined, value: unknown): Element[] | undefined {
  if (isJsonObject(value)) {
    const names = Object.keys(value).filter((name) => value[name] !== undefined);
    if (schema?.['x-kubernetes-map-type'] === 'atomic' || names.length === 0) return undefined;
    return names.map((name) => ({ key: `f:${name}`, value: value[name], schema: memberSchemaOf(schema, name) }));
  }
  if (!Array.isArray(value) || value.length === 0) return undefined;
  if (schema?.['x-kubernetes-list-type'] === 'set') {
    return value.map((item) => ({ key: `v:${JSON.stringify(item)}`, value: item, schema: undefined }));
  }
  if (schema?.['x-kubernetes-list-type'] !== 'map') return undefined;
  return value.map((item, index) => ({ key: itemKey(schema, item, index), value: item, schema: schema.items }));
}

function itemKey(schema: JsonSchema, item: unknown, index: number): string {
  const key = listMapKey(schema, item);
  const missing = (schema['x-kubernetes-list-map-keys'] ?? []).find((name) => key[name] === undefined);
  if (missing !== undefined) {
    const why = `associative list with keys has an element that omits key field ${JSON.stringify(missing)} (and doesn't have default value)`;
    throw new KubeStatusError(500, 'InternalError', `failed to create typed patch object: element ${index}: ${why}`);
  }
  return `k:${JSON.stringify(key)}`;
}

/** An empty map or list whose content is owned piece by piece: it claims itself, not what others put into it. */
export function isEmptyContainer(schema: JsonSchema | undefined, value: unknown): boolean {
  if (isJsonObject(value)) return Object.keys(value).length === 0 && schema?.['x-kubernetes-map-type'] !== 'atomic';
  const listType = schema?.['x-kubernetes-list-type'];
  return Array.isArray(value) && value.length === 0 && (listType === 'map' || listType === 'set');
}

export function isListItem(key: string): boolean {
  return key.startsWith('k:') || key.startsWith('v:');
}

/** All fields of a value. */
export function fieldsOf(schema: JsonSchema | undefined, value: unknown): FieldSet {
  const set: FieldSet = {};
  for (const element of elementsOf(schema, value) ?? []) {
    const below = fieldsOf(element.schema, element.value);
    set[element.key] = element.key.startsWith('k:') ? { '.': {}, ...below } : below;
  }
  return set;
}

export function isEmptySet(set: FieldSet): boolean {
  return Object.keys(set).length === 0;
}

export function unite(left: FieldSet, right: FieldSet): FieldSet {
  const result: FieldSet = { ...left };
  for (const [key, below] of Object.entries(right)) {
    const present = result[key];
    result[key] = present === undefined ? below : unite(present, below);
  }
  return result;
}

/** The fields of `left` that `right` does not hold. Holding a container itself is not holding what others put into it. */
export function subtract(left: FieldSet, right: FieldSet): FieldSet {
  const result: FieldSet = {};
  for (const [key, below] of Object.entries(left)) {
    const other = right[key];
    if (other === undefined) result[key] = below;
    else if (!isEmptySet(below)) {
      const rest = subtract(below, other);
      if (!isEmptySet(rest)) result[key] = rest;
    }
  }
  return result;
}

/** The fields that both hold. */
export function intersect(left: FieldSet, right: FieldSet): FieldSet {
  const result: FieldSet = {};
  for (const [key, below] of Object.entries(left)) {
    const other = right[key];
    if (other === undefined) continue;
    const common = intersect(below, other);
    if (!isEmptySet(common) || (isEmptySet(below) && isEmptySet(other))) result[key] = common;
  }
  return result;
}

/** Every owned field as a readable path, as in a FieldManagerConflict cause. */
export function pathsOf(set: FieldSet, prefix = ''): string[] {
  return Object.entries(set).flatMap(([key, below]) => {
    const path = key === '.' ? prefix : `${prefix}${readable(key)}`;
    return isEmptySet(below) ? [path] : pathsOf(below, path);
  });
}

function readable(key: string): string {
  const rest = key.slice(2);
  if (key.startsWith('f:')) return `.${rest}`;
  if (key.startsWith('v:')) return `[=${rest}]`;
  const members = Object.entries(JSON.parse(rest) as Record<string, unknown>);
  return `[${members.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}]`;
}

/** What changed from one value to another: fields added or given another value, and fields that are gone. */
export function compareFields(
  schema: JsonSchema | undefined,
  before: unknown,
  after: unknown,
): { changed: FieldSet; removed: FieldSet } {
  const changed: FieldSet = {};
  const removed: FieldSet = {};
  const old = elementsOf(schema, before);
  const next = elementsOf(schema, after);
  const oldByKey = new Map((old ?? []).map((element) => [element.key, element]));
  for (const element of next ?? []) {
    const previous = oldByKey.get(element.key);
    oldByKey.delete(element.key);
    if (previous && jsonEqual(previous.value, element.value)) continue;
    if (!previous) {
      const below = fieldsOf(element.schema, element.value);
      changed[element.key] = element.key.startsWith('k:') ? { '.': {}, ...below } : below;
      continue;
    }
    const inner = compareFields(element.schema, previous.value, element.value);
    const isLeaf = !elementsOf(element.schema, element.value);
    if (isLeaf) changed[element.key] = {};
    else if (!isEmptySet(inner.changed)) changed[element.key] = inner.changed;
    if (!isEmptySet(inner.removed)) removed[element.key] = inner.removed;
  }
  for (const element of oldByKey.values()) {
    const below = fieldsOf(element.schema, element.value);
    removed[element.key] = element.key.startsWith('k:') ? { '.': {}, ...below } : below;
  }
  return { changed, removed };
}
