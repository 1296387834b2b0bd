import type { JsonSchema } from '../../kube/schema/types.ts';
import { nodeClassRef, requirements, taints } from './scheduling.ts';
import { dateTime, duration, durationOrNever, looseConditions, quantities, resource } from './values.ts';

const spec: JsonSchema = {
  type: 'object',
  required: ['nodeClassRef', 'requirements'],
  properties: {
    expireAfter: { ...durationOrNever, default: '720h' },
    nodeClassRef,
    requirements: requirements('node-claim'),
    resources: { type: 'object', properties: { requests: quantities } },
    startupTaints: taints,
    taints,
    terminationGracePeriod: duration,
  },
  'x-kubernetes-validations': [{ rule: 'self == oldSelf', message: 'The spec of a NodeClaim cannot be changed' }],
};

const status: JsonSchema = {
  type: 'object',
  properties: {
    allocatable: quantities,
    capacity: quantities,
    conditions: looseConditions,
    imageID: { type: 'string' },
    lastPodEventTime: dateTime,
    nodeName: { type: 'string' },
    providerID: { type: 'string' },
  },
};

/** NodeClaim, karpenter.sh/v1. */
export const nodeClaimSchema: JsonSchema = resource(spec, status);
