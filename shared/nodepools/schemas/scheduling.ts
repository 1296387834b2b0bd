import type { JsonSchema, ValidationRule } from '../../kube/schema/types.ts';
import {
  LABEL_KEY_PATTERN,
  LABEL_VALUE_PATTERN,
  type LabelUse,
  MAX_LABEL_KEY_LENGTH,
  MAX_LABEL_VALUE_LENGTH,
  restrictedLabelRules,
} from './labels.ts';

const NUMERIC_RULE: ValidationRule = {
  rule: "self.all(r, !(r.operator in ['Gt', 'Gte', 'Lt', 'Lte']) || (has(r.values) && size(r.values) == 1 && r.values[0].matches('^([+]?[0-9]+|-0+)$') && int(r.values[0]) >= 0))",
  message: 'Gt, Gte, Lt and Lte take exactly one value, an integer of 0 or more',
};

const MIN_VALUES_RULE: ValidationRule = {
  rule: "self.all(r, r.operator != 'In' || !has(r.minValues) || (has(r.values) && size(r.values) >= r.minValues))",
  message: 'With In, minValues may not be larger than the number of values',
};

function needsValue(operator: 'In' | 'NotIn'): ValidationRule {
  return {
    rule: `self.all(r, r.operator != '${operator}' || (has(r.values) && size(r.values) > 0))`,
    message: `${operator} needs at least one value`,
  };
}

/** Node requirements. The limits on a value's length and form sit on the list, where Kubernetes ignores them: as released. */
export function requirements(use: LabelUse): JsonSchema {
  const isOverlay = use === 'node-overlay';
  return {
    type: 'array',
    maxItems: 100,
    'x-kubernetes-list-type': 'atomic',
    items: {
      type: 'object',
      required: ['key', 'operator'],
      properties: {
        key: {
          type: 'string',
          maxLength: MAX_LABEL_KEY_LENGTH,
          pattern: LABEL_KEY_PATTERN,
          'x-kubernetes-validations': restrictedLabelRules(use, 'self'),
        },
        operator: { type: 'string', enum: ['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Gte', 'Lt', 'Lte'] },
        values: {
          type: 'array',
          items: { type: 'string' },
          'x-kubernetes-list-type': 'atomic',
          maxLength: MAX_LABEL_VALUE_LENGTH,
          pattern: LABEL_VALUE_PATTERN,
        },
        ...(isOverlay ? {} : { minValues: { type: 'integer', minimum: 1, maximum: 50 } as const }),
      },
    },
    'x-kubernetes-validations': isOverlay
      ? [needsValue('In'), needsValue('NotIn'), NUMERIC_RULE]
      : [needsValue('In'), NUMERIC_RULE, MIN_VALUES_RULE],
  };
}

export const taints: JsonSchema = {
  type: 'array',
  'x-kubernetes-list-type': 'atomic',
  items: {
    type: 'object',
    required: ['effect', 'key'],
    properties: {
      effect: { type: 'string', enum: ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] },
      key: { type: 'string', minLength: 1, pattern: LABEL_KEY_PATTERN },
      timeAdded: { type: 'string', format: 'date-time' },
      value: { type: 'string', pattern: LABEL_KEY_PATTERN },
    },
  },
};

function nonEmpty(field: string): JsonSchema {
  return {
    type: 'string',
    'x-kubernetes-validations': [{ rule: 'size(self) > 0', message: `nodeClassRef.${field} may not be empty` }],
  };
}

/** The reference to a node class, without the rules on changing it: those differ from kind to kind. */
export const nodeClassRef: JsonSchema = {
  type: 'object',
  required: ['group', 'kind', 'name'],
  properties: {
    group: { ...nonEmpty('group'), pattern: '^[^/]*$' },
    kind: nonEmpty('kind'),
    name: nonEmpty('name'),
  },
};
