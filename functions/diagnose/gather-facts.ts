import type { Facts, Look } from '../../shared/diagnosis/facts.ts';
import type { KubeApi, Manifest } from '../../shared/kube/api.ts';
import { KubeError } from '../../shared/kube/errors.ts';

const LOG_LINES = 200;
/** What a person can read; a namespace with thousands of waiting pods waits for few reasons. */
const MOST_PODS = 500;
const CONTROLLER = 'app.kubernetes.io/name=karpenter';
const LEASE = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', name: 'karpenter-leader-election' };

type Kube = Pick<KubeApi, 'read' | 'list' | 'podLog'>;

/** Looks at a cluster for a diagnosis. What may not be read, or is not served, is named in `unread`, and the rest is looked at. */
export async function gatherFacts(kube: Kube, karpenterNamespace: string, nowMs: number): Promise<Facts> {
  const unread: { what: Look; why: string }[] = [];
  const look = async <T>(what: Look, otherwise: T, read: () => Promise<T>): Promise<T> => {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      unread.push({ what, why: error.message });
      return otherwise;
    }
  };
  const list = (what: Look, apiVersion: string, kind: string) =>
    look<readonly Manifest[]>(what, [], () => kube.list({ apiVersion, kind }));
  const namespace = karpenterNamespace;
  const leader = await look('leader', undefined, async () => holderOf(await kube.read({ ...LEASE, namespace })));
  return {
    nowMs,
    karpenterNamespace,
    leader,
    deployment: await look('deployment', undefined, () =>
      kube.read({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'karpenter', namespace }),
    ),
    controllerPods: await look<readonly Manifest[]>('controllerPods', [], () =>
      kube.list({ apiVersion: 'v1', kind: 'Pod', namespace }, CONTROLLER),
    ),
    log: await look<readonly string[]>('log', [], async () =>
      leader === undefined ? [] : kube.podLog({ namespace, name: leader }, LOG_LINES),
    ),
    nodePools: await list('nodePools', 'karpenter.sh/v1', 'NodePool'),
    nodeClasses: await list('nodeClasses', 'karpenter.k8s.aws/v1', 'EC2NodeClass'),
    nodeClaims: await list('nodeClaims', 'karpenter.sh/v1', 'NodeClaim'),
    nodes: await list('nodes', 'v1', 'Node'),
    pendingPods: await look<readonly Manifest[]>('pendingPods', [], async () =>
      (await kube.list({ apiVersion: 'v1', kind: 'Pod' }, undefined, 'status.phase=Pending')).slice(0, MOST_PODS),
    ),
    events: await list('events', 'v1', 'Event'),
    unread,
  };
}

/** The identity is the pod's name, an underscore, and a random part. */
function holderOf(lease: Manifest | undefined): string | undefined {
  const { holderIdentity = '' } = (lease?.['spec'] ?? {}) as { holderIdentity?: string };
  return holderIdentity.slice(0, Math.max(0, holderIdentity.lastIndexOf('_'))) || undefined;
}
