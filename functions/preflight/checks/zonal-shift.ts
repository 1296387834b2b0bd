import { type Finding, fault } from '../finding.ts';
import type { World } from '../world.ts';

/** With the setting on, the controller panics at its start in a cluster that is not registered for zonal shift. */
export function checkZonalShift({ cluster, existing }: World): Finding[] {
  if (!cluster.spec.karpenter.settings.enableZonalShift) return [];
  if (existing.cluster?.zonalShiftConfig?.enabled) return [];
  const { name } = cluster.metadata;
  return [
    fault('zonal-shift', {
      path: 'spec.karpenter.settings.enableZonalShift',
      message: `cluster ${name} ${existing.cluster ? 'is not enabled' : 'does not exist yet and so is not enabled'} for zonal shift: Karpenter would crash at its start`,
      fix: 'leave the setting out, and turn it on once zonal shift is enabled for the cluster',
    }),
  ];
}
