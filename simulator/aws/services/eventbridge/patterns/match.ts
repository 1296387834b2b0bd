import { type Alternative, type CompiledPattern, fieldPath } from './compile.ts';
import type { Leaf } from './leaf-test.ts';
import type { FieldTest } from './operators.ts';

/** In which arrays of the event a value lies (only objects and arrays inside arrays count), and at which place in each. */
type Membership = ReadonlyMap<number, number>;
type Field = { readonly leaf: Leaf; readonly membership: Membership };
type Fields = Map<string, Field[]>;

/**
 * Whether an event matches. The values that satisfy the fields of a pattern must not come from different elements of one array:
 * a pattern on two fields of `affectedEntities` needs one entity that has both.
 */
export function matchesPattern(pattern: CompiledPattern, event: object): boolean {
  const fields: Fields = new Map();
  flattenObject(event, [], { fields, membership: new Map(), arrays: { count: 0 } });
  return pattern.alternatives.some((alternative) => satisfies(alternative, fields));
}

type Place = { readonly fields: Fields; readonly membership: Membership; readonly arrays: { count: number } };

function flattenObject(value: object, path: readonly string[], place: Place): void {
  for (const [name, member] of Object.entries(value)) flatten(member, [...path, name], place);
}

function flatten(value: unknown, path: readonly string[], place: Place): void {
  if (Array.isArray(value)) flattenArray(value, path, place);
  else if (typeof value === 'object' && value !== null) flattenObject(value, path, place);
  else {
    const key = fieldPath(path);
    const found = place.fields.get(key);
    const field = { leaf: value as Leaf, membership: place.membership };
    if (found) found.push(field);
    else place.fields.set(key, [field]);
  }
}

function flattenArray(values: readonly unknown[], path: readonly string[], place: Place): void {
  const array = place.arrays.count;
  place.arrays.count += 1;
  values.forEach((value, index) => {
    const hasParts = typeof value === 'object' && value !== null;
    const membership = hasParts ? new Map(place.membership).set(array, index) : place.membership;
    flatten(value, path, { ...place, membership });
  });
}

function satisfies(alternative: Alternative, fields: Fields): boolean {
  const wanted: (readonly Membership[])[] = [];
  for (const [path, tests] of alternative) {
    const found = fields.get(path) ?? [];
    if (found.length === 0 && tests.some(({ kind }) => kind === 'absent')) continue;
    const matching = found.filter(({ leaf }) => passesAny(tests, leaf)).map(({ membership }) => membership);
    if (matching.length === 0) return false;
    // A value that lies in no array of objects agrees with everything.
    if (!matching.some(({ size }) => size === 0)) wanted.push(matching);
  }
  return isConsistent(wanted, new Map());
}

function passesAny(tests: readonly FieldTest[], leaf: Leaf): boolean {
  return tests.some((test) => test.kind === 'value' && test.test(leaf));
}

function isConsistent([first, ...others]: readonly (readonly Membership[])[], chosen: Membership): boolean {
  if (!first) return true;
  return first.some((membership) => {
    const agrees = [...membership].every(([array, index]) => (chosen.get(array) ?? index) === index);
    return agrees && isConsistent(others, new Map([...chosen, ...membership]));
  });
}
