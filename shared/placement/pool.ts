import type { RequirementExpression } from '../instance-types/requirement.ts';
import { type CapacityTypeName, capacityTypesOf, requirementsOfPool } from '../nodepools/capacity-types.ts';
import type { Taint } from '../nodepools/profiles/profile.ts';

/** What of a NodePool decides which pods get onto its nodes. */
export type PlacementPool = {
  readonly name: string;
  readonly taints: readonly Taint[];
  /** With the labels of its template. */
  readonly requirements: readonly RequirementExpression[];
  readonly capacityTypes: readonly CapacityTypeName[];
};

export type SpotChoice = 'preferred' | 'required' | 'never';

/** Where a workload shall go. */
export type Wish = {
  readonly pool: PlacementPool;
  /** Undefined: spot is preferred where the pool has it, unless the workload says something of it itself. */
  readonly spot?: SpotChoice | undefined;
  /** Whether it must keep running when there is no spot capacity. */
  readonly critical?: boolean;
};

type Manifest = {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly template?: { readonly spec?: { readonly taints?: readonly Taint[] } } };
};

/** Reads a NodePool that was found valid. Startup taints are not tolerated: they are gone when pods come. */
export function placementPool(manifest: unknown): PlacementPool {
  const { metadata, spec } = manifest as Manifest;
  return {
    name: metadata.name,
    taints: spec.template?.spec?.taints ?? [],
    requirements: requirementsOfPool(manifest),
    capacityTypes: capacityTypesOf(manifest),
  };
}
