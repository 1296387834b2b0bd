import type { NodePool } from '../objects.ts';
import { durationSeconds } from '../settings.ts';
import { isCronMinute } from './schedules.ts';

const MINUTE_MS = 60_000;

/** How many of a pool's nodes may be disrupted at once for a reason: the least of the budgets in force, percentages rounded up. */
export function allowedDisruptions(pool: NodePool, reason: string, nodeCount: number, nowMs: number): number {
  const budgets = pool.spec.disruption.budgets ?? [{ nodes: '10%' }];
  const inForce = budgets.filter(
    (budget) =>
      (budget.reasons === undefined || budget.reasons.includes(reason)) &&
      (budget.schedule === undefined || isInWindow(budget.schedule, budget.duration, nowMs)),
  );
  return Math.min(nodeCount, ...inForce.map(({ nodes }) => limitOf(nodes, nodeCount)));
}

function limitOf(nodes: string, nodeCount: number): number {
  return nodes.endsWith('%') ? Math.ceil((Number(nodes.slice(0, -1)) * nodeCount) / 100) : Number(nodes);
}

/** Whether the schedule (in UTC) was last hit within the duration. */
function isInWindow(schedule: string, duration: string | undefined, nowMs: number): boolean {
  const windowMs = (durationSeconds(duration) ?? 0) * 1000;
  const first = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
  for (let atMs = first; atMs > nowMs - windowMs; atMs -= MINUTE_MS) {
    if (isCronMinute(schedule, atMs)) return true;
  }
  return false;
}
