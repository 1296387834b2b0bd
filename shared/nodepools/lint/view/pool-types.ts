import type { InstanceType } from '../../../instance-types/instance-type.ts';
import { quantityOf } from '../../../instance-types/quantity.ts';
import type { RequirementExpression } from '../../../instance-types/requirement.ts';
import { candidatesOf, type Selection, type SelectionOptions, selectTypes } from '../../../instance-types/select.ts';
import { isLabelValue } from '../../label-syntax.ts';

/** The instance types of a pool. */
export type PoolTypes = {
  readonly options: SelectionOptions;
  readonly selection: Selection;
  /** All that meet the requirements, for certain or as far as is known. */
  readonly candidates: readonly InstanceType[];
  /** Those of the candidates that fit within the limits, each on its own. */
  readonly launchable: readonly InstanceType[];
  readonly allowsSpot: boolean;
  readonly allowsOnDemand: boolean;
};

const OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist'];
const NUMERIC_OPERATORS = ['Gt', 'Gte', 'Lt', 'Lte'];
const MIB = 2 ** 20;
/** Karpenter expects the hypervisor to keep 7.5 % of the memory. */
const USABLE_MEMORY = 0.925;

function isReadable({ operator, values = [] }: RequirementExpression): boolean {
  if (NUMERIC_OPERATORS.includes(operator)) return values.length === 1 && /^\+?\d+$/.test(values[0] ?? '');
  return OPERATORS.includes(operator) && values.every(isLabelValue);
}

export function typesOf(
  requirements: readonly RequirementExpression[],
  limits: Readonly<Record<string, string | number>>,
  options: SelectionOptions,
): PoolTypes | undefined {
  if (!requirements.every(isReadable)) return undefined;
  const selection = selectTypes(requirements, options);
  const candidates = candidatesOf(selection);
  const most = (resource: string) => quantityOf(limits[resource] ?? '') ?? Number.POSITIVE_INFINITY;
  const [cpu, memory] = [most('cpu'), most('memory') / MIB];
  return {
    options,
    selection,
    candidates,
    launchable: candidates.filter(({ vcpu, memoryMiB }) => vcpu <= cpu && memoryMiB * USABLE_MEMORY <= memory),
    allowsSpot: selection.capacityTypes.includes('spot'),
    allowsOnDemand: selection.capacityTypes.includes('on-demand'),
  };
}
