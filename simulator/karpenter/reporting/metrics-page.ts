import type { Simulation } from '../../core/simulation.ts';
import type { Node, Pod } from '../../kubernetes/controllers/objects.ts';
import { type KubeObject, SYSTEM_ADMIN } from '../../kubernetes/types.ts';
import { CORE, type NodePool } from '../objects.ts';
import type { Cluster, KarpenterPorts } from '../options.ts';
import { isKarpenterPod, isRunning } from '../pods/controller-pods.ts';
import { environmentOf } from '../settings.ts';
import { type KarpenterState, karpenterState } from '../state.ts';
import { type Family, gauge, pageOf } from './families.ts';
import { histogramFamily } from './histograms.ts';
import { nodeFamilies } from './node-gauges.ts';
import { podFamilies } from './pod-gauges.ts';
import { poolFamilies } from './pool-gauges.ts';

const PORT = 8080;
const PATH = '/metrics';

/** A counter without labels is there from the start, at zero: a pod that never led shows it too. */
const FROM_THE_START = ['interruption_deleted_messages'];
/** Controllers by name, as far as the simulation has them, and those that `disableClusterStateObservability` turns off. */
const CONTROLLERS = ['disruption', 'interruption', 'nodeclaim.lifecycle', 'nodepool.counter', 'provisioner'];
const STATE_CONTROLLERS = ['metrics.node', 'metrics.nodepool', 'metrics.pod'];
/** The histogram of the controller that can be turned off. */
const BY_STATE_CONTROLLERS = 'pods_bound_duration_seconds';

type Options = {
  readonly cluster: Cluster;
  readonly simulation: Simulation;
  readonly isNodeAlive: KarpenterPorts['isNodeAlive'];
};

/** Karpenter's metrics as its pods serve them: the leader counts, a standby says zero to everything. */
export function karpenterMetricsPage({ cluster, simulation, isNodeAlive }: Options) {
  return (object: KubeObject, port: number, path: string): string | undefined => {
    const pod = object as Pod;
    if (port !== PORT || path !== PATH || !isKarpenterPod(object) || !isRunning(pod, isNodeAlive)) return undefined;
    const state = karpenterState(simulation, cluster.name);
    const isLeader = state.leader?.podUid === pod.metadata.uid;
    const isStateExported = environmentOf(pod)['DISABLE_CLUSTER_STATE_OBSERVABILITY'] !== 'true';
    return pageOf([
      gauge('process_start_time_seconds', [[{}, startedSeconds(pod)]]),
      gauge('leader_election_master_status', [[{ name: 'karpenter-leader-election' }, isLeader ? 1 : 0]]),
      ...counterFamilies(isLeader ? state.counters : {}),
      ...(isLeader ? leaderFamilies(state, isStateExported) : []),
      ...(isLeader && isStateExported ? stateFamilies(state, cluster, simulation.now()) : []),
    ]);
  };
}

/** The state keeps `name{labels}`; the page has Prometheus' prefix and suffix around the name. */
function counterFamilies(counters: KarpenterState['counters']): Family[] {
  const zeros = Object.fromEntries(FROM_THE_START.map((name) => [name, 0]));
  const byName = Map.groupBy(Object.entries({ ...zeros, ...counters }), ([key]) => key.split('{')[0] ?? key);
  return [...byName].map(([short, entries]) => {
    const name = `karpenter_${short}_total`;
    const lines = entries.map(([key, value]) => ({ name: `${name}${key.slice(short.length)}`, labels: {}, value }));
    return { name, type: 'counter', lines: lines.toSorted((a, b) => (a.name < b.name ? -1 : 1)) };
  });
}

/** What a process exports only once it leads, whatever its settings. */
function leaderFamilies({ histograms, pods }: KarpenterState, isStateExported: boolean): Family[] {
  const running = [...CONTROLLERS, ...(isStateExported ? STATE_CONTROLLERS : [])];
  return [
    gauge(
      'controller_runtime_max_concurrent_reconciles',
      running.map((controller) => [{ controller }, 10]),
    ),
    gauge('karpenter_scheduler_unschedulable_pods_count', [[{ controller: 'provisioner' }, pods.stuck]]),
    ...Object.entries(histograms)
      .filter(([name]) => isStateExported || name !== BY_STATE_CONTROLLERS)
      .map(([name, histogram]) => histogramFamily(`karpenter_${name}`, histogram)),
  ];
}

function stateFamilies(state: KarpenterState, cluster: Cluster, nowMs: number): Family[] {
  const api = cluster.as(SYSTEM_ADMIN);
  const nodes = api.list('v1', 'Node') as Node[];
  const pods = api.list('v1', 'Pod') as Pod[];
  return [
    ...nodeFamilies(nodes, pods),
    ...podFamilies(state, { nodes, pods }, nowMs),
    ...poolFamilies(api.list(CORE, 'NodePool') as NodePool[]),
  ];
}

function startedSeconds(pod: Pod): number {
  const started = (pod.status?.containerStatuses?.[0]?.state as { running?: { startedAt?: string } } | undefined)
    ?.running;
  return Date.parse(started?.startedAt ?? pod.metadata.creationTimestamp ?? '1970-01-01T00:00:00Z') / 1000;
}
