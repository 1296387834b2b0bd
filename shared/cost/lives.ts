import type { FleetInstance } from '../fleet-file/schema.ts';
import { type Span, timeMs } from './days.ts';
import { type Kind, newKinds } from './kinds.ts';
import { HOUR_MS } from './money.ts';

/** EC2 charges at least this for each start. */
const MINIMUM_MS = 60_000;

export type Run = {
  readonly startMs: number;
  /** Undefined: it still runs. */
  readonly endMs: number | undefined;
  /** Infinite while it runs. */
  readonly billedToMs: number;
  /** EC2 took it back within its first hour, so its compute costs nothing. */
  readonly isFree: boolean;
  /** As that, if EC2 ended it, which nobody knows. */
  readonly mayBeFree: boolean;
};

export type Life = {
  readonly instance: FleetInstance;
  readonly kind: Kind;
  /** In order, one at least. */
  readonly runs: readonly Run[];
};

/** From the first start to the last end: its volumes stay while it is stopped. */
export function volumeSpan({ runs }: Life): Span {
  let [fromMs, toMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { startMs, billedToMs } of runs) {
    fromMs = Math.min(fromMs, startMs);
    toMs = Math.max(toMs, billedToMs);
  }
  return { fromMs, toMs };
}

type Interval = { readonly startMs: number; readonly endMs: number | undefined };

function intervalsOf({ runs, launchedAt, endedAt, endReason }: FleetInstance): Interval[] {
  const spans = runs ?? (endReason === 'launch-failed' ? [] : [{ startedAt: launchedAt, endedAt }]);
  return spans.map((run) => ({
    startMs: timeMs(run.startedAt),
    endMs: run.endedAt === null ? undefined : timeMs(run.endedAt),
  }));
}

/** Overlapping ones become one. An end that was seen counts for all that overlap it. */
function merged(intervals: readonly Interval[]): readonly Interval[] {
  if (intervals.length < 2) return intervals;
  const sorted = [...intervals].sort((a, b) => a.startMs - b.startMs || (a.endMs ?? 0) - (b.endMs ?? 0));
  const result: Interval[] = [];
  for (const next of sorted) {
    const last = result.at(-1);
    const isApart = last === undefined || (last.endMs !== undefined && next.startMs > last.endMs);
    // What starts at the very end of another is a start of its own, if the machine does run on.
    const isRestart = last?.endMs === next.startMs && next.endMs !== next.startMs && last.startMs !== next.startMs;
    if (isApart || isRestart) result.push(next);
    else {
      const ends = [last.endMs, next.endMs].filter((end) => end !== undefined);
      result[result.length - 1] = { startMs: last.startMs, endMs: ends.length === 0 ? undefined : Math.max(...ends) };
    }
  }
  return result;
}

const UNTOLD_REASONS: ReadonlySet<string | null> = new Set([null, 'unknown', 'terminated']);
const UNTOLD_ENDERS: ReadonlySet<string | null> = new Set([null, 'unknown', 'ec2']);

/** Whether EC2 may have ended a spot instance, as far as the ledger can tell. */
function mayBeTaken({ stateReason, endReason, endedBy }: FleetInstance): boolean {
  if (stateReason !== null) return stateReason.startsWith('Server.Spot');
  return endReason === 'spot-interrupted' || (UNTOLD_REASONS.has(endReason) && UNTOLD_ENDERS.has(endedBy));
}

function runOf(instance: FleetInstance, { startMs, endMs }: Interval, isLast: boolean): Run {
  // The reason that the ledger has is that of the last end.
  const isShort = endMs !== undefined && endMs - startMs < HOUR_MS;
  const isCandidate = isLast && isShort && instance.capacityType === 'spot';
  const isFree = isCandidate && instance.stateReason === 'Server.SpotInstanceTermination';
  return {
    startMs,
    endMs,
    billedToMs: endMs === undefined ? Number.POSITIVE_INFINITY : Math.max(endMs, startMs + MINIMUM_MS),
    isFree,
    mayBeFree: isCandidate && !isFree && mayBeTaken(instance),
  };
}

type KindOf = (instance: FleetInstance) => Kind;

/** Nearly every instance has one row, and ran once: it is read without all that others need. */
function lifeOfOne(instance: FleetInstance, kindOf: KindOf): Life | undefined {
  if (instance.runs !== undefined || instance.endReason === 'launch-failed') return lifeOf([instance], kindOf);
  const { launchedAt, endedAt } = instance;
  const interval = { startMs: timeMs(launchedAt), endMs: endedAt === null ? undefined : timeMs(endedAt) };
  return { instance, kind: kindOf(instance), runs: [runOf(instance, interval, true)] };
}

function lifeOf(rows: readonly FleetInstance[], kindOf: KindOf): Life | undefined {
  // The row that knows of the end, and of the latest: what the others say beside their times is older.
  const [instance] = rows.length === 1 ? rows : [...rows].sort(laterFirst);
  const intervals = merged(rows.flatMap(intervalsOf));
  if (!instance || intervals.length === 0) return undefined;
  const runs = intervals.map((interval, index) => runOf(instance, interval, index === intervals.length - 1));
  return { instance, kind: kindOf(instance), runs };
}

function laterFirst(a: FleetInstance, b: FleetInstance): number {
  const rank = ({ endedAt, launchedAt }: FleetInstance) => [endedAt ?? '', launchedAt];
  const [left, right] = [JSON.stringify([...rank(a), a]), JSON.stringify([...rank(b), b])];
  return left < right ? 1 : left > right ? -1 : 0;
}

/** Two rows of one instance are one machine if they agree in this. A type that was changed while it was stopped makes two. */
export function machineKey(row: FleetInstance): string {
  const { instanceId, cluster, role, nodePool, capacityType, instanceType, zone } = row;
  return [instanceId, cluster, role, nodePool, capacityType, instanceType, zone].join(' ');
}

/** What ran, each machine once however many rows it has; in no order that matters. */
export function livesOf(instances: readonly FleetInstance[]): Life[] {
  const byId = new Map<string, FleetInstance | FleetInstance[]>();
  for (const instance of instances) {
    const { instanceId } = instance;
    const known = byId.get(instanceId);
    if (known === undefined) byId.set(instanceId, instance);
    else if (Array.isArray(known)) known.push(instance);
    else byId.set(instanceId, [known, instance]);
  }
  const lives: Life[] = [];
  const kindOf = newKinds();
  const keep = (life: Life | undefined) => life && lives.push(life);
  for (const rows of byId.values()) {
    if (!Array.isArray(rows)) keep(lifeOfOne(rows, kindOf));
    else for (const machine of Map.groupBy(rows, machineKey).values()) keep(lifeOf(machine, kindOf));
  }
  return lives;
}
