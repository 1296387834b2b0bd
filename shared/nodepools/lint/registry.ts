import type { Rule } from './rule.ts';
import type { RuleId } from './rule-ids.ts';
import { allowsAccelerators } from './rules/allows-accelerators.ts';
import { allowsBareMetal } from './rules/allows-bare-metal.ts';
import { allowsExpensiveTypes } from './rules/allows-expensive-types.ts';
import { allowsHugeMemory } from './rules/allows-huge-memory.ts';
import { architectureNotSet } from './rules/architecture-not-set.ts';
import { arm64ForAmd64Workload } from './rules/arm64-for-amd64-workload.ts';
import { budgetsAllowEverything } from './rules/budgets-allow-everything.ts';
import { budgetsBlockDisruption } from './rules/budgets-block-disruption.ts';
import { capacityTypeNotSet } from './rules/capacity-type-not-set.ts';
import { contradictoryRequirements } from './rules/contradictory-requirements.ts';
import { deprecatedLabel } from './rules/deprecated-label.ts';
import { doNotDisruptNodes } from './rules/do-not-disrupt-nodes.ts';
import { duplicateObject } from './rules/duplicate-object.ts';
import { endedAmiFamily } from './rules/ended-ami-family.ts';
import { fewTypesForSpot } from './rules/few-types-for-spot.ts';
import { imdsv1Allowed } from './rules/imdsv1-allowed.ts';
import { latestAmi } from './rules/latest-ami.ts';
import { limitsAboveQuota } from './rules/limits-above-quota.ts';
import { limitsTooSmall } from './rules/limits-too-small.ts';
import { metadataHopLimit } from './rules/metadata-hop-limit.ts';
import { minValuesNotMet } from './rules/min-values-not-met.ts';
import { missingNodeClass } from './rules/missing-node-class.ts';
import { misspeltLabel } from './rules/misspelt-label.ts';
import { neverExpires } from './rules/never-expires.ts';
import { noLimits } from './rules/no-limits.ts';
import { noTerminationGracePeriod } from './rules/no-termination-grace-period.ts';
import { oldVolumeType } from './rules/old-volume-type.ts';
import { overlappingPools } from './rules/overlapping-pools.ts';
import { refusedByKarpenter } from './rules/refused-by-karpenter.ts';
import { selectsNoType } from './rules/selects-no-type.ts';
import { shortExpiry } from './rules/short-expiry.ts';
import { singleInstanceFamily } from './rules/single-instance-family.ts';
import { singleInstanceType } from './rules/single-instance-type.ts';
import { slowEmptyRemoval } from './rules/slow-empty-removal.ts';
import { spotWithoutFallback } from './rules/spot-without-fallback.ts';
import { subnetNotFound } from './rules/subnet-not-found.ts';
import { taintNotTolerated } from './rules/taint-not-tolerated.ts';
import { uncompiledWildcard } from './rules/uncompiled-wildcard.ts';
import { unencryptedVolume } from './rules/unencrypted-volume.ts';
import { worstCaseCost } from './rules/worst-case-cost.ts';

/** Every rule. A new one is a file in rules/, an id in rule-ids.ts and a line here. */
const REGISTRY: Readonly<Record<RuleId, Rule>> = {
  'architecture-not-set': architectureNotSet,
  'arm64-for-amd64-workload': arm64ForAmd64Workload,
  'allows-accelerators': allowsAccelerators,
  'allows-bare-metal': allowsBareMetal,
  'allows-expensive-types': allowsExpensiveTypes,
  'allows-huge-memory': allowsHugeMemory,
  'budgets-allow-everything': budgetsAllowEverything,
  'budgets-block-disruption': budgetsBlockDisruption,
  'capacity-type-not-set': capacityTypeNotSet,
  'contradictory-requirements': contradictoryRequirements,
  'deprecated-label': deprecatedLabel,
  'do-not-disrupt-nodes': doNotDisruptNodes,
  'duplicate-object': duplicateObject,
  'ended-ami-family': endedAmiFamily,
  'few-types-for-spot': fewTypesForSpot,
  'imdsv1-allowed': imdsv1Allowed,
  'latest-ami': latestAmi,
  'limits-above-quota': limitsAboveQuota,
  'limits-too-small': limitsTooSmall,
  'metadata-hop-limit': metadataHopLimit,
  'min-values-not-met': minValuesNotMet,
  'missing-node-class': missingNodeClass,
  'misspelt-label': misspeltLabel,
  'never-expires': neverExpires,
  'no-limits': noLimits,
  'no-termination-grace-period': noTerminationGracePeriod,
  'old-volume-type': oldVolumeType,
  'overlapping-pools': overlappingPools,
  'refused-by-karpenter': refusedByKarpenter,
  'selects-no-type': selectsNoType,
  'short-expiry': shortExpiry,
  'single-instance-family': singleInstanceFamily,
  'single-instance-type': singleInstanceType,
  'slow-empty-removal': slowEmptyRemoval,
  'spot-without-fallback': spotWithoutFallback,
  'subnet-not-found': subnetNotFound,
  'taint-not-tolerated': taintNotTolerated,
  'uncompiled-wildcard': uncompiledWildcard,
  'unencrypted-volume': unencryptedVolume,
  'worst-case-cost': worstCaseCost,
};

export const RULES: readonly Rule[] = Object.values(REGISTRY);
