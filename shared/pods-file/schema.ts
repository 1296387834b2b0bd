import * as z from 'zod';
import { label, labelValue, nodePoolEntrySchema, taintSchema } from '../clusters/schema-nodes.ts';
import { cpuQuantity, dnsLabel, instanceType, matching, memoryQuantity } from '../clusters/schema-values.ts';
import { REGION } from '../events/patterns.ts';

const count = matching(/^\d+$/, 'a whole number in quotes, such as "1"').exactOptional();
const requests = z
  .strictObject({ cpu: cpuQuantity(), memory: memoryQuantity(), 'nvidia.com/gpu': count, 'amd.com/gpu': count })
  .describe('What each pod asks for. A pod without requests would fit anywhere, so both are required.');

const toleration = z.strictObject({
  key: label.exactOptional(),
  operator: z.enum(['Equal', 'Exists']).default('Equal'),
  value: labelValue.exactOptional(),
  effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).exactOptional(),
});

const podSchema = z.strictObject({
  name: dnsLabel,
  count: z.int().min(1).default(1),
  requests,
  nodeSelector: z.record(label, labelValue).default({}),
  tolerations: z.array(toleration).default([]),
});

const daemonSetSchema = z.strictObject({
  name: dnsLabel,
  requests,
  tolerations: z
    .array(toleration)
    .default([{ operator: 'Exists' }])
    .describe('Everything, when left out, as those of EKS do.'),
});

const nodeGroupSchema = z.strictObject({
  name: dnsLabel,
  instanceTypes: z
    .array(instanceType)
    .min(1)
    .max(20)
    .describe('All with the same vCPUs and memory, as Cluster Autoscaler demands.'),
  minSize: z.int().min(0).max(450).default(0),
  maxSize: z.int().min(1).max(450),
  capacityType: z.enum(['on-demand', 'spot']).default('on-demand'),
  labels: z.record(label, labelValue).default({}),
  taints: z.array(taintSchema).default([]),
});

/** Pods, and the two ways to get nodes for them: what `joinery pack` compares. */
export const podsFileSchema = z.strictObject({
  region: matching(REGION, 'a Region such as eu-west-1'),
  zones: z
    .array(matching(/^[a-z]{2,4}(-[a-z]+)+-\d[a-z]$/, 'a zone such as eu-west-1a'))
    .min(1)
    .max(6)
    .exactOptional()
    .describe('All that are known of the Region, when left out.'),
  pods: z.array(podSchema).min(1),
  daemonSets: z.array(daemonSetSchema).default([]).describe('One pod of each on every node that they tolerate.'),
  fixed: z.strictObject({
    expander: z
      .enum(['least-waste', 'random'])
      .default('least-waste')
      .describe('How Cluster Autoscaler chooses a group; random is its own default, and drawn from `seed` here.'),
    seed: z.int().min(0).default(1),
    nodeGroups: z.array(nodeGroupSchema).min(1).max(100),
  }),
  karpenter: z.strictObject({
    nodePools: z.array(nodePoolEntrySchema).min(1).max(100).describe('As in a cluster file.'),
  }),
});

export type PodsFile = z.output<typeof podsFileSchema>;
