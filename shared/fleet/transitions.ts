/**
 * What happened to an instance at a moment. Events tell of `running` to `terminated`; lookups tell of `launched` (LaunchTime:
 * it ran at the earliest then) and `ended` (the time in StateTransitionReason); `lost` is the last moment at which an instance
 * is known to have run that is gone without a word.
 */
export const TRANSITION_KINDS = [
  'launched',
  'running',
  'lost',
  'ended',
  'stopping',
  'stopped',
  'shutting-down',
  'terminated',
] as const;

export type TransitionKind = (typeof TRANSITION_KINDS)[number];
/** `at` is RFC 3339 UTC with milliseconds, so that text order is time order. */
export type Transition = { readonly at: string; readonly kind: TransitionKind };

/**
 * One start of an instance and its end. `bounds` says which times are bounds and no facts. A start: the LaunchTime, it ran from
 * some seconds later. An end: `earliest`, the last moment at which it is known to have run; `latest`, it ran again from then.
 */
export type InstanceRun = {
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly bounds?: { readonly startedAt?: 'earliest'; readonly endedAt?: 'earliest' | 'latest' };
};

const FINAL: ReadonlySet<TransitionKind> = new Set(['shutting-down', 'terminated']);

export function unionOf(transitions: readonly Transition[]): Transition[] {
  const unique = new Map(transitions.map((transition) => [`${transition.at} ${transition.kind}`, transition]));
  return [...unique.values()].toSorted(byTime);
}

/** When it was first launched or running. */
export function earliestStart(transitions: readonly Transition[]): string | undefined {
  return unionOf(transitions).find(({ kind }) => kind === 'launched' || kind === 'running')?.at;
}

export function earliestEnd(transitions: readonly Transition[]): string | undefined {
  return unionOf(transitions).find(({ kind }) => kind !== 'launched' && kind !== 'running')?.at;
}

/** Whether an event told of it, not only a lookup. */
export function isFromEvent({ kind }: Transition): boolean {
  return kind !== 'launched' && kind !== 'lost' && kind !== 'ended';
}

type OpenRun = { readonly startedAt: string; readonly isExact: boolean };

/**
 * The runs that a set of transitions tells of, in order: each from its start to the first that ended it. A start within a run
 * whose end nobody saw closes that run there.
 */
export function runsOf(transitions: readonly Transition[], seenRunningAt: string | null): InstanceRun[] {
  const runs: InstanceRun[] = [];
  let open: OpenRun | undefined;
  for (const { at, kind } of believable(transitions, seenRunningAt)) {
    const isExact = kind === 'running';
    if (isExact || kind === 'launched') {
      const isSameRun = open && isExact && !open.isExact;
      if (open && !isSameRun) runs.push(runFrom(open, at, 'latest'));
      open = { startedAt: at, isExact };
    } else if (open) {
      runs.push(runFrom(open, at, kind === 'lost' ? 'earliest' : undefined));
      open = undefined;
    }
  }
  return open ? [...runs, runFrom(open, null)] : runs;
}

/** In order; without the losses that something later disproves, and without what would follow the instance's death. */
function believable(transitions: readonly Transition[], seenRunningAt: string | null): Transition[] {
  const all = unionOf(transitions);
  const sorted = all.filter(({ at, kind }, index) => {
    if (kind !== 'lost') return true;
    const next = all.slice(index + 1).find((transition) => transition.kind !== 'lost');
    const wasSeen = seenRunningAt !== null && seenRunningAt > at;
    return !wasSeen && (next === undefined || next.kind === 'launched' || next.kind === 'running');
  });
  const death = sorted.findIndex(({ kind }) => FINAL.has(kind));
  return death < 0 ? sorted : sorted.slice(0, death + 1);
}

function runFrom({ startedAt, isExact }: OpenRun, endedAt: string | null, bound?: 'earliest' | 'latest'): InstanceRun {
  const bounds = { ...(isExact ? {} : { startedAt: 'earliest' as const }), ...(bound ? { endedAt: bound } : {}) };
  return { startedAt, endedAt, ...(isExact && !bound ? {} : { bounds }) };
}

/** At one moment a start comes before an end: instances that end within the second that they began in do not run on. */
function byTime(left: Transition, right: Transition): number {
  if (left.at !== right.at) return left.at < right.at ? -1 : 1;
  return TRANSITION_KINDS.indexOf(left.kind) - TRANSITION_KINDS.indexOf(right.kind);
}
