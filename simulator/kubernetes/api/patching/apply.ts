import type { JsonSchema } from '../../../../shared/kube/schema/types.ts';
import { isJsonObject, type JsonObject, jsonEqual } from '../../../../shared/kube/schema/values.ts';
import { type KubeObject, KubeStatusError } from '../../types.ts';
import { copyJson } from '../json.ts';
import type { Resource } from '../resources/resource.ts';
import {
  type Element,
  elementsOf,
  type FieldSet,
  fieldsOf,
  intersect,
  isEmptyContainer,
  isEmptySet,
  isListItem,
  pathsOf,
  subtract,
  unite,
} from './field-sets.ts';
import {
  entryFor,
  isSameWriter,
  type ManagedFields,
  managersOf,
  ownable,
  ownershipSchema,
  systemMetadata,
  type Writer,
  without,
} from './managed-fields.ts';

/**
 * Server-side apply: what the object becomes when a manager applies a configuration to it, with its managedFields. Throws
 * 409 when another manager owns a field that would get another value, unless forced.
 */
export function applyConfiguration(
  resource: Resource,
  live: KubeObject | undefined,
  configuration: KubeObject,
  writer: Writer,
  force: boolean,
): KubeObject {
  const schema = ownershipSchema(resource);
  const applied = ownable(configuration);
  const present: JsonObject = live ? ownable(live) : {};
  const fields = fieldsOf(schema, applied);
  const entries = managersOf(live);
  const own = entries.find((entry) => isSameWriter(entry, writer, 'Apply'));
  const others = entries.filter((entry) => entry !== own);

  const differing = differingFields(schema, present, applied);
  const conflicts = others.flatMap((entry) => {
    const common = intersect(intersect(entry.fieldsV1, fields), differing);
    return isEmptySet(common) ? [] : [{ entry, common }];
  });
  if (conflicts.length > 0 && !force) throw conflictError(conflicts);

  const merged = merge(schema, present, applied) as JsonObject;
  const ownedByOthers = others.map((entry) => entry.fieldsV1).reduce(unite, {});
  const dropped = subtract(subtract(own?.fieldsV1 ?? {}, fields), ownedByOthers);
  const result = toObject(live, configuration, removeFields(schema, merged, dropped, ownedByOthers) ?? {});
  const unchanged = own !== undefined && jsonEqual(own.fieldsV1, fields);
  const ours = isEmptySet(fields) ? [] : [unchanged ? own : entryFor(resource, writer, 'Apply', fields)];
  // Each manager keeps its place: an apply that changes nothing must leave the object as it was.
  const kept = entries.flatMap((entry) =>
    entry === own ? ours : without(entry, intersect(entry.fieldsV1, intersect(fields, differing))),
  );
  result.metadata.managedFields = own ? kept : [...kept, ...ours];
  return result;
}

function toObject(live: KubeObject | undefined, configuration: KubeObject, merged: JsonObject): KubeObject {
  const { metadata = {}, ...rest } = merged;
  return {
    apiVersion: configuration.apiVersion,
    kind: configuration.kind,
    metadata: { ...systemMetadata(live ?? configuration), ...(metadata as object) },
    ...rest,
  };
}

/** The applied fields whose live value is there and is another one. */
function differingFields(schema: JsonSchema | undefined, live: unknown, applied: unknown): FieldSet {
  const result: FieldSet = {};
  const liveByKey = new Map((elementsOf(schema, live) ?? []).map((element) => [element.key, element]));
  for (const element of elementsOf(schema, applied) ?? []) {
    const present = liveByKey.get(element.key);
    if (!present || jsonEqual(present.value, element.value)) continue;
    if (isEmptyContainer(element.schema, element.value) && typeof present.value === 'object') continue;
    const isLeaf = !elementsOf(element.schema, element.value) || !elementsOf(element.schema, present.value);
    const below = isLeaf ? {} : differingFields(element.schema, present.value, element.value);
    if (isLeaf || !isEmptySet(below)) result[element.key] = below;
  }
  return result;
}

