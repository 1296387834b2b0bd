import type { Cause } from './cause.ts';
import { claimCauses } from './claims.ts';
import { controllerCauses } from './controller.ts';
import type { Facts, Look } from './facts.ts';
import { podCauses } from './pods.ts';
import { poolCauses } from './pools.ts';

export type Diagnosis = {
  /** Whether there is nothing to mend; `info` mends itself. */
  readonly healthy: boolean;
  readonly pendingPods: number;
  readonly causes: readonly Cause[];
  /** What could not be looked at: causes of these parts may be missing. */
  readonly unread: readonly { readonly what: Look; readonly why: string }[];
};

const RANK = { error: 0, warning: 1, info: 2 } as const;

/**
 * Why nodes do not come and pods do not get onto them, as far as the facts show it: worst first, and within the same severity the
 * controller before its pools, those before single claims and pods, since mending the former may mend the latter.
 */
export function diagnose(facts: Facts): Diagnosis {
  const all = [...controllerCauses(facts), ...poolCauses(facts), ...claimCauses(facts), ...podCauses(facts)];
  const causes = all
    .map((one, index) => ({ one, index }))
    .sort((left, right) => RANK[left.one.severity] - RANK[right.one.severity] || left.index - right.index)
    .map(({ one }) => one);
  return {
    healthy: causes.every(({ severity }) => severity === 'info') && facts.unread.length === 0,
    pendingPods: facts.pendingPods.length,
    causes,
    unread: facts.unread,
  };
}
