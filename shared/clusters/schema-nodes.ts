import * as z from 'zod';
import { cpuQuantity, dnsLabel, instanceType, matching, memoryQuantity } from './schema-values.ts';

/** gp3; the limits are those of the volume type. */
export const diskSchema = z.strictObject({
  gib: z.int().min(20).max(65536).default(20),
  iops: z.int().min(3000).max(80000).default(3000),
  throughputMiBps: z.int().min(125).max(2000).default(125),
});

export const bootstrapNodesSchema = z.strictObject({
  instanceTypes: z.array(instanceType).min(1).max(20).default(['t3.medium']),
  minSize: z
    .int()
    .min(2, {
      error: ({ input }) => `must be at least 2, is ${input}: two controller replicas need two nodes`,
    })
    .max(450)
    .default(2),
  desiredSize: z.int().min(1).max(450).default(3),
  maxSize: z.int().min(1).max(450).default(4),
  disk: diskSchema.prefault({}).describe('Encrypted gp3.'),
});

const duration = matching(/^([0-9]+[smh])+$|^Never$/, 'a duration such as 30m, or Never');
const labelKey = /^([a-z0-9]([a-z0-9.-]*[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
export const labelValue = matching(/^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/, 'a Kubernetes label value');

export const label = matching(labelKey, 'a Kubernetes label key');

export const taintSchema = z.strictObject({
  key: label,
  value: labelValue.exactOptional(),
  effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']),
});

const budget = z.strictObject({
  nodes: matching(/^((100|[0-9]{1,2})%|[0-9]+)$/, 'a number of nodes or a percentage in quotes, such as "10%"'),
  reasons: z
    .array(z.enum(['Underutilized', 'Empty', 'Drifted']))
    .min(1)
    .exactOptional(),
  schedule: z.string().exactOptional().describe('Cron, in UTC; goes with duration.'),
  duration: matching(/^([0-9]+[hm])+$/, 'a duration such as 8h').exactOptional(),
});

export const rootVolumeSchema = z.strictObject({
  gib: z.int().min(20).max(65536).exactOptional(),
  iops: z.int().min(3000).max(80000).exactOptional(),
  throughputMiBps: z.int().min(125).max(2000).exactOptional(),
});

/** What an entry may change of a profile. */
export const overridesSchema = z.strictObject({
  name: dnsLabel.exactOptional().describe('Name of the NodePool; the name of the profile otherwise.'),
  weight: z.int().min(1).max(100).exactOptional(),
  limits: z
    .strictObject({
      cpu: cpuQuantity().exactOptional(),
      memory: memoryQuantity().exactOptional(),
      nodes: z.int().min(0).exactOptional(),
      'nvidia.com/gpu': matching(/^\d+$/, 'a number of GPUs in quotes, such as "8"').exactOptional(),
    })
    .exactOptional(),
  architectures: z
    .array(z.enum(['amd64', 'arm64']))
    .min(1)
    .exactOptional(),
  capacityTypes: z
    .array(z.enum(['spot', 'on-demand', 'reserved']))
    .min(1)
    .exactOptional(),
  instanceTypes: z
    .array(
      matching(/^[a-z][a-z0-9-]*\.([a-z0-9-]+|\*)$/, 'an instance type such as m5.large, or a family such as m5.*'),
    )
    .min(1)
    .exactOptional(),
  instanceFamilies: z
    .array(matching(/^[a-z][a-z0-9-]*$/, 'an instance family such as m5'))
    .min(1)
    .exactOptional(),
  instanceSizes: z
    .array(matching(/^[a-z0-9]+(-[0-9]+xl)?$/, 'an instance size such as xlarge'))
    .min(1)
    .exactOptional(),
  zones: z
    .array(matching(/^[a-z]{2,4}(-[a-z]+)+-\d+([a-z]|-[a-z0-9-]+)$/, 'a zone such as eu-west-1a'))
    .min(1)
    .exactOptional(),
  labels: z.record(label, labelValue).exactOptional(),
  taints: z.array(taintSchema).exactOptional(),
  budgets: z
    .array(budget)
    .min(1)
    .max(50)
    .exactOptional()
    .describe('How many nodes may be disrupted at once; 10 % otherwise.'),
  consolidationPolicy: z.enum(['WhenEmpty', 'WhenEmptyOrUnderutilized', 'Balanced']).exactOptional(),
  consolidateAfter: duration.exactOptional(),
  expireAfter: duration.exactOptional(),
  terminationGracePeriod: matching(/^([0-9]+[smh])+$/, 'a duration such as 30m').exactOptional(),
  rootVolume: rootVolumeSchema
    .exactOptional()
    .describe('Encrypted gp3; the pool gets an EC2NodeClass of its own, what is left out is as in the profile.'),
});

/** Exactly one of `profile` and `manifest`; a rule says so, since a union would name every fault twice. */
export const nodePoolEntrySchema = z
  .strictObject({
    profile: z.string().exactOptional().describe('A profile of the catalogue.'),
    overrides: overridesSchema.exactOptional(),
    manifest: z.record(z.string(), z.unknown()).exactOptional().describe('A NodePool or EC2NodeClass, written out.'),
  })
  .meta({ oneOf: [{ required: ['profile'] }, { required: ['manifest'] }] });

const SPOT = ['preferred', 'required', 'never'] as const;

/** Which pool a workload belongs to, for `joinery place` and the linter. */
export const serviceSchema = z.strictObject({
  name: dnsLabel.describe('Name of the Deployment, StatefulSet or Job.'),
  pool: z.string().describe('Name of a NodePool of this file.'),
  critical: z.boolean().default(false).describe('Whether it must keep running when there is no spot capacity.'),
  spot: z.enum(SPOT).exactOptional().describe('Preferred where the pool has spot, when left out.'),
});

export const smokeTestSchema = z.strictObject({
  enabled: z.boolean().default(true),
  pods: z.int().min(1).max(50).default(5),
  cpu: cpuQuantity().default('1').describe('Request of each pod.'),
});
