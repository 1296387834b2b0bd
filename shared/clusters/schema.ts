import * as z from 'zod';
import { CLUSTER_NAME, NAME_LIMITS } from './names.ts';
import { budgetSchema } from './schema-budget.ts';
import { karpenterSchema } from './schema-karpenter.ts';
import { lintSchema } from './schema-lint.ts';
import { bootstrapNodesSchema, nodePoolEntrySchema, serviceSchema, smokeTestSchema } from './schema-nodes.ts';
import { kubernetesVersion, matching } from './schema-values.ts';

/** What a run may do only when the file says so. */
export const CONSENTS = [
  'add-bootstrap-nodes',
  'auto-mode',
  'change-authentication-mode',
  'force-field-conflicts',
  'install-addons',
  'tag-shared-resources',
  'use-existing-queue',
] as const;

const addon = z
  .strictObject({ version: matching(/^v\d+\.\d+\.\d+-eksbuild\.\d+$/, 'an add-on version such as v1.20.4-eksbuild.1') })
  .exactOptional();

export const networkSchema = z.strictObject({
  subnetIds: z
    .array(matching(/^subnet-[0-9a-z]{1,17}$/, 'a subnet id such as subnet-0123456789abcdef0'))
    .min(2, {
      error: ({ input }) => `needs at least two subnets, in different zones; has ${(input as unknown[]).length}`,
    })
    .max(16)
    .describe('Private subnets in at least two zones.'),
  securityGroupIds: z
    .array(matching(/^sg-[0-9a-z]{1,17}$/, 'a security group id such as sg-0123456789abcdef0'))
    .max(4)
    .default([])
    .describe("For the control plane's network interfaces, beside the group that EKS makes."),
  endpointAccess: z.enum(['both', 'public', 'private']).default('both'),
  publicAccessCidrs: z.array(z.string()).max(40).exactOptional(),
});

const specSchema = z.strictObject({
  region: matching(/^[a-z]{2,4}(-[a-z]+)+-\d$/, 'a Region such as eu-west-1'),
  mode: z
    .enum(['create', 'adopt'])
    .default('create')
    .describe('create; adopt: install Karpenter on an existing cluster. A file of mode attach has a shape of its own.'),
  kubernetesVersion,
  supportType: z
    .enum(['STANDARD', 'EXTENDED'])
    .default('EXTENDED')
    .describe('What EKS does when standard support ends.'),
  network: networkSchema,
  logging: z
    .array(z.enum(['api', 'audit', 'authenticator', 'controllerManager', 'scheduler']))
    .default(['audit', 'authenticator']),
  addons: z
    .strictObject({ 'vpc-cni': addon, 'kube-proxy': addon, 'eks-pod-identity-agent': addon, coredns: addon })
    .prefault({})
    .describe("Versions to use in place of the add-on's default for this Kubernetes version."),
  discovery: z
    .strictObject({ tagSubnets: z.boolean().default(true), tagSecurityGroup: z.boolean().default(true) })
    .prefault({})
    .describe('Whether karpenter.sh/discovery is written where it is absent.'),
  bootstrapNodes: bootstrapNodesSchema.prefault({}),
  karpenter: karpenterSchema.prefault({}),
  nodePools: z
    .array(nodePoolEntrySchema)
    .min(1, { error: 'needs at least one entry; leave the key out for the profile default' })
    .default([{ profile: 'default' }]),
  services: z.array(serviceSchema).max(1000).default([]).describe('Which workload belongs on which NodePool.'),
  budget: budgetSchema
    .exactOptional()
    .describe('What it may cost, in US dollars, before an alarm says that it costs more.'),
  interruptions: z
    .strictObject({
      directSpotRule: z
        .boolean()
        .default(false)
        .describe("Whether spot notices also go straight to the cluster's queue, beside the router."),
    })
    .prefault({}),
  lint: lintSchema.prefault({}).describe('Of `joinery nodepools lint`, which a run does before anything is created.'),
  smokeTest: smokeTestSchema.prefault({}),
  consent: z.array(z.enum(CONSENTS)).default([]),
  tags: z
    .record(z.string(), z.string().max(256))
    .default({})
    .describe('On everything that Joinery makes for the cluster.'),
});

/** The shape of the file. What no shape can say (sizes in order, versions that fit) is in rules.ts. */
export const clusterFileSchema = z.strictObject({
  apiVersion: z.literal('joinery.dev/v1'),
  kind: z.literal('Cluster'),
  metadata: z.strictObject({
    name: z
      .string()
      .max(NAME_LIMITS.clusterName)
      .regex(CLUSTER_NAME, {
        error: ({ input }) =>
          `must be letters, digits, hyphens and underscores, starting with a letter or digit, is ${JSON.stringify(input)}`,
      }),
  }),
  spec: specSchema,
});
