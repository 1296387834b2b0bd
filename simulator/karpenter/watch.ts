import { conditionOf, type Node, type Pod } from '../kubernetes/controllers/objects.ts';
import type { KubeObject } from '../kubernetes/types.ts';
import { LABELS } from './names.ts';
import type { NodeClaim } from './objects.ts';
import type { KarpenterOptions } from './options.ts';
import { isKarpenterPod } from './pods/controller-pods.ts';
import { isOwnedBy, isProvisionable } from './provisioning/pending-pods.ts';
import { trigger } from './provisioning/provision.ts';
import { forgetPod, noticePod } from './reporting/pod-latency.ts';
import { karpenterState } from './state.ts';

type Change = { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: KubeObject };

/** How late a watch event reaches its controller. */
const SOON_SECONDS = 0.1;

type Watch = Pick<KarpenterOptions, 'cluster' | 'simulation'> & {
  readonly enqueue: (key: string, afterSeconds: number) => void;
};

/** What a change to an object sets going. Only schedules work. */
export function react(watch: Watch, { type, object }: Change): void {
  const { enqueue } = watch;
  const { name } = object.metadata;
  switch (object.kind) {
    case 'Pod':
      reactToPod(watch, type, object as Pod);
      break;
    case 'Node':
      enqueue(`node:${name}`, SOON_SECONDS);
      if (type === 'DELETED') forgetNode(watch, object as Node);
      break;
    case 'NodeClaim':
      reactToClaim(watch, type, object as NodeClaim);
      break;
    case 'NodePool':
      enqueue(`pool:${name}`, SOON_SECONDS);
      if (type === 'ADDED') startBatch(watch);
      break;
    case 'EC2NodeClass':
      enqueue(`class:${name}`, SOON_SECONDS);
      enqueue('pools', SOON_SECONDS * 2);
      break;
    default:
      break;
  }
}

function startBatch({ cluster, simulation, enqueue }: Watch): void {
  const state = () => karpenterState(simulation, cluster.name);
  trigger({ state, simulation, enqueue }, 1);
}

function reactToPod(watch: Watch, type: Change['type'], pod: Pod): void {
  const { cluster, simulation, enqueue } = watch;
  const state = karpenterState(simulation, cluster.name);
  if (type === 'DELETED') forgetPod(state, pod);
  else if (state.leader) noticePod(state, pod, simulation.now());
  if (isKarpenterPod(pod)) {
    enqueue('election', SOON_SECONDS);
    enqueue(`process:${pod.metadata.namespace}/${pod.metadata.name}`, SOON_SECONDS);
  }
  if (type !== 'DELETED' && isProvisionable(pod)) startBatch(watch);
  const { nodeName } = pod.spec;
  if (!nodeName || isOwnedBy(pod, 'DaemonSet')) return;
  const isLeaving = type === 'DELETED' || pod.metadata.deletionTimestamp !== undefined;
  const boundAt = conditionOf(pod, 'PodScheduled')?.lastTransitionTime;
  const isNew = boundAt !== undefined && simulation.now() - Date.parse(boundAt) < 2000;
  if (!isLeaving && !isNew) return;
  state.podEvents[nodeName] = simulation.now();
  enqueue('disruption', 1);
  if (isLeaving) enqueue(`node:${nodeName}`, SOON_SECONDS);
}

function forgetNode({ cluster, simulation, enqueue }: Watch, node: Node): void {
  delete karpenterState(simulation, cluster.name).podEvents[node.metadata.name];
  const owner = (node.metadata.ownerReferences ?? []).find(({ kind }) => kind === 'NodeClaim');
  if (owner) enqueue(`claim:${owner.name}`, SOON_SECONDS);
}

function reactToClaim(watch: Watch, type: Change['type'], claim: NodeClaim): void {
  const { enqueue } = watch;
  const { labels, name, deletionTimestamp } = claim.metadata;
  enqueue(`claim:${name}`, SOON_SECONDS);
  enqueue(`pool:${labels?.[LABELS.nodePool] ?? ''}`, SOON_SECONDS * 2);
  if (type === 'DELETED') enqueue(`class:${claim.spec.nodeClassRef.name}`, SOON_SECONDS);
  if (deletionTimestamp !== undefined && type === 'MODIFIED') startBatch(watch);
}
