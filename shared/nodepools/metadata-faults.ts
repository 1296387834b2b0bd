import type { Fault } from '../kube/schema/types.ts';
import { isJsonObject } from '../kube/schema/values.ts';
import type { KarpenterKind } from './kinds.ts';
import { isLabelValue, isQualifiedName, isSubdomain } from './label-syntax.ts';

const WRITABLE = ['annotations', 'finalizers', 'labels', 'name', 'namespace', 'ownerReferences'];
const WRITTEN_BY_SERVER = [
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'generateName',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
];

function invalid(path: string, message: string, reason = 'FieldValueInvalid'): Fault {
  return { path, reason, message };
}

function nameFaults(name: unknown): Fault[] {
  if (name === undefined) return [invalid('metadata.name', 'Required value', 'FieldValueRequired')];
  if (typeof name === 'string' && isSubdomain(name)) return [];
  return [
    invalid(
      'metadata.name',
      'Invalid value: a name is lower-case letters, digits, hyphens and dots, at most 253 characters, and begins and ends with a letter or digit',
    ),
  ];
}

function namespaceFaults(kind: KarpenterKind, namespace: unknown): Fault[] {
  const path = 'metadata.namespace';
  if (kind.scope === 'Cluster') {
    return namespace === undefined
      ? []
      : [invalid(path, `Forbidden: a ${kind.kind} has no namespace`, 'FieldValueForbidden')];
  }
  if (typeof namespace === 'string' && namespace.length <= 63 && isSubdomain(namespace) && !namespace.includes('.'))
    return [];
  return [invalid(path, `Required value: a ${kind.kind} lives in a namespace`, 'FieldValueRequired')];
}

function textMapFaults(field: 'labels' | 'annotations', map: unknown): Fault[] {
  const path = `metadata.${field}`;
  if (map === undefined) return [];
  if (!isJsonObject(map)) return [invalid(path, 'Invalid value: a map of texts', 'FieldValueTypeInvalid')];
  return Object.entries(map).flatMap(([key, value]) => {
    const faults: Fault[] = [];
    if (!isQualifiedName(key)) faults.push(invalid(path, `Invalid value: "${key}" is no valid key`));
    if (typeof value !== 'string') {
      faults.push(invalid(`${path}.${key}`, 'Invalid value: must be a text, in quotes', 'FieldValueTypeInvalid'));
    } else if (field === 'labels' && !isLabelValue(value)) {
      faults.push(invalid(`${path}.${key}`, `Invalid value: "${value}" is no label value`));
    }
    return faults;
  });
}

/** What the API server would refuse in the metadata, and what only the API server writes. */
export function metadataFaults(kind: KarpenterKind, metadata: unknown): Fault[] {
  // That it is a map at all is checked by the schema.
  if (metadata !== undefined && !isJsonObject(metadata)) return [];
  const given = metadata ?? {};
  const unknown = Object.keys(given).flatMap((field) => {
    const path = `metadata.${field}`;
    if (WRITABLE.includes(field)) return [];
    const isServers = WRITTEN_BY_SERVER.includes(field);
    const message = isServers ? 'only the API server sets it; leave it out of the manifest' : `unknown field "${path}"`;
    return [invalid(path, `Forbidden: ${message}`, 'FieldValueForbidden')];
  });
  return [
    ...unknown,
    ...nameFaults(given['name']),
    ...namespaceFaults(kind, given['namespace']),
    ...textMapFaults('labels', given['labels']),
    ...textMapFaults('annotations', given['annotations']),
  ];
}
