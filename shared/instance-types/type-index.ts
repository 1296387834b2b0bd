import { addAll, type Bits, noBits, setBit } from './bits.ts';
import type { InstanceType } from './instance-type.ts';
import { type LabelContext, labelsOf } from './labels.ts';
import { allows, allowsAbsence, type ValueSet } from './requirement.ts';

type LabelColumn = {
  readonly byValue: ReadonlyMap<string, Bits>;
  readonly absent: Bits;
  readonly unknown: Bits;
  readonly reason: string | undefined;
};

/** Which of the types have which value of each label. */
export type TypeIndex = {
  /** Those that Karpenter considers at all in this context. */
  readonly types: readonly InstanceType[];
  readonly columns: ReadonlyMap<string, LabelColumn>;
};

const indexes = new WeakMap<readonly InstanceType[], Map<string, TypeIndex>>();

/** The index of the types in a context; the same lists and contexts give the same index. */
export function indexOf(types: readonly InstanceType[], context: LabelContext): TypeIndex {
  const { region, zones, os, windowsBuild } = context;
  const key = JSON.stringify([region, zones, os, windowsBuild]);
  const known = indexes.get(types) ?? new Map<string, TypeIndex>();
  indexes.set(types, known);
  const index = known.get(key) ?? makeIndex(types, context);
  known.set(key, index);
  return index;
}

function makeIndex(all: readonly InstanceType[], context: LabelContext): TypeIndex {
  const labelled = all
    .map((type) => ({ type, labels: labelsOf(type, context) }))
    .filter(({ type, labels: { values } }) => {
      const isOffered = [...values.values()].every((list) => list.length > 0);
      return type.arch !== undefined && isOffered;
    });
  const keys = new Set(labelled.flatMap(({ labels }) => [...labels.values.keys(), ...labels.unknown.keys()]));
  const columns = new Map<string, LabelColumn>();
  for (const key of keys) {
    const byValue = new Map<string, Bits>();
    const absent = noBits(labelled.length);
    const unknown = noBits(labelled.length);
    let reason: string | undefined;
    labelled.forEach(({ labels }, index) => {
      const values = labels.values.get(key);
      for (const value of values ?? []) {
        const bits = byValue.get(value) ?? noBits(labelled.length);
        setBit(bits, index);
        byValue.set(value, bits);
      }
      const why = labels.unknown.get(key);
      reason ??= why;
      if (values === undefined) setBit(why === undefined ? absent : unknown, index);
    });
    columns.set(key, { byValue, absent, unknown, reason });
  }
  return { types: labelled.map(({ type }) => type), columns };
}

/** The types whose label meets the set for certain. */
export function matching(column: LabelColumn, set: ValueSet, size: number): Bits {
  const found = noBits(size);
  if (allowsAbsence(set)) addAll(found, column.absent);
  if (!set.isComplement) {
    for (const value of set.values) {
      const bits = column.byValue.get(value);
      if (bits) addAll(found, bits);
    }
    return found;
  }
  for (const [value, bits] of column.byValue) if (allows(set, value)) addAll(found, bits);
  return found;
}
