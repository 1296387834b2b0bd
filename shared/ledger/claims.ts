import * as z from 'zod/mini';
import { toOpsError } from '../aws/errors.ts';
import type { OpsError } from '../errors/ops-error.ts';
import type { ReadyClaim } from '../latency/claim.ts';
import type { UnreadyClaim } from '../latency/failure.ts';
import type { FailedClaim } from '../latency/follow.ts';
import type { Latency } from '../latency/phases.ts';
import { eachAtOnce } from './at-once.ts';
import type { Row } from './attributes.ts';
import { ConditionFailed, type LedgerKey } from './condition-failed.ts';
import type { LedgerTable } from './table.ts';

/** How a NodeClaim ended its way to a node. `latency` undefined: its stamps contradict each other. */
export type ClaimOutcome =
  | { readonly kind: 'ready'; readonly claim: ReadyClaim; readonly latency: Latency | undefined }
  | ({ readonly kind: 'failed' } & FailedClaim);

const KEPT_SECONDS = 30 * 86_400;
const KEYS_A_CALL = 100;
const WRITERS = 10;

const isoOf = (ms: number) => new Date(ms).toISOString();
const claimKey = (uid: string): LedgerKey => ({ pk: `CLAIM#${uid}`, sk: 'LATENCY' });
const unreadyPartition = (cluster: string) => `UNREADY#${cluster}`;
const readyPartition = (cluster: string) => `CLAIMS#${cluster}`;

export type ClaimsRecorded = {
  /** Those that this call wrote: nobody wrote them before, and nobody will again. */
  readonly fresh: readonly ClaimOutcome[];
  /** Those that could not be written: the next look finds them again. */
  readonly failed: readonly OpsError[];
};

type Options = { readonly cluster: string; readonly publication: string; readonly nowMs: number };

/** Writes each claim's outcome, if nobody has. `publication` names what tells CloudWatch of it. */
export async function recordClaims(
  table: LedgerTable,
  outcomes: readonly ClaimOutcome[],
  options: Options,
): Promise<ClaimsRecorded> {
  const known = await alreadyRecorded(
    table,
    outcomes.map(({ claim }) => claim.uid),
  );
  const waiting = outcomes.filter(({ claim }) => !known.has(claim.uid));
  // The list by time comes first: a claim that is recorded is never missing in it.
  await table.batchPut(waiting.flatMap((outcome) => readyRow(outcome, options)));
  const fresh: ClaimOutcome[] = [];
  const failed: OpsError[] = [];
  await eachAtOnce(WRITERS, waiting, async (outcome) => {
    try {
      await table.update(claimKey(outcome.claim.uid), onceOnly(claimRow(outcome, options)));
      fresh.push(outcome);
    } catch (error) {
      if (!(error instanceof ConditionFailed)) failed.push(toOpsError(error));
    }
  });
  return { fresh, failed };
}

async function alreadyRecorded(table: LedgerTable, uids: readonly string[]): Promise<Set<string>> {
  const known = new Set<string>();
  for (let start = 0; start < uids.length; start += KEYS_A_CALL) {
    const keys = uids.slice(start, start + KEYS_A_CALL).map(claimKey);
    const { rows } = await table.batchGet(keys, { projection: ['pk'] });
    for (const { pk } of rows) known.add(String(pk).slice('CLAIM#'.length));
  }
  return known;
}

function onceOnly(row: Row) {
  const names = Object.keys(row).filter((name) => row[name] !== undefined);
  return {
    update: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
    condition: 'attribute_not_exists(pk)',
    names: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    values: Object.fromEntries(names.map((name) => [`:${name}`, row[name] ?? null])),
  };
}

function claimRow(outcome: ClaimOutcome, { cluster, publication, nowMs }: Options): Row {
  const { name, nodePool, capacityType, createdMs } = outcome.claim;
  const common = {
    cluster,
    name,
    nodePool,
    capacityType,
    createdAt: isoOf(createdMs),
    publication,
    expiresAt: Math.floor(nowMs / 1000) + KEPT_SECONDS,
  };
  if (outcome.kind === 'failed') return { ...common, outcome: 'failed', reason: outcome.reason };
  const { claim, latency } = outcome;
  return {
    ...common,
    outcome: latency ? 'ready' : 'unmeasured',
    instanceId: claim.instanceId,
    launchedAt: isoOf(claim.launchedMs),
    registeredAt: isoOf(claim.registeredMs),
    readyAt: isoOf(claim.readyMs),
    phases: latency?.phases,
    totalSeconds: latency?.totalSeconds,
    isDecisionKnown: latency?.isDecisionKnown,
  };
}

/** The claims of a cluster by the time at which they were ready. */
function readyRow(outcome: ClaimOutcome, { cluster, nowMs }: Options): { key: LedgerKey; row: Row }[] {
  if (outcome.kind !== 'ready' || !outcome.latency) return [];
  const { readyMs, uid } = outcome.claim;
  const key = { pk: readyPartition(cluster), sk: `${isoOf(readyMs)}#${uid}` };
  return [
    { key, row: { totalSeconds: outcome.latency.totalSeconds, expiresAt: Math.floor(nowMs / 1000) + KEPT_SECONDS } },
  ];
}

/** How long each claim took in all that was ready at that time or later. */
export async function listTotals(table: LedgerTable, cluster: string, sinceMs: number): Promise<number[]> {
  const totals: number[] = [];
  for await (const { totalSeconds } of table.list(readyPartition(cluster), { from: isoOf(sinceMs) }))
    if (typeof totalSeconds === 'number') totals.push(totalSeconds);
  return totals;
}

const unreadySchema = z.object({
  sk: z.string(),
  name: z.string(),
  nodePool: z.string(),
  capacityType: z.string(),
  createdMs: z.number(),
  stage: z.enum(['created', 'launched', 'registered']),
  reason: z.nullable(z.string()),
});

/** The claims that were not ready at the last look, by uid. */
export async function listUnready(table: LedgerTable, cluster: string): Promise<Map<string, UnreadyClaim>> {
  const claims = new Map<string, UnreadyClaim>();
  for await (const row of table.list(unreadyPartition(cluster))) {
    const { sk: uid, ...claim } = unreadySchema.parse(row);
    claims.set(uid, { uid, ...claim });
  }
  return claims;
}

export async function rememberUnready(
  table: LedgerTable,
  cluster: string,
  claims: readonly UnreadyClaim[],
  nowMs: number,
): Promise<void> {
  const expiresAt = Math.floor(nowMs / 1000) + KEPT_SECONDS;
  await table.batchPut(
    claims.map(({ uid, ...claim }) => ({
      key: { pk: unreadyPartition(cluster), sk: uid },
      row: { ...claim, expiresAt },
    })),
  );
}

export async function forgetUnready(table: LedgerTable, cluster: string, uids: readonly string[]): Promise<void> {
  await eachAtOnce(WRITERS, uids, async (uid) => {
    await table.remove({ pk: unreadyPartition(cluster), sk: uid });
  });
}
