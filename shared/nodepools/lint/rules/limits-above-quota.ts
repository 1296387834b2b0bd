import { isGraphics, isStandard } from '../../../clusters/instance-families.ts';
import { quantityOf } from '../../../instance-types/quantity.ts';
import type { LintContext } from '../context.ts';
import { poolRule } from '../rule.ts';

export const limitsAboveQuota = poolRule({
  id: 'limits-above-quota',
  severity: 'warning',
  finds:
    "A cpu limit above what the account's quotas let EC2 run, of the Standard families or of G and VT. Needs the quotas, which a run knows.",
  breaks:
    'EC2 refuses launches before Karpenter stops: pods wait although the pool has room, with VcpuLimitExceeded in the log of the controller.',
  mend: 'spec: { limits: { cpu: "64" } }',
  check: (pool, { context: { quotas } }) => {
    const cpu = quantityOf(pool.limits['cpu'] ?? '');
    const types = pool.types();
    if (quotas === undefined || cpu === undefined || !types) return [];
    // With on-demand in the list it is the quota that launches fall back to.
    const judged = quotaFor(types.candidates, types.allowsOnDemand, quotas);
    if (judged === undefined || cpu <= judged.quota) return [];
    const { quota, code, how } = judged;
    return [
      {
        path: 'spec.limits.cpu',
        reason: `the pool may grow to ${cpu} vCPUs; the account may run ${quota} ${how}, and EC2 refuses what is beyond`,
        fix: `ask for a higher quota ${code} (EC2) in time, or under spec.limits: cpu: "${Math.floor(quota)}"`,
      },
    ];
  },
});

type Quotas = NonNullable<LintContext['quotas']>;

/** The quota that the pool's instances count against. Families with other quotas than these (P, Inf, Trn ...) are not judged. */
function quotaFor(candidates: readonly { readonly name: string }[], isOnDemand: boolean, quotas: Quotas) {
  if (candidates.some(({ name }) => isStandard(name)))
    return isOnDemand
      ? { quota: quotas.onDemandVcpu, code: 'L-1216C47A', how: 'on demand' }
      : { quota: quotas.spotVcpu, code: 'L-34B43A08', how: 'as spot' };
  if (!candidates.every(({ name }) => isGraphics(name))) return undefined;
  return isOnDemand
    ? { quota: quotas.graphicsOnDemandVcpu, code: 'L-DB2E81BA', how: 'of G and VT on demand' }
    : { quota: quotas.graphicsSpotVcpu, code: 'L-3819A6DF', how: 'of G and VT as spot' };
}
