import type { Simulation } from '../../core/simulation.ts';
import type { Pod } from '../../kubernetes/controllers/objects.ts';
import { type KubeApi, KubeStatusError, type KubeUser, SYSTEM_ADMIN } from '../../kubernetes/types.ts';
import type { Outcome } from '../controller.ts';
import type { Cluster, KarpenterPorts } from '../options.ts';
import { writeLog } from '../reporting/log.ts';
import { noticePod } from '../reporting/pod-latency.ts';
import { karpenterState, type Leader, NO_PODS_SEEN } from '../state.ts';
import { runningPods, serviceAccountOf } from './controller-pods.ts';

const LEASE = 'karpenter-leader-election';
const LEASE_SECONDS = 15;
/** A real leader renews every two seconds; the lease means the same, and the agenda has a fifth of the items. */
const RENEW_SECONDS = 10;

type Election = { readonly cluster: Cluster; readonly simulation: Simulation; readonly ports: KarpenterPorts };

type LeaseSpec = {
  holderIdentity?: string;
  renewTime?: string;
  leaseDurationSeconds?: number;
  leaseTransitions?: number;
};

/** The user that a controller pod is to the API server. */
export function userOf({ namespace, serviceAccount }: Pick<Leader, 'namespace' | 'serviceAccount'>): KubeUser {
  return {
    username: `system:serviceaccount:${namespace}:${serviceAccount}`,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
  };
}

/** Renews the lease of the leader, releases it when that pod shuts down, or lets another pod take it when it has run out. */
export function reconcileElection(election: Election, onElected: () => void): Outcome {
  const { cluster, simulation, ports } = election;
  const state = karpenterState(simulation, cluster.name);
  const admin = cluster.as(SYSTEM_ADMIN);
  const pods = runningPods(admin, ports.isNodeAlive);
  const { leader } = state;
  if (leader && pods.some((pod) => pod.metadata.uid === leader.podUid)) {
    renew(cluster.as(userOf(leader)), leader, simulation);
    return { againAfterSeconds: RENEW_SECONDS };
  }
  if (leader) {
    release(election, admin, leader);
    state.leader = null;
  }
  const [candidate] = pods;
  if (!candidate) return undefined;
  const waitSeconds = tryToLead(election, candidate);
  if (waitSeconds > 0) return { againAfterSeconds: waitSeconds };
  onElected();
  return { againAfterSeconds: RENEW_SECONDS };
}

function leaseRef(namespace: string) {
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', name: LEASE, namespace };
}

const microTime = (ms: number) => new Date(ms).toISOString().replace('Z', '000Z');

function renew(api: KubeApi, leader: Leader, simulation: Simulation): void {
  const spec = { renewTime: microTime(simulation.now()), leaseDurationSeconds: LEASE_SECONDS };
  api.mergePatch(leaseRef(leader.namespace), { spec });
}

/** A pod that ends in an orderly way gives its lease up; one that lost its machine cannot. */
function release({ cluster, simulation, ports }: Election, admin: KubeApi, leader: Leader): void {
  const pod = admin.get({ apiVersion: 'v1', kind: 'Pod', name: leader.podName, namespace: leader.namespace });
  const nodeName = (pod as Pod | undefined)?.spec.nodeName;
  if (pod && (nodeName === undefined || !ports.isNodeAlive(nodeName))) return;
  const api = cluster.as(userOf(leader));
  const lease = api.get(leaseRef(leader.namespace));
  if ((lease?.spec as LeaseSpec | undefined)?.holderIdentity !== leader.identity) return;
  api.mergePatch(leaseRef(leader.namespace), { spec: { holderIdentity: '', leaseDurationSeconds: 1 } });
  writeLog(simulation, cluster.name, 'INFO', 'gave up the lease', { pod: leader.podName });
}

/** Takes the lease if it is free or has run out; else, how many seconds until it may have. */
function tryToLead({ cluster, simulation }: Election, pod: Pod): number {
  const namespace = pod.metadata.namespace ?? '';
  const podUid = pod.metadata.uid ?? '';
  const leader: Leader = {
    podName: pod.metadata.name,
    podUid,
    namespace,
    serviceAccount: serviceAccountOf(pod),
    identity: `${pod.metadata.name}_${podUid}`,
    isStarted: false,
    queueUrl: null,
  };
  const api = cluster.as(userOf(leader));
  const nowMs = simulation.now();
  const lease = api.get(leaseRef(namespace));
  const old = (lease?.spec ?? {}) as LeaseSpec;
  const endsMs = Date.parse(old.renewTime ?? '1970-01-01T00:00:00Z') + (old.leaseDurationSeconds ?? 0) * 1000;
  if (old.holderIdentity && old.holderIdentity !== leader.identity && endsMs > nowMs) {
    return Math.max(1, (endsMs - nowMs) / 1000 + simulation.between(`karpenter:election:${podUid}`, 0, 2));
  }
  const spec = {
    holderIdentity: leader.identity,
    leaseDurationSeconds: LEASE_SECONDS,
    acquireTime: microTime(nowMs),
    renewTime: microTime(nowMs),
    leaseTransitions: lease ? (old.leaseTransitions ?? 0) + 1 : 0,
  };
  if (lease) api.mergePatch(leaseRef(namespace), { spec });
  else api.create({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: LEASE, namespace }, spec });
  const state = karpenterState(simulation, cluster.name);
  state.leader = leader;
  // What is counted lives in the process: the new leader's begins at zero, and it looks at every pod anew.
  state.counters = {};
  state.histograms = {};
  state.pods = NO_PODS_SEEN();
  for (const one of cluster.as(SYSTEM_ADMIN).list('v1', 'Pod') as Pod[]) noticePod(state, one, nowMs);
  writeLog(simulation, cluster.name, 'INFO', 'became the leader', { pod: leader.podName });
  return 0;
}

/** Whether an error is one that the API server answered. */
export function isKubeError(error: unknown): error is KubeStatusError {
  return error instanceof KubeStatusError;
}
