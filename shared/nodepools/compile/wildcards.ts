import { shown } from '../../clusters/fault.ts';
import { instanceTypes } from '../../instance-types/catalogue.ts';
import { LABEL } from '../../instance-types/labels.ts';
import { namePartsOf } from '../../instance-types/names.ts';
import { NAMES_WITHOUT_FACTS } from '../../instance-types/snapshot.ts';

export type Requirement = {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
  readonly minValues?: number;
};

export type ExpandedRequirement =
  | { readonly ok: true; readonly requirements: readonly Requirement[] }
  | { readonly ok: false; readonly faults: readonly { readonly value: string; readonly message: string }[] };

/** Every type whose family is in `families` and whose size is in `sizes`; undefined means any. */
type Block = { readonly families?: readonly string[]; readonly sizes?: readonly string[] };
type Meaning = { readonly types: readonly string[]; readonly block: Block | undefined };

let universe: readonly { readonly name: string; readonly family: string; readonly size: string }[] | undefined;

/** Every name that EC2 is known to have, old families included. */
function everyType() {
  universe ??= [...instanceTypes().map(({ name }) => name), ...NAMES_WITHOUT_FACTS.split(' ')].map((name) => {
    const { family, size } = namePartsOf(name);
    return { name, family, size };
  });
  return universe;
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}

export function isWildcard(value: string): boolean {
  return value.includes('*');
}

/** Finds each part after the one before it: patterns of many stars must not take longer than others. */
function matcher(pattern: string): (text: string) => boolean {
  const [first = '', ...others] = pattern.split('*');
  const last = others.pop();
  if (last === undefined) return (text) => text === pattern;
  return (text) => {
    if (!text.startsWith(first)) return false;
    let at = first.length;
    for (const part of others) {
      const found = text.indexOf(part, at);
      if (found === -1) return false;
      at = found + part.length;
    }
    return text.length - last.length >= at && text.endsWith(last);
  };
}

/** A pattern of the family and one of the size, where the pattern means nothing else than both. */
function halves(pattern: string): readonly [string, string] | undefined {
  const dots = pattern.split('.');
  if (dots.length === 2) return [dots[0] ?? '', dots[1] ?? ''];
  // Neither end of a pattern without a dot can reach over the dot of a name.
  const stars = pattern.split(/\*+/);
  return dots.length === 1 && stars.length === 2 ? [`${stars[0]}*`, `*${stars[1]}`] : undefined;
}

const meanings = new Map<string, Meaning>();
const MOST_REMEMBERED = 10_000;

/** Files of many pools use few patterns, over and over. */
function remembered<T>(known: Map<string, T>, key: string, make: () => T): T {
  const found = known.get(key);
  if (found !== undefined) return found;
  if (known.size >= MOST_REMEMBERED) known.clear();
  const made = make();
  known.set(key, made);
  return made;
}

function meaningOf(value: string): Meaning {
  return remembered(meanings, value, () => readMeaning(value));
}

function readMeaning(value: string): Meaning {
  if (!isWildcard(value)) {
    const { family, size } = namePartsOf(value);
    return { types: [value], block: { families: [family], sizes: [size] } };
  }
  const matches = matcher(value);
  const matched = everyType().filter(({ name }) => matches(name));
  const types = matched.map(({ name }) => name);
  const [family, size] = halves(value) ?? [];
  if (family === undefined || size === undefined) return { types, block: undefined };
  const isAny = (half: string) => /^\*+$/.test(half);
  return {
    types,
    block: {
      ...(isAny(family) ? {} : { families: unique(matched.map((type) => type.family)) }),
      ...(isAny(size) ? {} : { sizes: unique(matched.map((type) => type.size)) }),
    },
  };
}

function sameSet(left: readonly string[] | undefined, right: readonly string[] | undefined): boolean {
  if (!left || !right) return left === right;
  return left.length === right.length && left.every((value) => right.includes(value));
}

/** Whether everything in `inner` is in `outer`. */
function isWithin(inner: Block, outer: Block): boolean {
  const covers = (big: readonly string[] | undefined, small: readonly string[] | undefined) =>
    big === undefined || (small?.every((value) => big.includes(value)) ?? false);
  return covers(outer.families, inner.families) && covers(outer.sizes, inner.sizes);
}

/** One block that is all of them together, when there is one. */
function unionOf(blocks: readonly Block[]): Block | undefined {
  const kept = blocks.filter((block, index) => {
    const others = blocks.filter((_, other) => other !== index);
    return !others.some(
      (other) => isWithin(block, other) && (!isWithin(other, block) || blocks.indexOf(other) < index),
    );
  });
  const [first] = kept;
  if (!first) return undefined;
  const all = (half: 'families' | 'sizes') => unique(kept.flatMap((block) => block[half] ?? []));
  if (kept.every(({ sizes }) => sameSet(sizes, first.sizes)) && kept.every(({ families }) => families)) {
    return { families: all('families'), ...(first.sizes ? { sizes: first.sizes } : {}) };
  }
  if (kept.every(({ families }) => sameSet(families, first.families)) && kept.every(({ sizes }) => sizes)) {
    return { ...(first.families ? { families: first.families } : {}), sizes: all('sizes') };
  }
  return kept.length === 1 ? first : undefined;
}

