import { isStandard } from '../../../clusters/instance-families.ts';
import { quantityOf } from '../../../instance-types/quantity.ts';
import { poolRule } from '../rule.ts';

export const limitsAboveQuota = poolRule({
  id: 'limits-above-quota',
  severity: 'warning',
  finds: "A cpu limit above what the account's quotas let EC2 run. Needs the quotas, which a run knows.",
  breaks:
    'EC2 refuses launches before Karpenter stops: pods wait although the pool has room, with VcpuLimitExceeded in the log of the controller.',
  mend: 'spec: { limits: { cpu: "64" } }',
  check: (pool, { context: { quotas } }) => {
    const cpu = quantityOf(pool.limits['cpu'] ?? '');
    const types = pool.types();
    if (quotas === undefined || cpu === undefined || !types) return [];
    if (!types.candidates.some(({ name }) => isStandard(name))) return [];
    // With on-demand in the list it is the quota that launches fall back to.
    const [quota, code, how] = types.allowsOnDemand
      ? [quotas.onDemandVcpu, 'L-1216C47A', 'on demand']
      : [quotas.spotVcpu, 'L-34B43A08', 'as spot'];
    if (cpu <= quota) return [];
    return [
      {
        path: 'spec.limits.cpu',
        reason: `the pool may grow to ${cpu} vCPUs; the account may run ${quota} ${how}, and EC2 refuses what is beyond`,
        fix: `ask for a higher quota ${code} (EC2) in time, or under spec.limits: cpu: "${Math.floor(quota)}"`,
      },
    ];
  },
});
