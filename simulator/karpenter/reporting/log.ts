import type { Simulation } from '../../core/simulation.ts';
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
