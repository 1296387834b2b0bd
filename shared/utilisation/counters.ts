import type { LeaderMetrics } from '../kube/leader-metrics.ts';
import type { Sample } from '../kube/metrics-page.ts';
import { FAMILIES } from './families.ts';

/**
 * What a look leaves for the next: the counters of the process that led, by family and labels. One for each cluster; a look that
 * overtakes another must not put it back.
 */
export type CounterMemory = {
  /** The leader's pod and when its process started; null before any leader was read. */
  readonly process: string | null;
  /** When the counters were read, or null. */
  readonly countedAtMs: number | null;
  /** When requests and capacity were last read of each node, or null. */
  readonly utilisationAtMs: number | null;
  /** The families that were read: a family that is new here has no earlier count. */
  readonly families: readonly string[];
  readonly counters: Readonly<Record<string, number>>;
};

export const NO_MEMORY: CounterMemory = {
  process: null,
  countedAtMs: null,
  utilisationAtMs: null,
  families: [],
  counters: {},
};

const COUNTED: ReadonlySet<string> = new Set([
  FAMILIES.created,
  FAMILIES.terminated,
  FAMILIES.disrupted,
  FAMILIES.boundBuckets,
]);

const YOUNG_MS = 15 * 60_000;

/** `by` is 0 where nothing was counted. */
export type Delta = { readonly name: string; readonly labels: Sample['labels']; readonly by: number };

/**
 * What was counted since the last look. Of the same process the difference; of another process everything, since it did not lead at
 * the last look, a process leads once at most, and only a leader counts. So nothing is counted twice; what a process counted that
 * led between two looks is lost with it. The first look ever has nothing to compare with: only what a process counted that began
 * within the last quarter of an hour is news.
 */
export function countersSince(
  leader: LeaderMetrics,
  previous: CounterMemory,
  nowMs: number,
): { readonly deltas: readonly Delta[]; readonly memory: CounterMemory } {
  const isOvertaken = previous.countedAtMs !== null && previous.countedAtMs >= nowMs;
  if (isOvertaken) return { deltas: [], memory: previous };
  const counters = countersOf(leader.samples);
  const isSameProcess = previous.process === leader.process;
  const known = new Set(previous.families);
  const isNews = previous.process === null && nowMs - startedMs(leader) < YOUNG_MS;
  const deltas = [...counters].flatMap(([key, { name, labels, value }]) => {
    if (!isNews && (previous.process === null || !known.has(name))) return [];
    const before = isSameProcess ? (previous.counters[key] ?? 0) : 0;
    // A counter that fell has begun again.
    const by = value >= before ? value - before : value;
    return [{ name, labels, by }];
  });
  const kept = isSameProcess ? previous.counters : {};
  return {
    deltas,
    memory: {
      ...previous,
      process: leader.process,
      countedAtMs: nowMs,
      families: [...COUNTED].toSorted(),
      counters: { ...kept, ...Object.fromEntries([...counters].map(([key, { value }]) => [key, value])) },
    },
  };
}

function startedMs({ process }: LeaderMetrics): number {
  return Number(process.split('/')[1]) * 1000;
}

/** Samples that differ in labels we do not keep are one counter. */
function countersOf(samples: readonly Sample[]): Map<string, Sample> {
  const counters = new Map<string, Sample>();
  for (const { name, labels, value } of samples) {
    if (!COUNTED.has(name) || !Number.isFinite(value) || value < 0) continue;
    const key = JSON.stringify([name, ...Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
    counters.set(key, { name, labels, value: value + (counters.get(key)?.value ?? 0) });
  }
  return counters;
}
