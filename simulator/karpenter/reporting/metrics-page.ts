import type { Simulation } from '../../core/simulation.ts';
import type { Pod } from '../../kubernetes/controllers/objects.ts';
import type { KubeObject } from '../../kubernetes/types.ts';
import type { KarpenterPorts } from '../options.ts';
import { isKarpenterPod, isRunning } from '../pods/controller-pods.ts';
import { karpenterState } from '../state.ts';

const PORT = 8080;
const PATH = '/metrics';

/** Counters without labels are there from the start, at zero: a pod that never led shows them too. */
const FROM_THE_START = ['interruption_deleted_messages', 'nodeclaims_created', 'nodeclaims_terminated'];

type Options = {
  readonly clusterName: string;
  readonly simulation: Simulation;
  readonly isNodeAlive: KarpenterPorts['isNodeAlive'];
};

/** Karpenter's metrics as its pods serve them: the leader counts, a standby says zero to everything. */
export function karpenterMetricsPage({ clusterName, simulation, isNodeAlive }: Options) {
  return (object: KubeObject, port: number, path: string): string | undefined => {
    if (port !== PORT || path !== PATH || !isKarpenterPod(object) || !isRunning(object as Pod, isNodeAlive))
      return undefined;
    const { leader, counters } = karpenterState(simulation, clusterName);
    const isLeader = leader?.podUid === object.metadata.uid;
    const zeros = Object.fromEntries(FROM_THE_START.map((name) => [name, 0]));
    const counted = Object.entries({ ...zeros, ...(isLeader ? counters : {}) });
    return [
      '# TYPE process_start_time_seconds gauge',
      `process_start_time_seconds ${startedSeconds(object as Pod)}`,
      '# TYPE leader_election_master_status gauge',
      `leader_election_master_status{name="karpenter-leader-election"} ${isLeader ? 1 : 0}`,
      ...counted
        .toSorted(([left], [right]) => (left < right ? -1 : 1))
        .flatMap(([key, value]) => counterLines(key, value)),
      '',
    ].join('\n');
  };
}

/** The state keeps `name{labels}`; the page has Prometheus' prefix and suffix around the name. */
function counterLines(key: string, value: number): string[] {
  const brace = key.indexOf('{');
  const name = `karpenter_${brace < 0 ? key : key.slice(0, brace)}_total`;
  return [`# TYPE ${name} counter`, `${name}${brace < 0 ? '' : key.slice(brace)} ${value}`];
}

function startedSeconds(pod: Pod): number {
  const started = (pod.status?.containerStatuses?.[0]?.state as { running?: { startedAt?: string } } | undefined)
    ?.running;
  return Date.parse(started?.startedAt ?? pod.metadata.creationTimestamp ?? '1970-01-01T00:00:00Z') / 1000;
}
