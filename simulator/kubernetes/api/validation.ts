import type { Fault } from '../../../shared/kube/schema/types.ts';
import type { KubeObject } from '../types.ts';
import { labelValueFault, qualifiedNameFault, subdomainFault } from './names.ts';
import type { Resource } from './resources/resource.ts';

const ANNOTATIONS_LIMIT_BYTES = 256 * 1024;

export function invalidValue(path: string, value: unknown, why: string): Fault {
  return { path, reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(value)}: ${why}` };
}

export function requiredValue(path: string, why = ''): Fault {
  return { path, reason: 'FieldValueRequired', message: why === '' ? 'Required value' : `Required value: ${why}` };
}

export function forbiddenValue(path: string, why: string): Fault {
  return { path, reason: 'FieldValueForbidden', message: `Forbidden: ${why}` };
}

export function notSupported(path: string, value: unknown, supported: readonly string[]): Fault {
  const list = supported.map((option) => JSON.stringify(option)).join(', ');
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${list}`;
  return { path, reason: 'FieldValueNotSupported', message };
}

/** The name of a new object. */
export function validateName(resource: Resource, name: string): Fault[] {
  const check = resource.strategy.validateName ?? subdomainFault;
  const why = name === '' ? undefined : check(name);
  if (name === '') return [requiredValue('metadata.name', 'name or generateName is required')];
  return why === undefined ? [] : [invalidValue('metadata.name', name, why)];
}

/** Labels, annotations, finalizers and owners of any object. */
export function validateMetadata(object: KubeObject): Fault[] {
  const { labels = {}, annotations = {}, finalizers = [], ownerReferences = [] } = object.metadata;
  const faults: Fault[] = [];
  for (const [key, value] of Object.entries(labels)) {
    const keyFault = qualifiedNameFault(key);
    const valueFault = labelValueFault(value);
    if (keyFault) faults.push(invalidValue('metadata.labels', key, keyFault));
    if (valueFault) faults.push(invalidValue('metadata.labels', value, valueFault));
  }
  for (const key of Object.keys(annotations)) {
    const fault = qualifiedNameFault(key.toLowerCase());
    if (fault) faults.push(invalidValue('metadata.annotations', key, fault));
  }
  const size = Object.entries(annotations).reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  if (size > ANNOTATIONS_LIMIT_BYTES) {
    const message = `Too long: may not be more than ${ANNOTATIONS_LIMIT_BYTES} bytes`;
    faults.push({ path: 'metadata.annotations', reason: 'FieldValueTooLong', message });
  }
  for (const finalizer of finalizers) {
    const fault = qualifiedNameFault(finalizer);
    if (fault) faults.push(invalidValue('metadata.finalizers', finalizer, fault));
  }
  return [...faults, ...validateOwners(ownerReferences)];
}

function validateOwners(owners: NonNullable<KubeObject['metadata']['ownerReferences']>): Fault[] {
  const path = 'metadata.ownerReferences';
  const faults = owners.flatMap((owner) => {
    const missing = (['apiVersion', 'kind', 'name', 'uid'] as const).filter((field) => !owner[field]);
    return missing.map((field) => invalidValue(`${path}.${field}`, owner[field] ?? '', `${field} must not be empty`));
  });
  const controllers = owners.filter((owner) => owner.controller);
  if (controllers.length > 1) {
    const why = 'Only one reference can have Controller set to true';
    faults.push(
      invalidValue(
        path,
        controllers.map((owner) => owner.name),
        why,
      ),
    );
  }
  return faults;
}

/** Metadata that may not change, and finalizers that may not be added to an object on its way out. */
export function validateMetadataUpdate(next: KubeObject, old: KubeObject): Fault[] {
  if (!old.metadata.deletionTimestamp) return [];
  const before = new Set(old.metadata.finalizers ?? []);
  const added = (next.metadata.finalizers ?? []).filter((finalizer) => !before.has(finalizer));
  if (added.length === 0) return [];
  const list = added.map((finalizer) => JSON.stringify(finalizer)).join(', ');
  const why = `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`;
  return [forbiddenValue('metadata.finalizers', why)];
}
