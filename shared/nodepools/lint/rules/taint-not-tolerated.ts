import { poolRule } from '../rule.ts';
import { canRunOn } from '../workload.ts';

export const taintNotTolerated = poolRule({
  id: 'taint-not-tolerated',
  severity: 'warning',
  finds:
    'A tainted pool that none of the given workloads may run on. Needs workloads, in the file or by `--workloads`.',
  breaks: 'No pod ever comes: those that were meant for it land on other pools, or stay Pending.',
  mend: 'tolerations: [{ key: banking.com/general, operator: Equal, value: "true", effect: NoSchedule }]',
  check: (pool, { context: { workloads = [] } }) => {
    const index = pool.taints.findIndex(({ effect }) => effect !== 'PreferNoSchedule');
    const taint = pool.taints[index];
    if (!taint || workloads.length === 0 || workloads.some((workload) => canRunOn(workload, pool))) return [];
    const { key, value, effect } = taint;
    return [
      {
        path: `spec.template.spec.taints[${index}]`,
        reason: `none of the ${workloads.length} workloads given may run here: with ${key}=${value}:${effect} and the pool's labels no pod ever comes`,
        fix: `in the pods that belong here (joinery place does it): tolerations: [{ key: ${key}, operator: Equal, value: "${value}", effect: ${effect} }]`,
      },
    ];
  },
});
