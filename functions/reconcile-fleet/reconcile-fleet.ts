import { isoOf, isUp, type Sighting, volumeEvidence } from '../../shared/fleet/described-instance.ts';
import { type Evidence, mergeEvidence, NO_EVIDENCE, saysTheSame, type Volume } from '../../shared/fleet/evidence.ts';
import { type Month, monthOf, monthsBetween } from '../../shared/fleet/months.ts';
import { listUnended, readStored, recordInstances } from '../../shared/ledger/instance-records.ts';
import { needsRenewal } from '../../shared/ledger/instance-rows.ts';
import {
  type LastReconciliation,
  readReconciliation,
  recordReconciliation,
} from '../../shared/ledger/reconciliation.ts';
import { listRegistry } from '../../shared/ledger/registry.ts';
import type { LedgerTable } from '../../shared/ledger/table.ts';
import { emfLines } from '../../shared/metrics/emf.ts';
import { METRICS } from '../../shared/metrics/names.ts';
import { isTooYoungToBeGone, missedBy, newsOf } from './compare.ts';

/** How many instances are read and written together. */
const CHUNK = 100;
/** A chunk takes a few seconds; what is left at this time waits for the next hour. */
const SPARE_MS = 30_000;
/** How far back the ledger is read where nobody knows when it was last in order. */
const FIRST_LOOK_BACK_MS = 31 * 86_400_000;
const LONGEST_LOOK_BACK_MS = 400 * 86_400_000;
/** As many ids as a log line bears. */
const IDS_TOLD = 20;

export type ReconcileDeps = {
  readonly table: LedgerTable;
  readonly clock: { now(): number };
  /** Every instance with a cluster's tag, also the ones that ended lately. */
  readonly list: () => Promise<ReadonlyMap<string, Sighting>>;
  readonly lookUp: (instanceIds: readonly string[]) => Promise<ReadonlyMap<string, Sighting>>;
  readonly volumesOf: (instanceIds: readonly string[]) => Promise<ReadonlyMap<string, readonly Volume[]>>;
  readonly writeLine: (line: string) => void;
};

export type Reconciliation = {
  /** How many instances were looked at. */
  readonly instances: number;
  readonly missedStarts: readonly string[];
  readonly missedEnds: readonly string[];
  /** Instances that could not be written. */
  readonly failed: readonly string[];
  /** False: the next reconciliation has the rest to do. */
  readonly finished: boolean;
};

type Findings = { missedStarts: string[]; missedEnds: string[]; failed: string[] };
type Pointed = {
  readonly thisMonth: ReadonlySet<string>;
  readonly ever: ReadonlySet<string>;
  /** Those that have any instance. */
  readonly clusters: string[];
};

/**
 * Compares what EC2 shows with what the ledger believes, and records what events did not tell: instances that run, instances
 * that ended, instances that are gone. Gives every running instance its pointer in this month. Stops where the time is over.
 */
export async function reconcileFleet(timeLeftMs: () => number, deps: ReconcileDeps): Promise<Reconciliation> {
  const { table, clock } = deps;
  const startedMs = clock.now();
  const last = await readReconciliation(table);
  const shown = await deps.list();
  const pointed = await readPointed(table, shown, startedMs, last);
  const hidden = [...pointed.ever].filter((id) => !shown.has(id));
  const findings: Findings = { missedStarts: [], missedEnds: [], failed: [] };
  const chunks = [...chunksOf([...shown.keys()]), ...chunksOf(hidden)];
  let done = 0;
  for (const ids of chunks) {
    if (timeLeftMs() < SPARE_MS) break;
    await reconcileChunk(ids, { shown, pointed, reconciledAt: last?.at, findings }, deps);
    done += ids.length;
  }
  const instances = shown.size + hidden.length;
  const finished = done === instances && findings.failed.length === 0;
  if (finished) await recordReconciliation(table, { at: isoOf(startedMs), clusters: pointed.clusters });
  const result = { instances, ...findings, finished };
  report(deps, result, instances - done);
  return result;
}

type Chunk = {
  readonly shown: ReadonlyMap<string, Sighting>;
  readonly pointed: Pointed;
  readonly reconciledAt: string | undefined;
  readonly findings: Findings;
};

