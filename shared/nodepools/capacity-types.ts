import { allows, requirementsByKey } from '../instance-types/requirement.ts';

const CAPACITY_TYPE = 'karpenter.sh/capacity-type';
const CAPACITY_TYPES = ['spot', 'on-demand', 'reserved'] as const;

export type CapacityTypeName = (typeof CAPACITY_TYPES)[number];

type Pool = {
  readonly spec?: {
    readonly template?: {
      readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
      readonly spec?: { readonly requirements?: Parameters<typeof requirementsByKey>[0] };
    };
  };
};

/** What a NodePool asks of its nodes: its requirements, and the labels of its template as requirements. The manifest is a valid one. */
export function requirementsOfPool(manifest: unknown): Parameters<typeof requirementsByKey>[0] {
  const template = (manifest as Pool).spec?.template;
  const labels = Object.entries(template?.metadata?.labels ?? {});
  return [
    ...(template?.spec?.requirements ?? []),
    ...labels.map(([key, value]) => ({ key, operator: 'In', values: [value] })),
  ];
}

/** The capacity types that a NodePool may launch; all of them where it says nothing. */
export function capacityTypesOf(manifest: unknown): CapacityTypeName[] {
  const wanted = requirementsByKey(requirementsOfPool(manifest)).get(CAPACITY_TYPE);
  return CAPACITY_TYPES.filter((type) => wanted === undefined || allows(wanted.set, type));
}
