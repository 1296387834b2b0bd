import { toOpsError } from '../../shared/aws/errors.ts';
import type { KubeApi, Manifest } from '../../shared/kube/api.ts';
import { type LeaderMetrics, LeaderUnreadError, leaderMetrics } from '../../shared/kube/leader-metrics.ts';
import { DECISION_FAMILIES } from '../../shared/latency/decisions.ts';
import { isUtilisationDue } from '../../shared/utilisation/due.ts';
import { wantedFamilies } from '../../shared/utilisation/families.ts';
import { type Patience, patiently } from './patience.ts';

/** What a collection has to do without, and why. */
export type Missing = {
  readonly part:
    | 'cluster'
    | 'pools'
    | 'classes'
    | 'claims'
    | 'nodes'
    | 'metrics'
    | 'prices'
    | 'reservations'
    | 'ledger';
  readonly reason: string;
};

export type ClusterView = {
  readonly kube: CollectorKube;
  readonly nodePools: readonly Manifest[];
  readonly nodeClasses: readonly Manifest[] | undefined;
  readonly nodeClaims: readonly Manifest[] | undefined;
  readonly nodes: readonly Manifest[] | undefined;
  /** Undefined also while no pod leads. */
  readonly leader: LeaderMetrics | undefined;
  /** Whether it is known who leads, or that nobody does: who leads and serves no metrics does not lead. */
  readonly isLeaderKnown: boolean;
  /** Whether requests and capacity were asked for of each node: in large clusters not each minute. */
  readonly isUtilisationDue: boolean;
  /** What could not be read, and why. */
  readonly missing: readonly Missing[];
};

export type CollectorKube = Pick<KubeApi, 'each' | 'read' | 'podPage'>;

type Deps = Patience & {
  readonly connect: (cluster: string) => Promise<CollectorKube>;
};

type Target = {
  readonly cluster: string;
  readonly karpenterNamespace: string;
  readonly startedMs: number;
  /** When requests and capacity were last read of each node. */
  readonly utilisationAtMs: number | undefined;
};

/** Until when the API server must have answered at all, and until when everything must be read. */
const ANSWER_MS = 12_000;
const READ_MS = 35_000;
/** The leader's metrics are read after the nodes, whose number says how much is asked for: some time is left for them. */
const NODES_MS = 20_000;

/** Parts of a cluster, each as far as it can be read in time; that the cluster is missing, where the API server does not answer, or refuses. */
export async function readCluster(target: Target, deps: Deps): Promise<ClusterView | Missing> {
  const { cluster, startedMs } = target;
  const missing: Missing[] = [];
  const attempt = async <T>(
    part: Missing['part'],
    work: () => Promise<T>,
    withinMs = READ_MS,
  ): Promise<T | undefined> => {
    try {
      return await patiently(`reading the ${part} of ${cluster}`, startedMs + withinMs, work, deps);
    } catch (error) {
      missing.push({ part, reason: toOpsError(error).message });
      return undefined;
    }
  };
  let kube: CollectorKube;
  let nodePools: Manifest[];
  try {
    const answerMs = startedMs + ANSWER_MS;
    kube = await patiently(`finding ${cluster}`, answerMs, () => deps.connect(cluster), deps);
    nodePools = await patiently(`reading the pools of ${cluster}`, answerMs, () => allOf(kube, NODE_POOL), deps);
  } catch (error) {
    return { part: 'cluster', reason: toOpsError(error).message };
  }
  const readNodes = async () => {
    const nodes = await attempt('nodes', () => allOf(kube, NODE), NODES_MS);
    const isDue = nodes !== undefined && isUtilisationDue(nodes.length, target.utilisationAtMs, startedMs);
    const wanted = new Map([...DECISION_FAMILIES, ...wantedFamilies(isDue)]);
    let isLeaderKnown = false;
    const leader = await attempt('metrics', async () => {
      isLeaderKnown = false;
      try {
        const found = await leaderMetrics(kube, target.karpenterNamespace, wanted);
        isLeaderKnown = true;
        return found;
      } catch (error) {
        isLeaderKnown = error instanceof LeaderUnreadError && error.outcome === 'gone';
        throw error;
      }
    });
    return { nodes, leader, isLeaderKnown, isUtilisationDue: isDue };
  };
  const [nodeClaims, nodeClasses, measured] = await Promise.all([
    attempt('claims', () => allOf(kube, NODE_CLAIM)),
    attempt('classes', () => allOf(kube, NODE_CLASS)),
    readNodes(),
  ]);
  return { kube, nodePools, nodeClasses, nodeClaims, ...measured, missing };
}

export const NODE_CLAIM = { apiVersion: 'karpenter.sh/v1', kind: 'NodeClaim' } as const;
const NODE_POOL = { apiVersion: 'karpenter.sh/v1', kind: 'NodePool' } as const;
const NODE_CLASS = { apiVersion: 'karpenter.k8s.aws/v1', kind: 'EC2NodeClass' } as const;
const NODE = { apiVersion: 'v1', kind: 'Node' } as const;

async function allOf(
  kube: CollectorKube,
  kind: typeof NODE_CLAIM | typeof NODE_POOL | typeof NODE_CLASS | typeof NODE,
) {
  const objects: Manifest[] = [];
  await kube.each(kind, (item) => objects.push({ ...slim(item), ...kind }));
  return objects;
}

type Item = Pick<Manifest, 'metadata'> & { readonly spec?: object; readonly status?: object };

/** Of thousands of nodes and claims, what nobody reads is most: images, possible instance types, who manages which field. */
function slim({ metadata, ...item }: Item): Item {
  const { managedFields: _, ...kept } = metadata;
  const isClaim = item.spec !== undefined && 'nodeClassRef' in item.spec;
  return {
    ...item,
    metadata: kept,
    ...(isClaim ? { spec: { ...item.spec, requirements: undefined } } : {}),
    ...(item.status && 'images' in item.status ? { status: { ...item.status, images: undefined } } : {}),
  };
}
