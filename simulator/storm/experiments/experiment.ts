import type { GroundPlan } from '../ground.ts';
import type { StormPlan, StormReport } from '../storm.ts';

/** How large a form of an experiment is. */
export type Size = {
  readonly events: number;
  readonly clusters: number;
  readonly instances: number;
  readonly spreadSeconds: number;
};

/** What was seen of one run. */
export type Outcome = {
  readonly size: Size;
  readonly report: StormReport;
  /** The same storm in good weather, for the experiments that compare. */
  readonly control: StormReport | undefined;
  /** What was injected, by what it was. */
  readonly injected: Readonly<Record<string, number>>;
  /** Calls of the router's own code, by service and operation. */
  readonly calls: Readonly<Record<string, number>>;
  /** Waits until the function that tells people of interruptions has read them all; it is no part of the storm. */
  readonly readNotices: () => Promise<void>;
  /** The sum of one of our metrics since the storm began, by what its dimensions must have. */
  readonly metricSum: (name: string, dimensions?: Readonly<Record<string, string>>) => Promise<number>;
  /** Invocations of the router that ended with an error. */
  readonly routerErrors: () => Promise<number>;
};

/** One case of an experiment of the reference: a storm, what goes wrong in it, and what must be so afterwards. */
export type Experiment = {
  /** R5-60s: the experiment, and which of its cases. */
  readonly id: string;
  readonly title: string;
  /** A name of `--faults`. */
  readonly faults: string;
  /** What must be so, beside what must be so in every storm; `check` says where it is not. */
  readonly pass: readonly string[];
  readonly short: Size;
  readonly long: Size;
  readonly ground?: (size: Size) => Partial<GroundPlan>;
  readonly storm?: (size: Size) => Partial<StormPlan>;
  /** The ground of the control, where it is another one; the control has no faults. */
  readonly controlGround?: (size: Size) => Partial<GroundPlan>;
  readonly check: (outcome: Outcome) => string[] | Promise<string[]>;
};

export const SMALL: Size = { events: 60, clusters: 4, instances: 60, spreadSeconds: 3 };
export const LARGE: Size = { events: 20_000, clusters: 20, instances: 4000, spreadSeconds: 120 };

/** What must be so in every storm, whatever goes wrong. */
export function faultsOfAnyStorm({ report }: Outcome): string[] {
  const { conservation: sums, findings } = report;
  // Nobody may act on these any more, so their instances are left to end by themselves.
  const tooOld = (sums.dropped['stale'] ?? 0) + (report.deadLetterSeconds.get('too-late')?.length ?? 0);
  const first = findings[0] ? `: ${findings[0].key}: ${findings[0].why}` : '';
  return [
    ...zero('events lost', sums.lost, first),
    ...zero('messages misrouted', sums.misrouted),
    ...zero('events still under way', sums.inFlight),
    ...zero('deliveries lost on the bus', report.lostOnTheBus),
    ...zero('messages that Karpenter cannot parse', report.unparseable),
    ...zero('messages that mean something else to Karpenter', report.misread),
    ...zero('findings of the audit', findings.length, first),
    ...zero('NodeClaims not deleted', Math.max(0, report.claimsLeft - tooOld)),
  ];
}

export function zero(what: string, count: number, more = ''): string[] {
  return count === 0 ? [] : [`${count} ${what}${more}`];
}

/** At most so much; what was not measured at all is beyond every limit. */
export function atMost(what: string, value: number | undefined, limit: number): string[] {
  return value !== undefined && value <= limit ? [] : [`${what}: ${value ?? 'none'}, at most ${limit} allowed`];
}

export function atLeast(what: string, value: number | undefined, limit: number): string[] {
  return value !== undefined && value >= limit ? [] : [`${what}: ${value ?? 'none'}, at least ${limit} wanted`];
}

export function exactly(what: string, value: number, wanted: number): string[] {
  return value === wanted ? [] : [`${what}: ${value} where ${wanted} are right`];
}
