import { emfLines, type Metric } from '../../shared/metrics/emf.ts';
import { METRICS } from '../../shared/metrics/names.ts';

/** What of a cluster's leader the canary compares: its process, and how many messages it did nothing about. */
export type Consumed = { readonly process: string; readonly count: number };

export type CanaryTarget = { readonly cluster: string; readonly karpenterNamespace: string };

/** What became of the canary at one cluster. `unchecked`: its controller could not be asked, so nothing is known. */
export type CanaryOutcome = {
  readonly cluster: string;
  readonly outcome: 'arrived' | 'lost' | 'unchecked';
  readonly seconds: number | null;
  readonly detail: string;
};

type Deps = {
  readonly clock: { now(): number };
  readonly sleep: (seconds: number) => Promise<void>;
  readonly listTargets: () => Promise<readonly CanaryTarget[]>;
  /** Puts one event for every cluster on the bus; throws when the bus does not take it. */
  readonly putCanary: () => Promise<void>;
  /** Undefined while no pod leads. */
  readonly readConsumed: (target: CanaryTarget) => Promise<Consumed | undefined>;
  readonly writeLine: (line: string) => void;
};

/** Seconds after the event at which the counters are looked at: a page can be large, so there are few looks. */
const LOOKS = [3, 7, 15, 30, 45] as const;

/**
 * Sends one canary by way of the bus, the ingress queue, the router and every cluster's queue, and sees whether each leader
 * took one more message that it had nothing to do about.
 */
export async function sendCanary(deps: Deps): Promise<readonly CanaryOutcome[]> {
  const targets = await deps.listTargets();
  const watched = await Promise.all(targets.map(async (target) => ({ target, before: await lookAt(target, deps) })));
  const sentMs = deps.clock.now();
  if (targets.length > 0) await deps.putCanary();
  const outcomes = await Promise.all(watched.map(({ target, before }) => follow(target, before, sentMs, deps)));
  publish(outcomes, deps);
  return outcomes;
}

async function follow(target: CanaryTarget, before: Look, sentMs: number, deps: Deps): Promise<CanaryOutcome> {
  const { cluster } = target;
  const unchecked = (detail: string) => ({ cluster, outcome: 'unchecked', seconds: null, detail }) as const;
  if ('error' in before) return unchecked(before.error);
  const elapsedSeconds = () => (deps.clock.now() - sentMs) / 1000;
  let last: Look = before;
  for (const atSeconds of LOOKS) {
    await deps.sleep(Math.max(0, atSeconds - elapsedSeconds()));
    last = await lookAt(target, deps);
    if ('process' in last && last.process === before.process && last.count > before.count)
      return { cluster, outcome: 'arrived', seconds: elapsedSeconds(), detail: 'the leader took it' };
  }
  if ('error' in last) return unchecked(last.error);
  // A new leader counts from zero, and whether the old one took it is not known.
  if (last.process !== before.process) return unchecked('another process leads than before');
  const detail = `${LOOKS.at(-1)} s after the event the leader had taken no message: look at the ingress queue, at the router's errors and at the cluster's queue, in this order`;
  return { cluster, outcome: 'lost', seconds: null, detail };
}

type Look = Consumed | { readonly error: string };

async function lookAt(target: CanaryTarget, { readConsumed }: Deps): Promise<Look> {
  try {
    return (await readConsumed(target)) ?? { error: 'no controller pod holds the lease' };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

function publish(outcomes: readonly CanaryOutcome[], { clock, writeLine }: Deps): void {
  const timestampMs = clock.now();
  for (const { cluster, outcome, seconds, detail } of outcomes) {
    const metrics: Metric[] = [
      { name: METRICS.canaryArrived, unit: 'Count', values: outcome === 'arrived' ? 1 : 0 },
      { name: METRICS.canaryLost, unit: 'Count', values: outcome === 'lost' ? 1 : 0 },
      { name: METRICS.canaryUnchecked, unit: 'Count', values: outcome === 'unchecked' ? 1 : 0 },
      ...(seconds === null ? [] : [{ name: METRICS.canarySeconds, unit: 'Seconds', values: seconds } as const]),
    ];
    const lines = emfLines({ timestampMs, dimensions: { Cluster: cluster }, metrics, properties: { outcome, detail } });
    for (const line of lines) writeLine(line);
  }
  const rounds = emfLines({
    timestampMs,
    dimensions: { Part: 'canary' },
    metrics: [
      { name: METRICS.canaryRounds, unit: 'Count', values: 1 },
      // Of all clusters: what the alarm looks at, which also fires when no round ends.
      { name: METRICS.canaryLost, unit: 'Count', values: outcomes.filter(({ outcome }) => outcome === 'lost').length },
    ],
  });
  for (const line of rounds) writeLine(line);
}
