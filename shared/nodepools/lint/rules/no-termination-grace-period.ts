import { poolRule } from '../rule.ts';
import { someOf } from '../view/named.ts';
import { canRunOn } from '../workload.ts';

export const noTerminationGracePeriod = poolRule({
  id: 'no-termination-grace-period',
  severity: 'warning',
  otherwise:
    'warning where a PodDisruptionBudget allows no eviction, or pods that may run on the pool are marked `karpenter.sh/do-not-disrupt`; info where there are only other PodDisruptionBudgets.',
  finds:
    'No `terminationGracePeriod` where PodDisruptionBudgets or do-not-disrupt pods exist. Needs these, in the file or by `--workloads`.',
  breaks:
    'A drain that a budget or such a pod blocks never ends: expired and drifted nodes stay, unpatched and paid for.',
  mend: 'spec: { template: { spec: { terminationGracePeriod: 24h } } }',
  check: (pool, { context: { podBudgets = [], workloads = [] } }) => {
    if (pool.templateSpec['terminationGracePeriod'] !== undefined) return [];
    const lasting = workloads.filter((workload) => workload.doNotDisrupt && canRunOn(workload, pool));
    const blocking = podBudgets.filter(({ blocksAll }) => blocksAll);
    if (lasting.length === 0 && podBudgets.length === 0) return [];
    const names = [
      ...(blocking.length > 0 ? blocking : podBudgets).map(({ name }) => `PodDisruptionBudget/${name}`),
      ...lasting.map(({ resource }) => resource),
    ];
    const isSure = lasting.length > 0 || blocking.length > 0;
    return [
      {
        path: 'spec.template.spec.terminationGracePeriod',
        severity: isSure ? 'warning' : 'info',
        reason: `it is not set, and ${someOf(names)} can block a drain for ever: expired and drifted nodes would stay`,
        fix: 'under spec.template.spec: terminationGracePeriod: 24h',
      },
    ];
  },
});
