import { toOpsError } from '../../shared/aws/errors.ts';
import type { Manifest } from '../../shared/kube/api.ts';
import { type Claim, parseClaim } from '../../shared/latency/claim.ts';
import { type Decisions, decisionSecondsAt } from '../../shared/latency/decisions.ts';
import { failureReason, type UnreadyClaim } from '../../shared/latency/failure.ts';
import { type ClaimNews, type FailedClaim, followClaims } from '../../shared/latency/follow.ts';
import { latencyOf } from '../../shared/latency/phases.ts';
import { failureSeries, latencySeries } from '../../shared/latency/series.ts';
import { eachAtOnce } from '../../shared/ledger/at-once.ts';
import {
  type ClaimOutcome,
  forgetUnready,
  listUnready,
  recordClaims,
  rememberUnready,
} from '../../shared/ledger/claims.ts';
import { recordReadiness } from '../../shared/ledger/instances.ts';
import type { LedgerTable } from '../../shared/ledger/table.ts';
import type { Series } from '../../shared/metrics/series.ts';
import { type CollectorKube, NODE_CLAIM } from './read-cluster.ts';

export type FollowInput = {
  readonly cluster: string;
  readonly nodeClaims: readonly Manifest[];
  /** Claims that were ready earlier are known. */
  readonly sinceMs: number;
  readonly nowMs: number;
  readonly decisions: Decisions | undefined;
  readonly publication: string;
};

type Deps = { readonly table: LedgerTable; readonly kube: Pick<CollectorKube, 'read'> };

export type Followed = {
  readonly series: readonly Series[];
  readonly ready: number;
  readonly failed: number;
  /** NodeClaims that could not be read, of which nothing is known, and ready ones whose stamps contradict each other. */
  readonly unmeasured: readonly string[];
  /** Why something could not be recorded; the next look takes it up again. */
  readonly troubles: readonly string[];
};

/** Missing claims are looked at one by one, so many in a look. */
const LOOKED_UP = 50;
const AT_ONCE = 10;

/** Records what became of NodeClaims, each once, and gives the series of those that nobody had recorded. */
export async function followNodes(input: FollowInput, deps: Deps): Promise<Followed> {
  const { cluster, nodeClaims, nowMs, decisions, publication } = input;
  const { table } = deps;
  const parsed = new Map<Manifest, Claim>();
  for (const object of nodeClaims) {
    const claim = parseClaim(object);
    if (claim) parsed.set(object, claim);
  }
  const news = followClaims([...parsed.values()], await listUnready(table, cluster), input);
  await rememberUnready(table, cluster, news.toRemember, nowMs);
  const troubles: string[] = [];
  const noted = (error: unknown): void => void troubles.push(toOpsError(error).message);
  const gone = await reallyGone(news.missing, nowMs, noted, deps);
  const outcomes = outcomesOf(news, gone, decisions);
  await eachAtOnce(AT_ONCE, news.ready, async ({ instanceId, registeredMs, readyMs }) => {
    if (instanceId === null) return;
    await recordReadiness(table, { instanceId, registeredMs, readyMs }).catch(noted);
  });
  const { fresh, failed } = await recordClaims(table, outcomes, { cluster, publication, nowMs });
  for (const error of failed) noted(error);
  // From here on nothing may fail: what was recorded now is told now, or never.
  const settled = failed.length === 0 ? outcomes.map(({ claim }) => claim.uid) : [];
  await forgetUnready(table, cluster, settled).catch(noted);
  const measured = fresh.flatMap((outcome) =>
    outcome.kind === 'ready' && outcome.latency ? [{ ...outcome.claim, latency: outcome.latency }] : [],
  );
  const failures = fresh.flatMap((outcome): FailedClaim[] => (outcome.kind === 'failed' ? [outcome] : []));
  return {
    series: [...latencySeries(cluster, measured), ...failureSeries(cluster, failures)],
    ready: measured.length,
    failed: failures.length,
    unmeasured: [
      ...nodeClaims
        .filter((object) => !parsed.has(object))
        .map((object) => `${nameOf(object)} is not as Karpenter writes NodeClaims`),
      ...fresh.flatMap((outcome) =>
        outcome.kind === 'ready' && !outcome.latency
          ? [`the stamps of ${outcome.claim.name} contradict each other`]
          : [],
      ),
    ],
    troubles,
  };
}

function outcomesOf(news: ClaimNews, gone: readonly FailedClaim[], decisions: Decisions | undefined): ClaimOutcome[] {
  return [
    ...news.ready.map((claim): ClaimOutcome => {
      const { createdMs, launchedMs, registeredMs, readyMs: initializedMs, podEventMs } = claim;
      const decisionSeconds = decisionSecondsAt(decisions, createdMs);
      const stamps = { decisionSeconds, createdMs, launchedMs, registeredMs, initializedMs, podEventMs };
      return { kind: 'ready', claim, latency: latencyOf(stamps) };
    }),
    ...[...news.failed, ...gone].map((failure): ClaimOutcome => ({ kind: 'failed', ...failure })),
  ];
}

/** A list from a cache may lack what is there: only what the API server itself does not have is gone. */
async function reallyGone(
  missing: readonly UnreadyClaim[],
  nowMs: number,
  noted: (error: unknown) => void,
  { kube }: Deps,
): Promise<FailedClaim[]> {
  const gone: FailedClaim[] = [];
  await eachAtOnce(AT_ONCE, missing.slice(0, LOOKED_UP), async (claim) => {
    try {
      const found = await kube.read({ ...NODE_CLAIM, name: claim.name });
      if (found?.metadata['uid'] !== claim.uid) gone.push({ claim, reason: failureReason(claim, nowMs) });
    } catch (error) {
      noted(error);
    }
  });
  return gone;
}

function nameOf({ metadata }: Manifest): string {
  return String(metadata.name);
}