/** The live value with the applied one laid over it. */
function merge(schema: JsonSchema | undefined, live: unknown, applied: unknown): unknown {
  const appliedElements = elementsOf(schema, applied);
  const liveElements = elementsOf(schema, live);
  if (!appliedElements) {
    return isEmptyContainer(schema, applied) && liveElements ? copyJson(live) : copyJson(applied);
  }
  if (!liveElements) return copyJson(applied);
  const liveByKey = new Map(liveElements.map((element) => [element.key, element]));
  if (isJsonObject(applied)) {
    const result: JsonObject = copyJson(live) as JsonObject;
    for (const element of appliedElements) {
      result[element.key.slice(2)] = merge(element.schema, liveByKey.get(element.key)?.value, element.value);
    }
    return result;
  }
  return mergeItems(liveElements, appliedElements, liveByKey);
}

/** The applied items in their order; live items that are not among them stay before the one that followed them. */
function mergeItems(
  live: readonly Element[],
  applied: readonly Element[],
  liveByKey: ReadonlyMap<string, Element>,
): unknown[] {
  const appliedKeys = new Set(applied.map((element) => element.key));
  const pending = [...live];
  const done = new Set<string>();
  const result: unknown[] = [];
  const takeLiveOnly = () => {
    for (let first = pending[0]; first && (done.has(first.key) || !appliedKeys.has(first.key)); first = pending[0]) {
      pending.shift();
      if (!done.has(first.key)) result.push(copyJson(first.value));
    }
  };
  for (const element of applied) {
    takeLiveOnly();
    result.push(merge(element.schema, liveByKey.get(element.key)?.value, element.value));
    done.add(element.key);
  }
  takeLiveOnly();
  return result;
}

/** Removes fields; a container that this empties goes as well, and a list item that others have a share in stays. */
function removeFields(
  schema: JsonSchema | undefined,
  value: unknown,
  dropped: FieldSet,
  others: FieldSet,
): JsonObject | undefined {
  return remove(schema, value, dropped, others) as JsonObject | undefined;
}

function remove(schema: JsonSchema | undefined, value: unknown, dropped: FieldSet, others: FieldSet): unknown {
  if (isEmptySet(dropped)) return value;
  const elements = elementsOf(schema, value);
  if (!elements) return value;
  const kept = elements.flatMap((element) => {
    const below = dropped[element.key];
    if (below === undefined) return [element];
    const shared = others[element.key] !== undefined;
    const isWhole = isEmptySet(below) || (isListItem(element.key) && below['.'] !== undefined);
    if (isWhole && !shared) return [];
    const rest = remove(element.schema, element.value, below, others[element.key] ?? {});
    return rest === undefined ? [] : [{ ...element, value: rest }];
  });
  if (kept.length === 0) return undefined;
  if (Array.isArray(value)) return kept.map((element) => element.value);
  return Object.fromEntries(kept.map((element) => [element.key.slice(2), element.value]));
}

function conflictError(conflicts: readonly { entry: ManagedFields; common: FieldSet }[]): KubeStatusError {
  const causes = conflicts.flatMap(({ entry, common }) =>
    pathsOf(common).map((field) => ({
      reason: 'FieldManagerConflict',
      message: `conflict with ${describe(entry)}`,
      field,
    })),
  );
  const count = causes.length === 1 ? '1 conflict' : `${causes.length} conflicts`;
  const text = conflicts.map(({ entry, common }) => {
    const paths = pathsOf(common);
    const list = paths.length === 1 ? ` ${paths[0]}` : `\n${paths.map((path) => `- ${path}`).join('\n')}`;
    return `${paths.length === 1 ? 'conflict' : 'conflicts'} with ${describe(entry)}:${list}`;
  });
  return new KubeStatusError(409, 'Conflict', `Apply failed with ${count}: ${text.join('\n')}`, { causes });
}

function describe(entry: ManagedFields): string {
  const subresource = entry.subresource === undefined ? '' : ` with subresource "${entry.subresource}"`;
  const time = entry.operation === 'Update' && entry.time ? ` at ${entry.time}` : '';
  return `"${entry.manager}"${subresource} using ${entry.apiVersion}${time}`;
}
