import { parse } from 'yaml';
import type {
  AwsAuthFacts,
  ControllerFacts,
  DefinitionFacts,
  InsideFacts,
  NodeFacts,
  ResourceFacts,
} from '../adoption/facts.ts';
import { RECORDS } from '../helm/releases.ts';
import { CLUSTER_TAG_OF_NODES } from '../nodepools/profiles/build-node-class.ts';
import type { KubeApi, Manifest } from './api.ts';
import { KubeError } from './errors.ts';
import { karpenterReleases } from './helm-releases.ts';
import { freeOf, nodeFacts } from './node-room.ts';
import { POD_IDENTITY_AGENT } from './pod-identity-agent.ts';

type Look = Pick<KubeApi, 'read' | 'list'>;

const KARPENTER = 'karpenter.sh/v1';
const KARPENTER_AWS = 'karpenter.k8s.aws/v1';

/**
 * What is inside a cluster that others made, by reading alone. What this identity may not read, and kinds that the cluster does
 * not have, are empty; throws KubeError when the cluster does not know the identity at all. Whether a controller is ours is not
 * known in here.
 */
export async function lookInside(kube: Look, cluster: string): Promise<InsideFacts> {
  const list = (apiVersion: string, kind: string, selector?: string) =>
    orNothing(kube.list({ apiVersion, kind }, selector));
  // Nodes come first, and must be readable: who may not see them sees nothing that matters.
  const nodes = await kube.list({ apiVersion: 'v1', kind: 'Node' });
  const pods = await list('v1', 'Pod');
  const deployments = await list('apps/v1', 'Deployment');
  const accounts = await list('v1', 'ServiceAccount');
  const definitions = await list('apiextensions.k8s.io/v1', 'CustomResourceDefinition');
  const pools = await list(KARPENTER, 'NodePool');
  const classes = await list(KARPENTER_AWS, 'EC2NodeClass');
  const claims = await list(KARPENTER, 'NodeClaim');
  const secrets = await list('v1', 'Secret', RECORDS);
  const agent = await orUndefined(kube.read({ apiVersion: 'apps/v1', kind: 'DaemonSet', ...POD_IDENTITY_AGENT }));
  const map = await orUndefined(
    kube.read({ apiVersion: 'v1', kind: 'ConfigMap', name: 'aws-auth', namespace: 'kube-system' }),
  );
  const ourPools = pools.filter(isOursByManager).map(({ metadata }) => metadata.name);
  const agentStatus = (agent?.['status'] ?? {}) as { desiredNumberScheduled?: number; numberReady?: number };
  return {
    awsAuth: map ? awsAuthOf(map) : null,
    controllers: deployments.filter(isController).map((deployment) => controllerOf(deployment, accounts)),
    releases: karpenterReleases(secrets),
    definitions: definitions.map(definitionOf),
    nodePools: pools.map((pool) => resourceOf(pool, isOursByManager(pool))),
    nodeClasses: classes.map((found) => nodeClassOf(found, cluster)),
    nodeClaims: claims.map((claim) => ({
      ...resourceOf(claim, ourPools.includes(claim.metadata.labels?.['karpenter.sh/nodepool'] ?? '')),
      instanceId: instanceOf(claim),
    })),
    autoscalers: deployments.filter(isAutoscaler).map(({ metadata, spec }) => ({
      namespace: metadata.namespace ?? '',
      name: metadata.name,
      replicas: (spec as { replicas?: number }).replicas ?? 1,
    })),
    hasAutoModeClasses: definitions.some(({ metadata }) => metadata.name === 'nodeclasses.eks.amazonaws.com'),
    nodes: nodes.map((node): NodeFacts => nodeFacts(node, freeOf(node, pods))),
    podIdentityAgent: agent
      ? { desired: agentStatus.desiredNumberScheduled ?? 0, ready: agentStatus.numberReady ?? 0 }
      : null,
  };
}

/** A kind that the cluster does not have, or that this identity may not read, is empty. */
async function orNothing(answer: Promise<Manifest[]>): Promise<Manifest[]> {
  return (await orUndefined(answer)) ?? [];
}

async function orUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof KubeError && (error.status === 404 || error.status === 403)) return undefined;
    throw error;
  }
}

