import type { Claim } from './claim.ts';

/** Why a claim never gave a node: a closed list, since it is a dimension. */
export type FailureReason =
  | 'insufficient_capacity'
  | 'launch_failed'
  | 'launch_timeout'
  | 'registration_timeout'
  | 'never_initialized'
  | 'vanished';

/** A claim that was not ready when it was last seen; this much is kept of it between two looks. */
export type UnreadyClaim = Pick<Claim, 'uid' | 'name' | 'nodePool' | 'capacityType' | 'createdMs'> & {
  readonly stage: 'created' | 'launched' | 'registered';
  /** Why the next step is not done, in Karpenter's word. */
  readonly reason: string | null;
};

export function unreadyOf(claim: Claim): UnreadyClaim {
  const { uid, name, nodePool, capacityType, createdMs, launched, registered, initialized } = claim;
  const known = { uid, name, nodePool, capacityType, createdMs };
  if (launched.doneMs === null) return { ...known, stage: 'created', reason: launched.reason };
  if (registered.doneMs === null) return { ...known, stage: 'launched', reason: registered.reason };
  return { ...known, stage: 'registered', reason: initialized.reason };
}

/** What Karpenter says before anything was tried. */
const NOTHING_YET = new Set(['AwaitingReconciliation', 'ReconcilingDependents', null]);
const LAUNCH_TIMEOUT_MS = 5 * 60_000;
const REGISTRATION_TIMEOUT_MS = 15 * 60_000;

/** Why a claim that was last seen like this is gone, or is going. `goneMs`: when that was noticed. */
export function failureReason(claim: UnreadyClaim, goneMs: number): FailureReason {
  const ageMs = goneMs - claim.createdMs;
  if (claim.stage === 'created') {
    if (/insufficient_?capacity|unfulfillable/i.test(claim.reason ?? '')) return 'insufficient_capacity';
    if (!NOTHING_YET.has(claim.reason)) return 'launch_failed';
    return ageMs >= LAUNCH_TIMEOUT_MS ? 'launch_timeout' : 'vanished';
  }
  if (claim.stage === 'launched') return ageMs >= REGISTRATION_TIMEOUT_MS ? 'registration_timeout' : 'vanished';
  return 'never_initialized';
}
