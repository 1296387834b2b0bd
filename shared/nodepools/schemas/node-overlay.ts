import type { JsonSchema } from '../../kube/schema/types.ts';
import { requirements } from './scheduling.ts';
import { conditions, quantities, resource } from './values.ts';

const spec: JsonSchema = {
  type: 'object',
  required: ['requirements'],
  properties: {
    capacity: {
      ...quantities,
      'x-kubernetes-validations': [
        {
          rule: "!self.exists(name, name in ['cpu', 'ephemeral-storage', 'memory', 'pods'])",
          message: 'An overlay adds extended resources; cpu, memory, pods and ephemeral-storage cannot be overlaid',
        },
      ],
    },
    price: { type: 'string', pattern: '^\\d+(\\.\\d+)?$' },
    priceAdjustment: {
      type: 'string',
      pattern: '^(([+-]{1}(\\d*\\.?\\d+))|(\\+{1}\\d*\\.?\\d+%)|(^(-\\d{1,2}(\\.\\d+)?%)$)|(-100%))$',
    },
    requirements: requirements('node-overlay'),
    weight: { type: 'integer', format: 'int32', minimum: 1, maximum: 10000 },
  },
  'x-kubernetes-validations': [
    {
      rule: '!(has(self.price) && has(self.priceAdjustment))',
      message: 'An overlay sets price or priceAdjustment, not both',
    },
  ],
};

/** NodeOverlay, karpenter.sh/v1alpha1. */
export const nodeOverlaySchema: JsonSchema = resource(spec, { type: 'object', properties: { conditions } });
