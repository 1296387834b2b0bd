import { LABEL } from '../../../instance-types/labels.ts';
import { poolRule } from '../rule.ts';
import { requirementYaml } from '../view/named.ts';

const FIX = requirementYaml(LABEL.arch, 'In', ['amd64']);

export const architectureNotSet = poolRule({
  id: 'architecture-not-set',
  severity: 'warning',
  finds: 'A pool with amd64 and arm64 types and no requirement on `kubernetes.io/arch`.',
  breaks:
    'Graviton is often cheapest and is then chosen: images that are built for amd64 only end with "exec format error".',
  mend: FIX,
  check: (pool) => {
    const found = new Set((pool.types()?.launchable ?? []).map(({ arch }) => arch));
    if (pool.pathOf(LABEL.arch) !== pool.pathOf() || found.size < 2) return [];
    return [
      {
        path: pool.pathOf(),
        reason:
          'nodes are amd64 or arm64, whichever is cheaper that day: images for one of them end with "exec format error" on the other',
        fix: `add to spec.template.spec.requirements: ${FIX} (both, when all images are built for both)`,
      },
    ];
  },
});
