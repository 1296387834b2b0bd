import { type Controller, count } from '../controller.ts';
import { LABELS } from '../names.ts';
import type { NodeClaim } from '../objects.ts';
import { durationSeconds } from '../settings.ts';
import { labelled } from './families.ts';

/** Counts a NodeClaim that pods asked for. */
export function countCreated(controller: Controller, claim: Pick<NodeClaim, 'metadata'>): void {
  const labels = { min_values_relaxed: 'false', nodepool: poolOf(claim), reason: 'provisioned' };
  count(controller, labelled('nodeclaims_created', labels));
}

export function countTerminated(controller: Controller, claim: Pick<NodeClaim, 'metadata'>): void {
  const { [LABELS.capacityType]: capacity_type = '', [LABELS.zone]: zone = '' } = claim.metadata.labels ?? {};
  count(controller, labelled('nodeclaims_terminated', { capacity_type, nodepool: poolOf(claim), zone }));
}

/** Counts a NodeClaim that is taken away; `consolidationPolicy` where consolidation does it. */
export function countDisrupted(
  controller: Controller,
  claim: Pick<NodeClaim, 'metadata' | 'spec'>,
  reason: string,
  consolidationPolicy = '',
): void {
  const labels = {
    capacity_type: claim.metadata.labels?.[LABELS.capacityType] ?? '',
    consolidation_policy: snakeCase(consolidationPolicy),
    nodepool: poolOf(claim),
    reason,
    termination_mode: terminationMode(claim),
  };
  count(controller, labelled('nodeclaims_disrupted', labels));
}

function terminationMode({ spec }: Pick<NodeClaim, 'spec'>): string {
  if (spec.terminationGracePeriod === undefined) return 'graceful';
  return durationSeconds(spec.terminationGracePeriod) === 0 ? 'forceful' : 'eventual';
}

function poolOf({ metadata }: Pick<NodeClaim, 'metadata'>): string {
  return metadata.labels?.[LABELS.nodePool] ?? '';
}

function snakeCase(text: string): string {
  return text.replace(/(?<!^)[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
}
