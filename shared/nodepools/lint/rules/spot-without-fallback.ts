import { LABEL } from '../../../instance-types/labels.ts';
import { objectAt } from '../../read-object.ts';
import { poolRule, type Scope } from '../rule.ts';
import { requirementYaml } from '../view/named.ts';
import type { PoolView } from '../view/pool-view.ts';
import { canRunOn } from '../workload.ts';

const CRITICAL = 'joinery.dev/critical';
const FIX = requirementYaml(LABEL.capacityType, 'In', ['spot', 'on-demand']);

/** Why what runs on the pool must stay, as far as anything says so. */
function criticalReason(pool: PoolView, { context }: Scope): string | undefined {
  const marked = [pool.object, objectAt(pool.spec, 'template')].some((part) =>
    ['labels', 'annotations'].some((map) => objectAt(part, 'metadata', map)[CRITICAL] === 'true'),
  );
  if (marked) return `the pool is marked ${CRITICAL}`;
  const service = context.criticalPools?.get(pool.name);
  if (service !== undefined) return service;
  const workload = context.workloads?.find((one) => one.critical !== undefined && canRunOn(one, pool));
  return workload && `${workload.resource} ${workload.critical} and may run here`;
}

const isUntainted = ({ taints }: PoolView) => taints.every(({ effect }) => effect === 'PreferNoSchedule');

export const spotWithoutFallback = poolRule({
  id: 'spot-without-fallback',
  severity: 'error',
  otherwise:
    'error where something critical may run: the pool or a workload has the label or annotation `joinery.dev/critical: "true"`, a workload has the priority class `system-cluster-critical` or `system-node-critical`, or the cluster file says it of a service; warning where the pool has no taint and no untainted pool offers on-demand, since every pod without a toleration lands there; info otherwise.',
  finds: 'A pool with spot as its only capacity type.',
  breaks:
    'When there is no spot capacity, pods wait; after an interruption there may be nothing that replaces the node.',
  mend: FIX,
  check: (pool, scope) => {
    const types = pool.types();
    if (!types?.allowsSpot || types.allowsOnDemand) return [];
    const critical = criticalReason(pool, scope);
    const isLastResort =
      isUntainted(pool) && !scope.pools.some((other) => isUntainted(other) && other.types()?.allowsOnDemand);
    const hit = {
      path: pool.pathOf(LABEL.capacityType),
      fix: `let Karpenter fall back, in place of this requirement: ${FIX}`,
    };
    const wait = 'without spot capacity its pods stay Pending';
    if (critical !== undefined) {
      return [{ ...hit, severity: 'error', reason: `it is spot only, and ${critical}: ${wait}` }];
    }
    if (isLastResort) {
      const reason = `it is spot only, has no taint, and no other untainted pool offers on-demand: ${wait}, whatever they are`;
      return [{ ...hit, severity: 'warning', reason }];
    }
    return [{ ...hit, severity: 'info', reason: `it is spot only: ${wait}; keep what must stay off it` }];
  },
});
