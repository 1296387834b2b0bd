import type { JsonSchema } from '../../../../shared/kube/schema/types.ts';
import { memberSchemaOf } from '../../../../shared/kube/schema/validate-structural.ts';
import { isJsonObject, type JsonObject, jsonEqual } from '../../../../shared/kube/schema/values.ts';
import { badRequest } from '../errors.ts';
import { copyJson } from '../json.ts';

const PATCH = '$patch';
const RETAIN_KEYS = '$retainKeys';
const DELETE_FROM = '$deleteFromPrimitiveList/';
const ORDER = '$setElementOrder/';

/** Applies a strategic merge patch with the merge keys that the schema carries; the target stays as it is. */
export function applyStrategicMerge(schema: JsonSchema | undefined, target: unknown, patch: unknown): unknown {
  return isJsonObject(patch) ? mergeObject(schema, target, patch) : copyJson(patch);
}

function isDirective(name: string): boolean {
  return name === PATCH || name === RETAIN_KEYS || name.startsWith(DELETE_FROM) || name.startsWith(ORDER);
}

function withoutDirectives(patch: JsonObject): JsonObject {
  const members = Object.entries(patch).filter(([name, value]) => !isDirective(name) && value !== null);
  return copyJson(Object.fromEntries(members));
}

function mergeObject(schema: JsonSchema | undefined, target: unknown, patch: JsonObject): unknown {
  if (patch[PATCH] === 'replace') return withoutDirectives(patch);
  if (patch[PATCH] === 'delete') return undefined;
  const result: JsonObject = isJsonObject(target) ? copyJson(target) : {};
  const retained = patch[RETAIN_KEYS];
  if (Array.isArray(retained)) {
    for (const name of Object.keys(result)) if (!retained.includes(name)) delete result[name];
  }
  for (const [name, value] of Object.entries(patch)) {
    if (isDirective(name)) continue;
    const merged = value === null ? undefined : mergeMember(memberSchemaOf(schema, name), result[name], value);
    if (merged === undefined) delete result[name];
    else result[name] = merged;
  }
  applyListDirectives(schema, result, patch);
  return result;
}

function mergeMember(schema: JsonSchema | undefined, target: unknown, value: unknown): unknown {
  if (isJsonObject(value)) return mergeObject(schema, target, value);
  if (!Array.isArray(value) || !schema?.['x-kubernetes-patch-strategy']?.includes('merge')) return copyJson(value);
  const present = Array.isArray(target) ? target : [];
  const key = schema['x-kubernetes-patch-merge-key'];
  if (key === undefined)
    return [...present, ...value.filter((item) => !present.some((other) => jsonEqual(other, item)))];
  return mergeList(schema.items, present, value, key);
}

function mergeList(
  schema: JsonSchema | undefined,
  target: readonly unknown[],
  patch: readonly unknown[],
  key: string,
): unknown[] {
  if (patch.some((item) => isJsonObject(item) && item[PATCH] === 'replace')) {
    return patch.filter((item) => isJsonObject(item) && item[PATCH] === undefined).map(copyJson);
  }
  const keyOf = (item: unknown) => (isJsonObject(item) ? JSON.stringify(item[key]) : undefined);
  const present = new Map(target.map((item, index) => [keyOf(item), { item, index }]));
  const merged: { index: number | undefined; item: unknown }[] = [];
  const touched = new Set<unknown>();
  for (const item of patch) {
    if (!isJsonObject(item) || item[key] === undefined) {
      throw badRequest(`map: ${JSON.stringify(item)} does not contain declared merge key: ${key}`);
    }
    const old = present.get(keyOf(item));
    touched.add(keyOf(item));
    if (item[PATCH] === 'delete') continue;
    merged.push({ index: old?.index, item: mergeObject(schema, old?.item, item) });
  }
  const untouched = [...present].filter(([name]) => !touched.has(name)).map(([, old]) => old);
  return interleaved(merged, untouched);
}

/** Patched items among untouched ones, by where they were before; new ones come first, as the server puts them. */
function interleaved(
  merged: readonly { index: number | undefined; item: unknown }[],
  untouched: readonly { index: number; item: unknown }[],
): unknown[] {
  const rest = [...untouched];
  const result: unknown[] = [];
  for (const { index, item } of merged) {
    while (index !== undefined && rest[0] && rest[0].index < index) result.push(copyJson(rest.shift()?.item));
    result.push(item);
  }
  return [...result, ...rest.map((old) => copyJson(old.item))];
}

function applyListDirectives(schema: JsonSchema | undefined, result: JsonObject, patch: JsonObject): void {
  for (const [directive, value] of Object.entries(patch)) {
    if (!Array.isArray(value)) continue;
    if (directive.startsWith(DELETE_FROM)) {
      const name = directive.slice(DELETE_FROM.length);
      const list = result[name];
      if (Array.isArray(list)) result[name] = list.filter((item) => !value.some((removed) => jsonEqual(removed, item)));
    } else if (directive.startsWith(ORDER)) {
      const name = directive.slice(ORDER.length);
      const list = result[name];
      const key = memberSchemaOf(schema, name)?.['x-kubernetes-patch-merge-key'];
      if (Array.isArray(list)) result[name] = inOrder(list, value, key);
    }
  }
}

/** The listed items in the order given; the server's own items keep their place before the listed one that followed them. */
function inOrder(list: readonly unknown[], order: readonly unknown[], key: string | undefined): unknown[] {
  const identity = (item: unknown) => (key !== undefined && isJsonObject(item) ? item[key] : item);
  const rank = (item: unknown) => order.findIndex((other) => jsonEqual(identity(other), identity(item)));
  const listed = list.filter((item) => rank(item) >= 0).sort((left, right) => rank(left) - rank(right));
  return list.map((item) => (rank(item) >= 0 ? (listed.shift() as unknown) : item));
}