function halvesOf({ families, sizes }: Block, operator: 'In' | 'NotIn'): Requirement[] {
  return [
    ...(families ? [{ key: LABEL.family, operator, values: families }] : []),
    ...(sizes ? [{ key: LABEL.size, operator, values: sizes }] : []),
  ];
}

function typesIn(meant: readonly Meaning[]): Requirement[] {
  const blocks = meant.flatMap(({ block }) => (block ? [block] : []));
  const union = blocks.length === meant.length ? unionOf(blocks) : undefined;
  if (union) {
    const parts = halvesOf(union, 'In');
    return parts.length > 0 ? parts : [{ key: LABEL.instanceType, operator: 'Exists' }];
  }
  return [{ key: LABEL.instanceType, operator: 'In', values: unique(meant.flatMap(({ types }) => types)) }];
}

/** Each block is excluded by itself: requirements are met together, so what one excludes stays out. */
function typesNotIn(meant: readonly Meaning[]): Requirement[] {
  const [families, sizes, types]: [string[], string[], string[]] = [[], [], []];
  for (const { block, types: matched } of meant) {
    if (block?.families && !block.sizes) families.push(...block.families);
    else if (block?.sizes && !block.families) sizes.push(...block.sizes);
    else types.push(...matched);
  }
  const blocks = {
    ...(families.length ? { families: unique(families) } : {}),
    ...(sizes.length ? { sizes: unique(sizes) } : {}),
  };
  return [
    ...halvesOf(blocks, 'NotIn'),
    ...(types.length > 0 ? [{ key: LABEL.instanceType, operator: 'NotIn', values: unique(types) }] : []),
  ];
}

function withMinValues(requirements: readonly Requirement[], minValues: number | undefined): readonly Requirement[] {
  if (minValues === undefined) return requirements;
  const index = requirements.findIndex(({ key }) => key === LABEL.instanceType);
  if (index === -1) return [...requirements, { key: LABEL.instanceType, operator: 'Exists', minValues }];
  return requirements.map((requirement, at) => (at === index ? { ...requirement, minValues } : requirement));
}

function namesOf(key: string): readonly string[] {
  return unique(everyType().map(({ family, size }) => (key === LABEL.family ? family : size)));
}

function expandedNames(requirement: Requirement): readonly Requirement[] {
  const { key, values = [], minValues } = requirement;
  const isAny = values.some((value) => /^\*+$/.test(value));
  if (isAny) return [{ key, operator: 'Exists', ...(minValues === undefined ? {} : { minValues }) }];
  const names = values.flatMap((value) => (isWildcard(value) ? namesOf(key).filter(matcher(value)) : [value]));
  return [{ ...requirement, values: unique(names) }];
}

const PATTERN_KEYS: readonly string[] = [LABEL.instanceType, LABEL.family, LABEL.size];

/**
 * What a requirement with wildcards means, in requirements that Karpenter takes; undefined when it has none that can be
 * understood. Patterns of whole families or sizes become requirements on those, so that types that EC2 gets later count too.
 */
export function expandWildcards(requirement: Requirement): ExpandedRequirement | undefined {
  const { key, operator, values = [], minValues } = requirement;
  const patterns = values.filter(isWildcard);
  if (patterns.length === 0 || !PATTERN_KEYS.includes(key) || !['In', 'NotIn'].includes(operator)) return undefined;
  return remembered(expansions, JSON.stringify([key, operator, values, minValues]), () =>
    expand(requirement, patterns),
  );
}

/** Each is compared with all others. */
const MOST_PATTERNS = 200;
const expansions = new Map<string, ExpandedRequirement>();

function expand(requirement: Requirement, patterns: readonly string[]): ExpandedRequirement {
  const { key, operator, values = [], minValues } = requirement;
  if (patterns.length > MOST_PATTERNS) {
    const message = `is the first of ${patterns.length} patterns; a requirement has at most ${MOST_PATTERNS}: write families or sizes`;
    return { ok: false, faults: [{ value: patterns[0] ?? '', message }] };
  }
  const names = key === LABEL.instanceType ? everyType().map(({ name }) => name) : namesOf(key);
  const faults = patterns
    .filter((pattern) =>
      key === LABEL.instanceType ? meaningOf(pattern).types.length === 0 : !names.some(matcher(pattern)),
    )
    .map((value) => ({
      value,
      message: `${shown(value)} matches no ${key === LABEL.instanceType ? 'instance type' : key}`,
    }));
  const everything = operator === 'NotIn' ? patterns.find((pattern) => names.every(matcher(pattern))) : undefined;
  if (everything !== undefined) {
    faults.push({ value: everything, message: `NotIn ${shown(everything)} excludes every instance type` });
  }
  if (faults.length > 0) return { ok: false, faults };
  if (key !== LABEL.instanceType) return { ok: true, requirements: expandedNames(requirement) };
  const meant = values.map(meaningOf);
  const requirements = operator === 'In' ? typesIn(meant) : typesNotIn(meant);
  return { ok: true, requirements: withMinValues(requirements, minValues) };
}
