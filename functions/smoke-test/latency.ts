import type { Manifest } from '../../shared/kube/api.ts';
import { conditionsOf } from '../../shared/kube/conditions.ts';

/** The phases of a pod's way onto a new node, in whole seconds; they sum to `total`. */
export type PhaseSeconds = {
  readonly decision: number;
  readonly launch: number;
  readonly register: number;
  readonly initialize: number;
  readonly bind: number;
  readonly total: number;
};

export type Latency = {
  readonly pods: number;
  readonly nodes: number;
  /** Of the pod that took longest: what the phases of one pod are, no average can say. */
  readonly seconds: PhaseSeconds;
  readonly medianTotalSeconds: number;
  readonly launched: readonly { readonly instanceType: string; readonly zone: string; readonly capacityType: string }[];
};

/**
 * Measures each pod by the times that Kubernetes wrote: created, NodeClaim created, Launched, Registered, Initialized, Ready.
 * The resolution is one second. Clocks of the API server and of Karpenter may differ by a little, so a negative phase counts
 * as none, no phase goes on after Ready, and the sum is the time from created to Ready. Undefined while a pod is not Ready.
 */
export function measureLatency(pods: readonly Manifest[], claims: readonly Manifest[]): Latency | undefined {
  const measured = pods.map((pod) => phasesOf(pod, claims));
  if (measured.length === 0 || measured.some((entry) => entry === undefined)) return undefined;
  const all = measured.filter((entry) => entry !== undefined).sort((a, b) => a.seconds.total - b.seconds.total);
  const slowest = all.at(-1);
  const median = all[Math.floor((all.length - 1) / 2)];
  if (!slowest || !median) return undefined;
  const used = claims.filter((claim) => all.some((entry) => entry.claim === claim.metadata.name));
  return {
    pods: all.length,
    nodes: used.length,
    seconds: slowest.seconds,
    medianTotalSeconds: median.seconds.total,
    launched: used.map(({ metadata: { labels = {} } }) => ({
      instanceType: labels['node.kubernetes.io/instance-type'] ?? 'unknown',
      zone: labels['topology.kubernetes.io/zone'] ?? 'unknown',
      capacityType: labels['karpenter.sh/capacity-type'] ?? 'unknown',
    })),
  };
}

function phasesOf(pod: Manifest, claims: readonly Manifest[]): { claim: string; seconds: PhaseSeconds } | undefined {
  const node = (pod['spec'] as { nodeName?: string } | undefined)?.nodeName;
  const claim = claims.find(
    (candidate) => (candidate['status'] as { nodeName?: string } | undefined)?.nodeName === node,
  );
  const ready = transition(pod, 'Ready');
  if (!node || !claim || ready === undefined) return undefined;
  const created = Date.parse(pod.metadata.creationTimestamp ?? '');
  const marks = [
    created,
    Date.parse(claim.metadata.creationTimestamp ?? ''),
    transition(claim, 'Launched'),
    transition(claim, 'Registered'),
    transition(claim, 'Initialized'),
    ready,
  ];
  let reached = created;
  const seconds = marks.slice(1).map((mark) => {
    const end = Math.min(Math.max(reached, mark ?? reached), Math.max(created, ready));
    const phase = Math.round((end - reached) / 1000);
    reached = end;
    return phase;
  });
  const [decision = 0, launch = 0, register = 0, initialize = 0, bind = 0] = seconds;
  const total = decision + launch + register + initialize + bind;
  return { claim: claim.metadata.name, seconds: { decision, launch, register, initialize, bind, total } };
}

function transition(object: Manifest, type: string): number | undefined {
  const found = conditionsOf(object).find((condition) => condition.type === type && condition.status === 'True');
  return found?.lastTransitionTime ? Date.parse(found.lastTransitionTime) : undefined;
}
