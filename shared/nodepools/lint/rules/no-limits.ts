import { poolRule } from '../rule.ts';
import type { PoolView } from '../view/pool-view.ts';

const FIX = 'limits: { cpu: "100", memory: 200Gi }';

/** Limits on devices bound a pool only when each of its types takes some of them. */
function boundsAll(pool: PoolView): boolean {
  const candidates = pool.types()?.candidates ?? [];
  const hasGpus = ['nvidia.com/gpu', 'amd.com/gpu'].some((resource) => pool.limits[resource] !== undefined);
  return hasGpus && candidates.length > 0 && candidates.every(({ gpu }) => gpu !== undefined);
}

export const noLimits = poolRule({
  id: 'no-limits',
  severity: 'error',
  finds: 'A pool without a limit that bounds it: no cpu, memory or nodes, and none on GPUs that every type has.',
  breaks:
    'A Deployment scaled to a million replicas, or a loop in a controller, buys nodes until the quota of the account ends it.',
  mend: `spec: { ${FIX} }`,
  check: (pool) => {
    if (pool.isStatic || ['cpu', 'memory', 'nodes'].some((resource) => pool.limits[resource] !== undefined)) return [];
    const given = Object.keys(pool.limits);
    if (given.length > 0 && boundsAll(pool)) return [];
    const what = given.length > 0 ? `the limits (${given.join(', ')}) do not bound it` : 'it has no limits';
    return [
      {
        path: 'spec.limits',
        reason: `${what}: pods by mistake, or a loop in a controller, buy nodes until the quota of the account ends it`,
        fix: `under spec: ${FIX}`,
      },
    ];
  },
});
