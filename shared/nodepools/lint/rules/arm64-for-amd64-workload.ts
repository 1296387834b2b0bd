import { LABEL } from '../../../instance-types/labels.ts';
import { poolRule, type Scope } from '../rule.ts';
import { requirementYaml, someOf } from '../view/named.ts';
import type { PoolView } from '../view/pool-view.ts';
import { canRunOn, type Workload } from '../workload.ts';

const FIX = requirementYaml(LABEL.arch, 'In', ['amd64']);

const has = (pool: PoolView, arch: 'amd64' | 'arm64') => pool.types()?.candidates.some((type) => type.arch === arch);

/** Pods that ask for amd64 nodes wait only when no pool that lets them in has any. */
function waits(workload: Workload, { pools }: Scope): boolean {
  return workload.wantsAmd64 && !pools.some((other) => canRunOn(workload, other) && has(other, 'amd64'));
}

export const arm64ForAmd64Workload = poolRule({
  id: 'arm64-for-amd64-workload',
  severity: 'error',
  otherwise: 'warning where the pool has amd64 types too: then it depends on what is cheaper.',
  finds:
    'arm64 nodes for a workload that is for amd64 only: it asks for amd64 and no pool that lets it in has such types, or an image says amd64 or x86_64 in its name. Needs workloads, in the file or by `--workloads`.',
  breaks: 'The pods stay Pending, or their containers end with "exec format error".',
  mend: FIX,
  check: (pool, scope) => {
    if (!has(pool, 'arm64')) return [];
    const here = (scope.context.workloads ?? []).filter((workload) => canRunOn(workload, pool));
    const waiting = here.filter((workload) => waits(workload, scope));
    const crashing = here.filter(({ wantsAmd64, amd64Image }) => !wantsAmd64 && amd64Image !== undefined);
    const isMixed = has(pool, 'amd64');
    const hit = {
      path: pool.pathOf(LABEL.arch),
      severity: isMixed ? ('warning' as const) : ('error' as const),
      fix: `build the images for arm64 too, or in place of this requirement: ${FIX}`,
    };
    const names = (list: readonly Workload[]) => someOf(list.map(({ resource }) => resource));
    return [
      ...(waiting.length > 0
        ? [
            {
              ...hit,
              reason: `${names(waiting)} may run here and nowhere with amd64 nodes, which it asks for: it stays Pending`,
            },
          ]
        : []),
      ...(crashing.length > 0
        ? [
            {
              ...hit,
              reason: `${names(crashing)} may run here with an image for amd64 (${crashing[0]?.amd64Image}): on arm64 it ends with "exec format error"`,
            },
          ]
        : []),
    ];
  },
});
