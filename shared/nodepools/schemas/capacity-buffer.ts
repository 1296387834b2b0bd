import type { JsonSchema } from '../../kube/schema/types.ts';
import { conditions, quantities, resource } from './values.ts';

const name: JsonSchema = { type: 'string', minLength: 1 };
const podTemplateRef: JsonSchema = { type: 'object', required: ['name'], properties: { name } };

const spec: JsonSchema = {
  type: 'object',
  properties: {
    limits: quantities,
    percentage: { type: 'integer', format: 'int32', minimum: 0 },
    podTemplateRef,
    provisioningStrategy: { type: 'string', default: 'buffer.x-k8s.io/active-capacity' },
    replicas: { type: 'integer', format: 'int32', minimum: 0 },
    scalableRef: {
      type: 'object',
      required: ['kind', 'name'],
      properties: { apiGroup: { type: 'string' }, kind: name, name },
    },
  },
  'x-kubernetes-validations': [
    {
      rule: 'has(self.replicas) || has(self.limits) || !has(self.podTemplateRef)',
      message: 'With podTemplateRef the buffer needs a size: replicas or limits',
    },
    {
      rule: '!has(self.podTemplateRef) || !has(self.scalableRef)',
      message: 'A buffer names a pod template or a scalable object, not both',
    },
  ],
};

const status: JsonSchema = {
  type: 'object',
  properties: {
    conditions,
    podTemplateGeneration: { type: 'integer', format: 'int64' },
    podTemplateRef,
    provisioningStrategy: { type: 'string' },
    replicas: { type: 'integer', format: 'int32' },
  },
};

/** CapacityBuffer, autoscaling.x-k8s.io/v1beta1. */
export const capacityBufferSchema: JsonSchema = resource(spec, status);
