import type { JsonSchema } from '../../../../shared/kube/schema/types.ts';
import { jsonEqual } from '../../../../shared/kube/schema/values.ts';
import type { KubeObject } from '../../types.ts';
import { copyJson } from '../json.ts';
import { apiVersionOf, type Resource } from '../resources/resource.ts';
import { modelSchema } from '../schemas/models.ts';
import { compareFields, type FieldSet, isEmptySet, subtract, unite } from './field-sets.ts';

/** An entry of metadata.managedFields. */
export type ManagedFields = {
  manager: string;
  operation: 'Apply' | 'Update';
  apiVersion: string;
  time?: string;
  fieldsType: 'FieldsV1';
  fieldsV1: FieldSet;
  subresource?: string;
};

/** Who writes, through which door. */
export type Writer = { readonly manager: string; readonly subresource: string | undefined; readonly time: string };

const SYSTEM_METADATA = [
  'name',
  'namespace',
  'generateName',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'selfLink',
];

const withMetadata = new WeakMap<JsonSchema, JsonSchema>();

/** The schema by which fields are owned and merged: a definition says nothing of metadata, which is as in every object. */
export function ownershipSchema(resource: Resource): JsonSchema {
  const schema = resource.schema;
  const known = withMetadata.get(schema);
  if (known) return known;
  const full = { ...schema, properties: { ...schema.properties, metadata: modelSchema('V1ObjectMeta') } };
  withMetadata.set(schema, full);
  return full;
}

/** The object without what nobody owns: its type, its identity and the server's own metadata. */
export function ownable(object: KubeObject): Record<string, unknown> {
  const { apiVersion: _apiVersion, kind: _kind, metadata, ...rest } = object;
  const entries = Object.entries(metadata ?? {}).filter(([name]) => !SYSTEM_METADATA.includes(name));
  return entries.length === 0 ? rest : { ...rest, metadata: Object.fromEntries(entries) };
}

/** The part of the metadata that the server keeps and nobody owns. */
export function systemMetadata(object: KubeObject): KubeObject['metadata'] {
  const entries = Object.entries(object.metadata).filter(([name]) => SYSTEM_METADATA.includes(name));
  return copyJson(Object.fromEntries(entries)) as KubeObject['metadata'];
}

export function managersOf(object: KubeObject | undefined): ManagedFields[] {
  return (object?.metadata.managedFields ?? []) as ManagedFields[];
}

export function isSameWriter(entry: ManagedFields, writer: Writer, operation: 'Apply' | 'Update'): boolean {
  const isSameDoor = (entry.subresource ?? undefined) === (writer.subresource ?? undefined);
  return entry.manager === writer.manager && entry.operation === operation && isSameDoor;
}

export function entryFor(
  resource: Resource,
  writer: Writer,
  operation: 'Apply' | 'Update',
  fieldsV1: FieldSet,
): ManagedFields {
  return {
    manager: writer.manager,
    operation,
    apiVersion: apiVersionOf(resource),
    time: writer.time,
    fieldsType: 'FieldsV1',
    fieldsV1,
    ...(writer.subresource === undefined ? {} : { subresource: writer.subresource }),
  };
}

/** What a write can change: through the main resource everything but a status that has its own door. */
function inScope(resource: Resource, object: KubeObject, writer: Writer): Record<string, unknown> {
  const { status, ...rest } = ownable(object);
  if (writer.subresource === 'status') return status === undefined ? {} : { status };
  return resource.hasStatus || status === undefined ? rest : { ...rest, status };
}

/** Records an update: what changed belongs to the writer from now on, what is gone to nobody. In place. */
export function recordUpdate(
  resource: Resource,
  object: KubeObject,
  old: KubeObject | undefined,
  writer: Writer,
): void {
  const schema = ownershipSchema(resource);
  const scope = (one: KubeObject | undefined) => (one ? inScope(resource, one, writer) : {});
  const { changed, removed } = compareFields(schema, scope(old), scope(object));
  const entries = givenManagers(object) ?? managersOf(old);
  if (isEmptySet(changed) && isEmptySet(removed)) {
    setManagers(object, entries);
    return;
  }
  const gone = unite(changed, removed);
  const isOwn = (entry: ManagedFields) => isSameWriter(entry, writer, 'Update');
  const own = entries.find(isOwn);
  const kept = entries.filter((entry) => !isOwn(entry)).flatMap((entry) => without(entry, gone));
  const fields = unite(subtract(own?.fieldsV1 ?? {}, removed), changed);
  const updated = isEmptySet(fields) ? [] : [entryFor(resource, writer, 'Update', fields)];
  setManagers(object, [...kept, ...updated]);
}

/** The entries that a client wrote itself, as kubectl does to pass fields on; undefined where it left them out. */
function givenManagers(object: KubeObject): ManagedFields[] | undefined {
  const given = managersOf(object);
  return given.length === 0 ? undefined : given.filter((entry) => entry.manager !== undefined);
}

/** Sets the entries, or removes the field where there are none. In place. */
export function setManagers(object: KubeObject, entries: readonly unknown[]): void {
  if (entries.length > 0) object.metadata.managedFields = [...entries];
  else delete object.metadata.managedFields;
}

/** The entry without some fields; none when nothing is left. */
export function without(entry: ManagedFields, fields: FieldSet): ManagedFields[] {
  const rest = subtract(entry.fieldsV1, fields);
  if (isEmptySet(rest)) return [];
  return jsonEqual(rest, entry.fieldsV1) ? [entry] : [{ ...entry, fieldsV1: rest }];
}
