import type { Sample, WantedFamilies } from '../kube/metrics-page.ts';

const HISTOGRAM = 'karpenter_pods_scheduling_decision_duration_seconds';

/** What `lookAtDecisions` reads of the leader's page. */
export const DECISION_FAMILIES: WantedFamilies = new Map([
  [`${HISTOGRAM}_sum`, []],
  [`${HISTOGRAM}_count`, []],
]);

/** How long pods waited for a scheduling decision, look by look. */
export type Decisions = {
  /** Which process counted, and how far it was. */
  readonly process: string;
  readonly sum: number;
  readonly count: number;
  readonly atMs: number;
  /** Newest last. */
  readonly windows: readonly { readonly fromMs: number; readonly toMs: number; readonly meanSeconds: number }[];
};

/** A claim becomes ready within a quarter of an hour of its making, or never. */
const KEPT_MS = 20 * 60_000;

/**
 * What is known after one more look. A process that was not seen before has counted since it started: that tells of the time since,
 * if it is not long.
 */
export function lookAtDecisions(
  leader: { readonly process: string; readonly samples: readonly Sample[] },
  atMs: number,
  before: Decisions | undefined,
): Decisions {
  const total = (suffix: string) =>
    leader.samples.filter(({ name }) => name === `${HISTOGRAM}_${suffix}`).reduce((sum, { value }) => sum + value, 0);
  const [sum, count] = [total('sum'), total('count')];
  const windows = (before?.windows ?? []).filter(({ toMs }) => toMs > atMs - KEPT_MS);
  const isGoingOn = before?.process === leader.process && count >= before.count;
  const from = isGoingOn ? before : { sum: 0, count: 0, atMs: startOf(leader.process) };
  if (count > from.count && from.atMs > atMs - KEPT_MS && from.atMs < atMs) {
    const meanSeconds = Math.max(0, (sum - from.sum) / (count - from.count));
    windows.push({ fromMs: from.atMs, toMs: atMs, meanSeconds });
  }
  return { process: leader.process, sum, count, atMs, windows };
}

/** A process is named by its pod's uid and the second in which it started. */
function startOf(process: string): number {
  return Number(process.split('/').at(-1)) * 1000;
}

/** The mean of the look in whose time the claim was made; null where no pod's decision is known of that time. */
export function decisionSecondsAt(decisions: Decisions | undefined, createdMs: number): number | null {
  const window = decisions?.windows.find(({ fromMs, toMs }) => fromMs <= createdMs && createdMs <= toMs);
  return window?.meanSeconds ?? null;
}
