/**
 * Keeps this container from asking EC2 too often: Karpenter needs the same request bucket in the same storm. Each container may
 * make two calls at once and one more each quarter of a minute, so fifty of them make a hundred; and none at all for a while
 * after EC2 throttled or failed twice, then a single one to see.
 */
export type LookupBreaker = {
  /** Whether so many calls may be made now; takes them from the allowance if so. */
  admits(calls: number): boolean;
  succeeded(): void;
  failed(): void;
};

const BURST = 2;
const REFILL_MS = 15_000;
const FAILURES_TO_OPEN = 2;
const OPEN_MS = 30_000;

export function lookupBreaker(clock: { now(): number }): LookupBreaker {
  let allowance = BURST;
  let refilledMs = clock.now();
  let failures = 0;
  let openUntilMs = 0;
  const refill = (now: number) => {
    const gained = Math.floor((now - refilledMs) / REFILL_MS);
    if (gained <= 0) return;
    allowance = Math.min(BURST, allowance + gained);
    refilledMs += gained * REFILL_MS;
  };
  return {
    admits(calls) {
      const now = clock.now();
      refill(now);
      // More than the burst could ever hold goes when the allowance is full.
      const cost = Math.min(calls, BURST);
      if (now < openUntilMs || allowance < cost) return false;
      allowance -= cost;
      return true;
    },
    succeeded() {
      failures = 0;
    },
    failed() {
      failures += 1;
      if (failures >= FAILURES_TO_OPEN) openUntilMs = clock.now() + OPEN_MS;
    },
  };
}
