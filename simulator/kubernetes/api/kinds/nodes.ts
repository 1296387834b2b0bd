import type { Strategy } from '../resources/resource.ts';
import { invalidValue } from '../validation.ts';
import { objectIn, objectsIn } from './defaulting.ts';

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

export const NODE: Strategy = {
  applyDefaults: (node) => {
    objectIn(node, 'spec');
  },
  validate: (node, old) => {
    const spec = node.spec ?? {};
    const wasProvider = old?.spec?.['providerID'];
    const faults = objectsIn(spec, 'taints').flatMap((taint, index) =>
      EFFECTS.includes(String(taint['effect']))
        ? []
        : [invalidValue(`metadata.taints[${index}].effect`, taint['effect'] ?? '', 'invalid taint effect')],
    );
    if (wasProvider && spec['providerID'] !== wasProvider) {
      const message = 'Forbidden: node updates may not change providerID except from "" to valid';
      faults.push({ path: 'spec.providerID', reason: 'FieldValueForbidden', message });
    }
    return faults;
  },
};
