import type { Amounts } from '../../simulator/karpenter/instance-types/resources.ts';

/** A node of one of the two sides, and what is on it. */
export type PackedNode = {
  /** The node group or the NodePool that it is of. */
  readonly source: string;
  readonly instanceType: string;
  readonly capacityType: 'on-demand' | 'spot';
  readonly zone: string;
  /** Atoms for each millisecond; undefined where there is no price. */
  readonly rate: bigint | undefined;
  readonly allocatable: Amounts;
  /** What DaemonSets take of that, before any of the pods. */
  readonly daemons: Amounts;
  readonly pods: readonly PackedPod[];
};

/** One pod of the file. `kind` is the name of its entry. */
export type PackedPod = { readonly name: string; readonly kind: string; readonly requests: Amounts };

export type Packing = {
  readonly nodes: readonly PackedNode[];
  readonly unplaced: readonly { readonly pod: PackedPod; readonly reason: string }[];
};
