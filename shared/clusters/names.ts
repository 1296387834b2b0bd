import { createHash } from 'node:crypto';

/** What EKS accepts as the name of a cluster; at most 100 characters. */
export const CLUSTER_NAME = /^[0-9A-Za-z][A-Za-z0-9_-]*$/;

/** Every cluster's queue starts with this: the router lists queues by it when the registry is away. */
export const QUEUE_PREFIX = 'joinery-cluster-';

/**
 * A cluster's queue, and what follows the prefix. CloudFormation names the queues of a deployment itself, with the logical id
 * and letters in upper case, whatever the name of the stack: none of them is ever taken for a cluster's.
 */
export const QUEUE_NAME = /^joinery-cluster-([a-z0-9-]+)$/;

/** The controller's, which its pod identity association names. */
export const KARPENTER_SERVICE_ACCOUNT = 'karpenter';

/** The limits that derived names run into, in characters. */
export const NAME_LIMITS = {
  clusterName: 100,
  stackName: 128,
  queueName: 80,
  nodeGroupName: 63,
  roleName: 64,
  instanceProfileName: 128,
  discoveryValue: 256,
  kubernetesName: 63,
} as const;

const HASH_LENGTH = 10;
const LOOKS_HASHED = new RegExp(`-[0-9a-f]{${HASH_LENGTH}}$`);

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, HASH_LENGTH);
}

/**
 * `prefix` + name + `suffix` within `limit`, in lower case, letters, digits and inner hyphens only. A name that had to be
 * changed or cut gets a hash of the original, so does one that already ends like a hash: two names never share a result.
 */
function derive(clusterName: string, limit: number, prefix: string, suffix = ''): string {
  const plain = clusterName.toLowerCase().replaceAll('_', '-');
  const room = limit - prefix.length - suffix.length;
  if (plain === clusterName && plain.length <= room && !plain.endsWith('-') && !LOOKS_HASHED.test(plain)) {
    return `${prefix}${plain}${suffix}`;
  }
  const kept = plain.slice(0, room - HASH_LENGTH - 1).replace(/-+$/, '');
  return `${prefix}${kept}-${hash(clusterName)}${suffix}`;
}

/** Every name that is derived from the name of a cluster. The name must match CLUSTER_NAME. */
export type ClusterNames = {
  /** The CloudFormation stack of its roles and queue. */
  readonly stackName: string;
  readonly queueName: string;
  readonly nodeGroupName: string;
  /** IAM compares role names without case. */
  readonly roleNames: { readonly controller: string; readonly karpenterNode: string; readonly bootstrapNode: string };
  readonly instanceProfileName: string;
  /** Value of the tag `karpenter.sh/discovery`. */
  readonly discoveryValue: string;
  /** DNS-1123 labels, for what is made inside the cluster. */
  readonly smokeTestNamespace: string;
  readonly smokeTestNodePool: string;
  /** Everything about the cluster in the bucket; ends with a slash. */
  readonly objectPrefix: string;
};

export function namesOf(clusterName: string): ClusterNames {
  const role = (suffix: string) => derive(clusterName, NAME_LIMITS.roleName, 'joinery-', suffix);
  return {
    stackName: derive(clusterName, NAME_LIMITS.stackName, 'joinery-cluster-'),
    queueName: derive(clusterName, NAME_LIMITS.queueName, QUEUE_PREFIX),
    nodeGroupName: derive(clusterName, NAME_LIMITS.nodeGroupName, '', '-bootstrap'),
    roleNames: {
      controller: role('-controller'),
      karpenterNode: role('-karpenter-node'),
      bootstrapNode: role('-bootstrap-node'),
    },
    instanceProfileName: derive(clusterName, NAME_LIMITS.instanceProfileName, 'joinery-', '-karpenter-node'),
    discoveryValue: clusterName,
    smokeTestNamespace: derive(clusterName, NAME_LIMITS.kubernetesName, 'joinery-smoke-test-'),
    smokeTestNodePool: derive(clusterName, NAME_LIMITS.kubernetesName, 'joinery-smoke-test-'),
    objectPrefix: `clusters/${clusterName}/`,
  };
}

/** Where one run keeps its parsed file, its plan and its report. `runId` is the name of its execution. */
export function objectKeysOf(
  clusterName: string,
  runId: string,
): { cluster: string; facts: string; plan: string; report: string } {
  const prefix = `${namesOf(clusterName).objectPrefix}runs/${runId}`;
  const key = (name: string) => `${prefix}/${name}.json`;
  return { cluster: key('cluster'), facts: key('facts'), plan: key('plan'), report: key('report') };
}
