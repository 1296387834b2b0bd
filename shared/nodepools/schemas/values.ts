import type { JsonSchema } from '../../kube/schema/types.ts';

export const QUANTITY_PATTERN =
  '^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$';

/** Seconds, minutes and hours, such as 30s or 1h30m, or Never. */
export const durationOrNever: JsonSchema = { type: 'string', pattern: '^(([0-9]+(s|m|h))+|Never)$' };

export const duration: JsonSchema = { type: 'string', pattern: '^([0-9]+(s|m|h))+$' };

export const dateTime: JsonSchema = { type: 'string', format: 'date-time' };

/** Resource names to quantities; a quantity is a string such as 200Gi or a whole number. */
export const quantities: JsonSchema = {
  type: 'object',
  additionalProperties: {
    anyOf: [{ type: 'integer' }, { type: 'string' }],
    pattern: QUANTITY_PATTERN,
    'x-kubernetes-int-or-string': true,
  },
};

const conditionType: JsonSchema = {
  type: 'string',
  maxLength: 316,
  pattern:
    '^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$',
};

const conditionFields = {
  lastTransitionTime: dateTime,
  message: { type: 'string', maxLength: 32768 },
  observedGeneration: { type: 'integer', format: 'int64', minimum: 0 },
  status: { type: 'string', enum: ['True', 'False', 'Unknown'] },
  type: conditionType,
} as const satisfies Record<string, JsonSchema>;

const byType: JsonSchema = { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'] };

/** Conditions whose reason and message are required. */
export const conditionItems: JsonSchema = {
  type: 'object',
  required: ['lastTransitionTime', 'message', 'reason', 'status', 'type'],
  properties: {
    ...conditionFields,
    reason: { type: 'string', minLength: 1, maxLength: 1024, pattern: '^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$' },
  },
};

export const conditions: JsonSchema = { type: 'array', ...byType, items: conditionItems };

/** Conditions of a NodeClaim: reason and message may be absent or empty. */
export const looseConditions: JsonSchema = {
  type: 'array',
  ...byType,
  items: {
    type: 'object',
    required: ['lastTransitionTime', 'status', 'type'],
    properties: {
      ...conditionFields,
      reason: { type: 'string', maxLength: 1024, pattern: '^([A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?|)$' },
    },
  },
};

/** The whole object around a spec and a status. */
export function resource(spec: JsonSchema, status: JsonSchema, required: string[] = ['spec']): JsonSchema {
  return {
    type: 'object',
    ...(required.length > 0 ? { required } : {}),
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { type: 'object' },
      spec,
      status,
    },
  };
}
