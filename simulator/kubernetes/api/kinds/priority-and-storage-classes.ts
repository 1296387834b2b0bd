import { jsonEqual } from '../../../../shared/kube/schema/values.ts';
import type { KubeObject } from '../../types.ts';
import type { Strategy } from '../resources/resource.ts';
import { forbiddenValue } from '../validation.ts';
import { fill } from './defaulting.ts';

function validateFixed(object: KubeObject, old: KubeObject | undefined, fields: readonly string[]) {
  const changed = old ? fields.filter((field) => !jsonEqual(object[field], old[field])) : [];
  return changed.map((field) => forbiddenValue(field, 'may not be changed in an update.'));
}

export const PRIORITY_CLASS: Strategy = {
  applyDefaults: (one) => fill(one, { preemptionPolicy: 'PreemptLowerPriority' }),
  validate: (one, old) => validateFixed(one, old, ['value', 'preemptionPolicy']),
};

export const STORAGE_CLASS: Strategy = {
  applyDefaults: (one) => fill(one, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }),
  validate: (one, old) => validateFixed(one, old, ['provisioner', 'parameters', 'reclaimPolicy', 'volumeBindingMode']),
};
