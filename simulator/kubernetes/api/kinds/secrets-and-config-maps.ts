import type { Fault } from '../../../../shared/kube/schema/types.ts';
import { isJsonObject, jsonEqual } from '../../../../shared/kube/schema/values.ts';
import type { KubeObject } from '../../types.ts';
import type { Strategy } from '../resources/resource.ts';
import { forbiddenValue, invalidValue } from '../validation.ts';
import { fill, objectIn } from './defaulting.ts';

const LIMIT_BYTES = 1024 * 1024;
const KEY = /^[-._a-zA-Z0-9]{1,253}$/;

export const SECRET: Strategy = {
  applyDefaults: (secret) => {
    fill(secret, { type: 'Opaque' });
    const plain = secret['stringData'];
    if (!isJsonObject(plain)) return;
    const data = objectIn(secret, 'data');
    for (const [key, value] of Object.entries(plain)) data[key] = Buffer.from(String(value)).toString('base64');
    delete secret['stringData'];
  },
  validate: (secret, old) => {
    const faults = [...validateData(secret, ['data']), ...validateImmutable(secret, old, ['data', 'type'])];
    if (old && secret['type'] !== old['type']) faults.push(invalidValue('type', secret['type'], 'field is immutable'));
    return faults;
  },
};

export const CONFIG_MAP: Strategy = {
  validate: (map, old) => [
    ...validateData(map, ['data', 'binaryData']),
    ...validateImmutable(map, old, ['data', 'binaryData']),
  ],
};

function validateData(object: KubeObject, fields: readonly string[]): Fault[] {
  const faults: Fault[] = [];
  let size = 0;
  for (const field of fields) {
    const data = object[field];
    if (!isJsonObject(data)) continue;
    for (const [key, value] of Object.entries(data)) {
      size += String(value).length;
      const why = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";
      if (!KEY.test(key)) faults.push(invalidValue(`${field}[${key}]`, key, why));
    }
  }
  const message = `Too long: may not be more than ${LIMIT_BYTES} bytes`;
  if (size > LIMIT_BYTES * 1.34) faults.push({ path: 'data', reason: 'FieldValueTooLong', message });
  return faults;
}

function validateImmutable(object: KubeObject, old: KubeObject | undefined, fields: readonly string[]): Fault[] {
  if (!old?.['immutable']) return [];
  const changed = [...fields, 'immutable'].filter((field) => !jsonEqual(object[field], old[field]));
  return changed.map((field) => forbiddenValue(field, 'field is immutable when `immutable` is set'));
}
