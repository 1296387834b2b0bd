import * as z from 'zod';
import { ACCOUNT_ID, REGION } from '../events/patterns.ts';
import type { ClusterFacts } from './facts.ts';

const texts = z.array(z.string());
const tags = z.record(z.string(), z.string());
const maybe = z.string().nullable();

const tagged = { id: z.string(), discovery: maybe };
const resource = { name: z.string(), isDeleting: z.boolean(), isOurs: z.boolean(), isOfCdk: z.boolean() };

const policy = z.strictObject({
  name: z.string(),
  kind: z.enum(['inline', 'managed']),
  size: z.int(),
  allows: z.array(z.strictObject({ actions: texts, resources: texts })),
});

const karpenterAccount = z.strictObject({
  controllerRole: z.strictObject({ arn: z.string(), exists: z.boolean(), policies: z.array(policy) }).nullable(),
  queue: z
    .object({
      name: z.string(),
      exists: z.boolean(),
      isEncrypted: z.boolean(),
      deniesPlainTransport: z.boolean(),
      tags,
    })
    .nullable(),
  rules: z.array(z.strictObject({ name: z.string(), isEnabled: z.boolean(), sources: texts, detailTypes: texts })),
});

const controller = z.strictObject({
  namespace: z.string(),
  name: z.string(),
  image: z.string(),
  version: maybe,
  replicas: z.int(),
  readyReplicas: z.int(),
  serviceAccount: z.string(),
  irsaRoleArn: maybe,
  interruptionQueue: maybe,
  isOurs: z.boolean(),
});

const release = z.strictObject({
  name: z.string(),
  namespace: z.string(),
  chart: z.string(),
  status: z.string(),
  revision: z.int(),
  settings: texts,
  isOurs: z.boolean(),
});

const node = z.strictObject({
  name: z.string(),
  zone: z.string(),
  isReady: z.boolean(),
  isAutoscaled: z.boolean(),
  taints: texts,
  isBootstrap: z.boolean(),
  free: z.strictObject({ milliCpu: z.number(), memoryMiB: z.number(), pods: z.number() }),
});

const inside = z.strictObject({
  awsAuth: z.array(z.strictObject({ roleArn: z.string(), username: z.string(), groups: texts })).nullable(),
  controllers: z.array(controller),
  releases: z.array(release),
  definitions: z.array(z.strictObject({ name: z.string(), storedVersions: texts })),
  nodePools: z.array(z.strictObject(resource)),
  nodeClasses: z.array(z.strictObject({ ...resource, role: maybe, instanceProfile: maybe })),
  nodeClaims: z.array(z.strictObject({ ...resource, instanceId: maybe })),
  autoscalers: z.array(z.strictObject({ namespace: z.string(), name: z.string(), replicas: z.int() })),
  hasAutoModeClasses: z.boolean(),
  nodes: z.array(node),
  podIdentityAgent: z.strictObject({ desired: z.int(), ready: z.int() }).nullable(),
});

const addon = z.strictObject({ name: z.string(), version: z.string(), status: z.string(), isOurs: z.boolean() });

const nodeGroup = z.strictObject({
  name: z.string(),
  status: z.string(),
  nodeRoleArn: z.string(),
  instanceTypes: texts,
  minSize: z.int(),
  desiredSize: z.int(),
  maxSize: z.int(),
  isOurs: z.boolean(),
});

const association = z.strictObject({
  namespace: z.string(),
  serviceAccount: z.string(),
  roleArn: z.string(),
  associationId: z.string(),
  isOurs: z.boolean(),
});

/** A facts file, as a run stores it beside its plan. */
export const factsSchema = z.strictObject({
  cluster: z.string(),
  accountId: z.string().regex(ACCOUNT_ID),
  region: z.string().regex(REGION),
  observedAt: z.iso.datetime(),
  status: z.string(),
  kubernetesVersion: z.string(),
  vpcId: z.string(),
  tags,
  authenticationMode: z.enum(['CONFIG_MAP', 'API_AND_CONFIG_MAP', 'API']),
  endpoint: z.strictObject({ public: z.boolean(), private: z.boolean(), publicCidrs: texts }),
  autoMode: z.boolean(),
  oidcIssuer: maybe,
  accessEntries: texts.nullable(),
  addons: z.array(addon),
  nodeGroups: z.array(nodeGroup),
  podIdentity: z.array(association),
  network: z.strictObject({
    subnets: z.array(z.strictObject(tagged)),
    securityGroups: z.array(z.strictObject({ ...tagged, isClusterGroup: z.boolean(), isOwned: z.boolean() })),
  }),
  instances: z.array(z.strictObject({ id: z.string(), nodePool: z.string() })),
  launchTemplates: z.array(
    z.strictObject({ id: z.string(), name: z.string(), hasOldTag: z.boolean(), hasNewTag: z.boolean() }),
  ),
  karpenterAccount: karpenterAccount.nullable(),
  inside: inside.nullable(),
  insideReason: z.string().exactOptional(),
}) satisfies z.ZodType<ClusterFacts>;
