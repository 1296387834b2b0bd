import { addAll, allBits, type Bits, hasBit, keepOnly, members } from './bits.ts';
import { instanceTypes, zonesIn } from './catalogue.ts';
import type { InstanceType } from './instance-type.ts';
import { LABEL, type LabelContext } from './labels.ts';
import { allows, type KeyRequirement, type RequirementExpression, requirementsByKey } from './requirement.ts';
import { indexOf, matching, type TypeIndex } from './type-index.ts';

export type SelectionOptions = LabelContext & {
  /** Instead of the snapshot's. */
  readonly types?: readonly InstanceType[];
};

export type CapacityType = 'on-demand' | 'spot';

export type Selection = {
  /** Types that Karpenter would consider for the pool. */
  readonly types: readonly InstanceType[];
  /** Types that meet everything but labels that the snapshot does not know of them. */
  readonly undecided: readonly { readonly type: InstanceType; readonly keys: readonly string[] }[];
  /** Requirements that were left out of account, since no fact here decides them. */
  readonly notChecked: readonly { readonly key: string; readonly reason: string }[];
  /** minValues that types and undecided together do not reach: by default Karpenter then launches nothing for the pool. */
  readonly unmetMinValues: readonly { readonly key: string; readonly minValues: number; readonly found: number }[];
  readonly region: string | undefined;
  /** Zones that are allowed; undefined when they are not known. */
  readonly zones: readonly string[] | undefined;
  readonly capacityTypes: readonly CapacityType[];
};

export type Offering = { readonly type: InstanceType; readonly zone: string; readonly capacityType: CapacityType };

/** Labels that the place decides, not the type: when they are not known at all they exclude nothing. */
const PLACE_KEYS: readonly string[] = [LABEL.zone, LABEL.zoneId, LABEL.region];

/**
 * The instance types that a NodePool's requirements select, as Karpenter would. Labels of the pool's template count as `In` requirements:
 * the caller adds them. Keys that no instance type has (a team's own labels) select nothing and exclude nothing.
 */
export function selectTypes(requirements: readonly RequirementExpression[], options: SelectionOptions = {}): Selection {
  const index = indexOf(options.types ?? instanceTypes(), options);
  const asked = JSON.stringify(
    requirements.map(({ key, operator, values, minValues }) => [key, operator, values, minValues]),
  );
  const known = selections.get(index) ?? new Map<string, Selection>();
  const selection = known.get(asked) ?? select(index, requirements, options);
  if (known.size >= MOST_REMEMBERED) known.clear();
  selections.set(index, known.set(asked, selection));
  return selection;
}

/** What was selected already: the rules of the linter ask for the same again and again, and so do pools of one file. */
const selections = new WeakMap<TypeIndex, Map<string, Selection>>();
const MOST_REMEMBERED = 200;

function select(
  index: TypeIndex,
  requirements: readonly RequirementExpression[],
  options: SelectionOptions,
): Selection {
  const byKey = requirementsByKey(requirements);
  const { certain, possible, notChecked } = applied(index, byKey);
  const undecidedKeys = (position: number) =>
    [...byKey.keys()].filter((key) => {
      const column = index.columns.get(key);
      return column !== undefined && hasBit(column.unknown, position);
    });
  const types: InstanceType[] = [];
  const undecided: { type: InstanceType; keys: string[] }[] = [];
  for (const position of members(possible)) {
    const type = index.types[position];
    if (!type) continue;
    if (hasBit(certain, position)) types.push(type);
    else undecided.push({ type, keys: undecidedKeys(position) });
  }
  return {
    types,
    undecided,
    notChecked,
    unmetMinValues: unmetMinValues(index, byKey, possible),
    region: options.region,
    zones: allowedZones(index, byKey, options),
    capacityTypes: (['on-demand', 'spot'] as const).filter((capacityType) => {
      const wanted = byKey.get(LABEL.capacityType);
      return wanted === undefined || allows(wanted.set, capacityType);
    }),
  };
}

/** Types, then those that are undecided: nothing else can belong to the pool. */
export function candidatesOf({ types, undecided }: Pick<Selection, 'types' | 'undecided'>): readonly InstanceType[] {
  return [...types, ...undecided.map(({ type }) => type)];
}

/** Type, zone and capacity type of everything in `types`. In a Region that the snapshot lacks, each is taken as offered in every zone. */
export function offeringsOf({ types, region, zones, capacityTypes }: Selection): Offering[] {
  return types.flatMap((type) => {
    const offered = (region === undefined ? undefined : zonesIn(type, region)) ?? zones ?? [];
    return offered
      .filter((zone) => zones?.includes(zone))
      .flatMap((zone) =>
        capacityTypes
          .filter((capacityType) => type.usageClasses.includes(capacityType))
          .map((capacityType) => ({ type, zone, capacityType })),
      );
  });
}

type Applied = { certain: Bits; possible: Bits; notChecked: Selection['notChecked'] };

function applied(index: TypeIndex, byKey: ReadonlyMap<string, KeyRequirement>): Applied {
  const size = index.types.length;
  const certain = allBits(size);
  const possible = allBits(size);
  const notChecked: { key: string; reason: string }[] = [];
  for (const [key, { set }] of byKey) {
    const column = index.columns.get(key);
    if (!column) continue;
    if (PLACE_KEYS.includes(key) && column.byValue.size === 0) {
      notChecked.push({ key, reason: column.reason ?? 'no type says' });
      continue;
    }
    const found = matching(column, set, size);
    keepOnly(certain, found);
    addAll(found, column.unknown);
    // Which types have reserved capacity, the reservations of the node class decide.
    const isReservedToo = key === LABEL.capacityType && allows(set, 'reserved');
    keepOnly(possible, isReservedToo ? allBits(size) : found);
    if (isReservedToo) notChecked.push({ key, reason: 'capacity reservations are not known here' });
  }
  return { certain, possible, notChecked };
}

function unmetMinValues(
  index: TypeIndex,
  byKey: ReadonlyMap<string, KeyRequirement>,
  candidates: Bits,
): Selection['unmetMinValues'] {
  return [...byKey].flatMap(([key, { minValues }]) => {
    const column = index.columns.get(key);
    if (minValues === undefined || column === undefined) return [];
    if (members(candidates).some((position) => hasBit(column.unknown, position))) return [];
    const found = [...column.byValue.values()].filter((bits) =>
      bits.some((word, at) => (word & (candidates[at] ?? 0)) !== 0),
    );
    return found.length >= minValues ? [] : [{ key, minValues, found: found.length }];
  });
}

function allowedZones(
  index: TypeIndex,
  byKey: ReadonlyMap<string, KeyRequirement>,
  options: SelectionOptions,
): readonly string[] | undefined {
  const inUse = index.columns.get(LABEL.zone)?.byValue;
  const zones = inUse && inUse.size > 0 ? [...inUse.keys()].sort() : options.zones;
  const wanted = byKey.get(LABEL.zone);
  return zones?.filter((zone) => wanted === undefined || allows(wanted.set, zone));
}