async function reconcileChunk(ids: readonly string[], chunk: Chunk, deps: ReconcileDeps): Promise<void> {
  const { pointed, findings, reconciledAt } = chunk;
  const nowMs = deps.clock.now();
  const known = await readStored(deps.table, ids);
  // An instance may have lost its tags and run on: those that the listing does not show are asked for by id.
  const hidden = ids.filter((id) => !chunk.shown.has(id));
  const sightings = hidden.length > 0 ? await deps.lookUp(hidden) : chunk.shown;
  const news = new Map<string, Evidence>();
  for (const id of ids) {
    const sighting = sightings.get(id);
    const before = known.stored.get(id);
    const evidence = before?.evidence ?? NO_EVIDENCE;
    if (!sighting && (!before || isTooYoungToBeGone(evidence, nowMs))) continue;
    const found = newsOf(evidence, sighting, { reconciledAt });
    const isRight = saysTheSame(mergeEvidence(evidence, found), evidence);
    const isPointed = sighting && isUp(sighting.state) ? pointed.thisMonth.has(id) : !pointed.ever.has(id);
    if (!isRight || !isPointed || !before || needsRenewal(before, nowMs)) news.set(id, found);
  }
  await addVolumes(ids, news, known.stored, sightings, deps);
  const outcome = await recordInstances(deps, news, known);
  findings.failed.push(...outcome.failed.keys());
  for (const [id, { before, after }] of outcome.recorded) {
    const missed = missedBy(before, after, nowMs);
    if (missed.start) findings.missedStarts.push(id);
    if (missed.end) findings.missedEnds.push(id);
  }
}

/** Volumes can be had while an instance is up. */
async function addVolumes(
  ids: readonly string[],
  news: Map<string, Evidence>,
  stored: ReadonlyMap<string, { readonly evidence: Evidence }>,
  sightings: ReadonlyMap<string, Sighting>,
  deps: ReconcileDeps,
): Promise<void> {
  const bare = ids.filter((id) => {
    const sighting = sightings.get(id);
    return sighting?.state === 'running' && sighting.evidence.identity && !stored.get(id)?.evidence.volumes;
  });
  if (bare.length === 0) return;
  for (const [id, attached] of await deps.volumesOf(bare)) {
    const sighting = sightings.get(id);
    if (!sighting) continue;
    news.set(id, mergeEvidence(news.get(id) ?? sighting.evidence, volumeEvidence(attached, sighting)));
  }
}

/** The instances that run as far as the pointers of the clusters' months tell: back to when they were last in order. */
async function readPointed(
  table: LedgerTable,
  shown: ReadonlyMap<string, Sighting>,
  startedMs: number,
  last: LastReconciliation | undefined,
): Promise<Pointed> {
  const sinceMs = last ? Date.parse(last.at) : startedMs - FIRST_LOOK_BACK_MS;
  const months = monthsBetween(Math.max(sinceMs, startedMs - LONGEST_LOOK_BACK_MS), startedMs);
  const registered = (await listRegistry(table)).map(({ cluster }) => cluster);
  const seen = [...shown.values()].flatMap(({ evidence }) => evidence.identity?.value.cluster ?? []);
  const thisMonth = new Set<string>();
  const ever = new Set<string>();
  const clusters = new Set(seen);
  const take = async (cluster: string, month: Month): Promise<void> => {
    for (const id of await listUnended(table, cluster, month)) {
      clusters.add(cluster);
      ever.add(id);
      if (month === monthOf(startedMs)) thisMonth.add(id);
    }
  };
  for (const cluster of new Set([...registered, ...seen, ...(last?.clusters ?? [])]))
    for (const month of months) await take(cluster, month);
  return { thisMonth, ever, clusters: [...clusters].toSorted() };
}

function report({ clock, writeLine }: ReconcileDeps, result: Reconciliation, left: number): void {
  const count = (name: string, values: number) => ({ name, unit: 'Count' as const, values });
  const metrics = [
    count(METRICS.missedStarts, result.missedStarts.length),
    count(METRICS.missedEnds, result.missedEnds.length),
    count(METRICS.unfinishedReconciliations, result.finished ? 0 : 1),
  ];
  const properties = {
    instances: result.instances,
    left,
    starts: result.missedStarts.slice(0, IDS_TOLD),
    ends: result.missedEnds.slice(0, IDS_TOLD),
    failed: result.failed.slice(0, IDS_TOLD),
  };
  const dimensions = { Function: 'reconcile-fleet' };
  for (const line of emfLines({ timestampMs: clock.now(), dimensions, metrics, properties })) writeLine(line);
}

function chunksOf(ids: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(ids.length / CHUNK) }, (_, index) =>
    ids.slice(index * CHUNK, (index + 1) * CHUNK),
  );
}
