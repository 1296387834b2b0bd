import type { Simulation } from '../../core/simulation.ts';
import type { KubeObject } from '../../kubernetes/types.ts';
import { karpenterState, type LogLine } from '../state.ts';

const LINES_KEPT = 200;

/** Adds a line to what the controller's pods would print; the last two hundred are kept. */
export function writeLog(
  simulation: Simulation,
  clusterName: string,
  level: LogLine['level'],
  message: string,
  fields: LogLine['fields'] = {},
): void {
  const { logs } = karpenterState(simulation, clusterName);
  logs.push({ at: new Date(simulation.now()).toISOString(), level, message, fields });
  if (logs.length > LINES_KEPT) logs.splice(0, logs.length - LINES_KEPT);
}

/** The last lines of a cluster's controllers, oldest first. */
export function karpenterLogs(simulation: Simulation, clusterName: string): readonly LogLine[] {
  return karpenterState(simulation, clusterName).logs;
}

/** What a pod of the controller has printed, a JSON object for each line: what the leaders did is in the log of the one that leads. */
export function karpenterPodLog({
  name,
  simulation,
}: {
  readonly name: string;
  readonly simulation: Simulation;
}): (pod: KubeObject) => readonly string[] | undefined {
  return (pod) => {
    if (pod.metadata.labels?.['app.kubernetes.io/name'] !== 'karpenter') return undefined;
    const { logs, leader } = karpenterState(simulation, name);
    const isLeader = leader?.podName === pod.metadata.name;
    return logs
      .filter(({ fields }) => isLeader || fields['pod'] === pod.metadata.name)
      .map(({ at, level, message, fields }) =>
        JSON.stringify({ level, time: at, logger: 'controller', message, ...fields }),
      );
  };
}
