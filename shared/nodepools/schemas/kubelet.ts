import type { JsonSchema, ValidationRule } from '../../kube/schema/types.ts';
import { QUANTITY_PATTERN } from './values.ts';

const RESERVABLE = "['cpu', 'ephemeral-storage', 'memory', 'pid']";
const EVICTION_SIGNALS =
  "['imagefs.available', 'imagefs.inodesFree', 'memory.available', 'nodefs.available', 'nodefs.inodesFree', 'pid.available']";

/** A percentage or a quantity. The empty alternative is in the released pattern, so a bare quantity may follow nothing. */
const EVICTION_THRESHOLD_PATTERN = `^((\\d{1,2}(\\.\\d{1,2})?|100(\\.0{1,2})?)%||${QUANTITY_PATTERN.slice(1, -1)})$`;

const percentage: JsonSchema = { type: 'integer', format: 'int32', minimum: 0, maximum: 100 };
const count: JsonSchema = { type: 'integer', format: 'int32', minimum: 0 };

function signalsOnly(field: string): ValidationRule {
  return {
    rule: `!self.exists(signal, !(signal in ${EVICTION_SIGNALS}))`,
    message: `${field} takes only the kubelet's eviction signals: ${EVICTION_SIGNALS.slice(1, -1).replaceAll("'", '')}`,
  };
}

function thresholds(field: string): JsonSchema {
  return {
    type: 'object',
    additionalProperties: { type: 'string', pattern: EVICTION_THRESHOLD_PATTERN },
    'x-kubernetes-validations': [signalsOnly(field)],
  };
}

function reserved(field: string): JsonSchema {
  return {
    type: 'object',
    additionalProperties: { type: 'string', pattern: QUANTITY_PATTERN },
    'x-kubernetes-validations': [
      {
        rule: `!self.exists(name, !(name in ${RESERVABLE}))`,
        message: `${field} takes only cpu, ephemeral-storage, memory and pid`,
      },
      { rule: "!self.exists(name, self[name].startsWith('-'))", message: `${field} may not be negative` },
    ],
  };
}

/** The kubelet settings of an EC2NodeClass (1.14.1: typed). */
export const kubelet: JsonSchema = {
  type: 'object',
  properties: {
    clusterDNS: { type: 'array', items: { type: 'string' } },
    cpuCFSQuota: { type: 'boolean' },
    evictionHard: thresholds('evictionHard'),
    evictionMaxPodGracePeriod: { type: 'integer', format: 'int32' },
    evictionSoft: thresholds('evictionSoft'),
    evictionSoftGracePeriod: {
      type: 'object',
      additionalProperties: { type: 'string' },
      'x-kubernetes-validations': [signalsOnly('evictionSoftGracePeriod')],
    },
    imageGCHighThresholdPercent: percentage,
    imageGCLowThresholdPercent: percentage,
    kubeReserved: reserved('kubeReserved'),
    maxPods: count,
    podsPerCore: count,
    systemReserved: reserved('systemReserved'),
  },
  'x-kubernetes-validations': [
    {
      rule: '!has(self.imageGCHighThresholdPercent) || !has(self.imageGCLowThresholdPercent) || self.imageGCLowThresholdPercent < self.imageGCHighThresholdPercent',
      message: 'imageGCLowThresholdPercent must be below imageGCHighThresholdPercent',
    },
    {
      rule: '!has(self.evictionSoft) || self.evictionSoft.all(signal, has(self.evictionSoftGracePeriod) && signal in self.evictionSoftGracePeriod)',
      message: 'Each signal of evictionSoft needs its evictionSoftGracePeriod',
    },
    {
      rule: '!has(self.evictionSoftGracePeriod) || self.evictionSoftGracePeriod.all(signal, has(self.evictionSoft) && signal in self.evictionSoft)',
      message: 'Each signal of evictionSoftGracePeriod needs its evictionSoft',
    },
  ],
};