type Container = {
  readonly image?: string;
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
};
type PodSpec = { readonly serviceAccountName?: string; readonly containers?: readonly Container[] };

function podSpecOf({ spec }: Manifest): PodSpec {
  return (spec as { template?: { spec?: PodSpec } } | undefined)?.template?.spec ?? {};
}

function isControllerContainer({ image = '', env = [] }: Container): boolean {
  return /(^|\/)karpenter\/controller([:@]|$)/.test(image) || env.some(({ name }) => name === 'KARPENTER_SERVICE');
}

function isController(deployment: Manifest): boolean {
  return (podSpecOf(deployment).containers ?? []).some(isControllerContainer);
}

function isAutoscaler(deployment: Manifest): boolean {
  return (podSpecOf(deployment).containers ?? []).some(({ image = '' }) =>
    /(^|\/)cluster-autoscaler([:@]|$)/.test(image),
  );
}

function controllerOf(deployment: Manifest, accounts: readonly Manifest[]): ControllerFacts {
  const { metadata, spec, status } = deployment;
  const { containers = [], serviceAccountName: serviceAccount = 'default' } = podSpecOf(deployment);
  const container = containers.find(isControllerContainer) ?? {};
  const account = accounts.find(
    (found) => found.metadata.name === serviceAccount && found.metadata.namespace === metadata.namespace,
  );
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    image: container.image ?? '',
    version: /:v?(\d+\.\d+\.\d+)(@|$)/.exec(container.image ?? '')?.[1] ?? null,
    replicas: (spec as { replicas?: number }).replicas ?? 1,
    readyReplicas: (status as { readyReplicas?: number } | undefined)?.readyReplicas ?? 0,
    serviceAccount,
    irsaRoleArn: account?.metadata.annotations?.['eks.amazonaws.com/role-arn'] ?? null,
    interruptionQueue: container.env?.find(({ name }) => name === 'INTERRUPTION_QUEUE')?.value ?? null,
    isOurs: false,
  };
}

function definitionOf({ metadata, status }: Manifest): DefinitionFacts {
  return {
    name: metadata.name,
    storedVersions: (status as { storedVersions?: string[] } | undefined)?.storedVersions ?? [],
  };
}

function resourceOf({ metadata }: Manifest, isOurs: boolean): ResourceFacts {
  return {
    name: metadata.name,
    isDeleting: metadata.deletionTimestamp !== undefined,
    isOurs,
    isOfCdk: Object.keys(metadata.labels ?? {}).some((label) => label.startsWith('aws.cdk.eks/prune-')),
  };
}

function nodeClassOf(found: Manifest, cluster: string): InsideFacts['nodeClasses'][number] {
  const spec = (found['spec'] ?? {}) as { role?: string; instanceProfile?: string; tags?: Record<string, string> };
  return {
    ...resourceOf(found, isOursByManager(found) || spec.tags?.[CLUSTER_TAG_OF_NODES] === cluster),
    role: spec.role ?? null,
    instanceProfile: spec.instanceProfile ?? null,
  };
}

/** Joinery applies under a field manager of its own. */
function isOursByManager({ metadata }: Manifest): boolean {
  const managers = (metadata['managedFields'] ?? []) as readonly { manager?: string; operation?: string }[];
  return managers.some(({ manager, operation }) => manager === 'joinery' && operation === 'Apply');
}

function instanceOf({ status }: Manifest): string | null {
  const { providerID = '' } = (status ?? {}) as { providerID?: string };
  return /i-[0-9a-f]+$/.exec(providerID)?.[0] ?? null;
}

type Mapping = { readonly rolearn?: string; readonly username?: string; readonly groups?: readonly string[] };

/** A map that cannot be read is an empty one: nobody gets in by it either. */
function awsAuthOf({ data }: Manifest): AwsAuthFacts[] {
  const { mapRoles = '' } = (data ?? {}) as { mapRoles?: string };
  try {
    const mappings = (parse(mapRoles) ?? []) as readonly Mapping[];
    return mappings.map(({ rolearn = '', username = '', groups = [] }) => ({ roleArn: rolearn, username, groups }));
  } catch {
    return [];
  }
}
