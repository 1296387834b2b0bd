import { type Claim, type ReadyClaim, readyClaim } from './claim.ts';
import { type FailureReason, failureReason, type UnreadyClaim, unreadyOf } from './failure.ts';

export type FailedClaim = { readonly claim: UnreadyClaim; readonly reason: FailureReason };

/** What became of NodeClaims since the last look, as far as this look can tell. Whether it is counted, the ledger decides. */
export type ClaimNews = {
  /** Ready since `sinceMs`, or remembered as unready. */
  readonly ready: readonly ReadyClaim[];
  /** On their way out without ever having been ready. */
  readonly failed: readonly FailedClaim[];
  /** Remembered and not listed any more: to be looked at by name before they count as gone. */
  readonly missing: readonly UnreadyClaim[];
  /** Not ready, and not remembered like this. */
  readonly toRemember: readonly UnreadyClaim[];
};

export function followClaims(
  claims: readonly Claim[],
  remembered: ReadonlyMap<string, UnreadyClaim>,
  { sinceMs, nowMs }: { readonly sinceMs: number; readonly nowMs: number },
): ClaimNews {
  const ready: ReadyClaim[] = [];
  const failed: FailedClaim[] = [];
  const toRemember: UnreadyClaim[] = [];
  const listed = new Set<string>();
  for (const claim of claims) {
    listed.add(claim.uid);
    const up = readyClaim(claim);
    if (up) {
      const isNews = up.readyMs >= sinceMs || remembered.has(claim.uid);
      if (isNews && !awaitsPods(up, nowMs)) ready.push(up);
      continue;
    }
    const unready = unreadyOf(claim);
    if (claim.isBeingDeleted) failed.push({ claim: unready, reason: failureReason(unready, nowMs) });
    else if (!isSame(unready, remembered.get(claim.uid))) toRemember.push(unready);
  }
  const missing = [...remembered.values()].filter(({ uid }) => !listed.has(uid));
  return { ready, failed, missing, toRemember };
}

/** Karpenter writes of pods some time after they came. A node that is young and shows none yet is looked at once more. */
const POD_PATIENCE_MS = 45_000;

function awaitsPods({ podEventMs, readyMs, isBeingDeleted }: ReadyClaim, nowMs: number): boolean {
  return podEventMs === null && !isBeingDeleted && readyMs > nowMs - POD_PATIENCE_MS;
}

function isSame(claim: UnreadyClaim, before: UnreadyClaim | undefined): boolean {
  return before !== undefined && before.stage === claim.stage && before.reason === claim.reason;
}
