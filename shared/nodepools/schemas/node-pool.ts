import type { JsonSchema } from '../../kube/schema/types.ts';
import { LABEL_VALUE_PATTERN, MAX_LABEL_VALUE_LENGTH, restrictedLabelRules } from './labels.ts';
import { nodeClassRef, requirements, taints } from './scheduling.ts';
import { conditions, duration, durationOrNever, quantities, resource } from './values.ts';

const budgets: JsonSchema = {
  type: 'array',
  maxItems: 50,
  default: [{ nodes: '10%' }],
  'x-kubernetes-list-type': 'atomic',
  items: {
    type: 'object',
    required: ['nodes'],
    properties: {
      duration: { type: 'string', pattern: '^((([0-9]+(h|m))|([0-9]+h[0-9]+m))(0s)?)$' },
      nodes: { type: 'string', default: '10%', pattern: '^((100|[0-9]{1,2})%|[0-9]+)$' },
      reasons: {
        type: 'array',
        maxItems: 50,
        'x-kubernetes-list-type': 'set',
        items: { type: 'string', enum: ['Underutilized', 'Empty', 'Drifted'] },
      },
      schedule: {
        type: 'string',
        pattern: '^(@(annually|yearly|monthly|weekly|daily|midnight|hourly))|((.+)\\s(.+)\\s(.+)\\s(.+)\\s(.+))$',
      },
    },
  },
  'x-kubernetes-validations': [
    {
      rule: 'self.all(b, (has(b.schedule) && has(b.duration)) || (!has(b.schedule) && !has(b.duration)))',
      message: 'A budget has both schedule and duration, or neither',
    },
  ],
};

const disruption: JsonSchema = {
  type: 'object',
  required: ['consolidateAfter'],
  default: { consolidateAfter: '0s' },
  properties: {
    budgets,
    consolidateAfter: durationOrNever,
    consolidationPolicy: {
      type: 'string',
      default: 'WhenEmptyOrUnderutilized',
      enum: ['WhenEmpty', 'WhenEmptyOrUnderutilized', 'Balanced'],
    },
  },
};

const templateMetadata: JsonSchema = {
  type: 'object',
  properties: {
    annotations: {
      type: 'object',
      additionalProperties: { type: 'string' },
      'x-kubernetes-map-type': 'granular',
    },
    labels: {
      type: 'object',
      maxProperties: 100,
      additionalProperties: { type: 'string', maxLength: MAX_LABEL_VALUE_LENGTH, pattern: LABEL_VALUE_PATTERN },
      'x-kubernetes-map-type': 'atomic',
      'x-kubernetes-validations': restrictedLabelRules('node-pool', 'keys'),
    },
  },
};

const templateSpec: JsonSchema = {
  type: 'object',
  required: ['nodeClassRef', 'requirements'],
  properties: {
    expireAfter: { ...durationOrNever, default: '720h' },
    nodeClassRef: {
      ...nodeClassRef,
      'x-kubernetes-validations': [
        { rule: 'self.group == oldSelf.group', message: 'nodeClassRef.group cannot be changed' },
        { rule: 'self.kind == oldSelf.kind', message: 'nodeClassRef.kind cannot be changed' },
      ],
    },
    requirements: requirements('node-pool'),
    startupTaints: taints,
    taints,
    terminationGracePeriod: duration,
  },
};

const spec: JsonSchema = {
  type: 'object',
  required: ['template'],
  properties: {
    disruption,
    limits: quantities,
    replicas: { type: 'integer', format: 'int64', minimum: 0 },
    template: {
      type: 'object',
      required: ['spec'],
      properties: { metadata: templateMetadata, spec: templateSpec },
    },
    weight: { type: 'integer', format: 'int32', minimum: 1, maximum: 100 },
  },
  'x-kubernetes-validations': [
    {
      rule: 'has(self.replicas) == has(oldSelf.replicas)',
      message: 'replicas can be neither added nor removed later: a static NodePool stays static, a dynamic one dynamic',
    },
    {
      rule: "!has(self.replicas) || !has(self.limits) || self.limits.all(name, name == 'nodes')",
      message: 'A static NodePool (with replicas) may limit nodes only',
    },
    {
      rule: '!(has(self.replicas) && has(self.weight))',
      message: 'A static NodePool (with replicas) has no weight',
    },
  ],
};

const status: JsonSchema = {
  type: 'object',
  properties: {
    conditions,
    nodeClassObservedGeneration: { type: 'integer', format: 'int64' },
    nodes: { type: 'integer', format: 'int64', default: 0 },
    resources: quantities,
  },
};

/** NodePool, karpenter.sh/v1. */
export const nodePoolSchema: JsonSchema = resource(spec, status);
