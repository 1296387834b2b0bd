import { PatternFault } from './leaf-test.ts';
import { type FieldTest, fieldTest, RESERVED_NAMES } from './operators.ts';

/** Fields by path, all of which must match; each has a list of which one is enough. */
export type Alternative = ReadonlyMap<string, readonly FieldTest[]>;

/** A pattern matches when one of its alternatives does: without `$or` there is one. */
export type CompiledPattern = { readonly alternatives: readonly Alternative[] };

export const MAX_PATTERN_CHARACTERS = 4096;
const MAX_COMBINATIONS = 1000;
const SEPARATOR = '\u0000';

const compiled = new Map<string, CompiledPattern>();

/** Reads an event pattern as EventBridge does; throws PatternFault for what it refuses. */
export function compilePattern(json: string): CompiledPattern {
  const known = compiled.get(json);
  if (known) return known;
  const pattern = { alternatives: readObject(parse(json), [], [new Map()], false) };
  compiled.set(json, pattern);
  return pattern;
}

export function fieldPath(names: readonly string[]): string {
  return names.join(SEPARATOR);
}

function parse(json: string): object {
  if (json.length > MAX_PATTERN_CHARACTERS)
    throw new PatternFault(`it has ${json.length} characters; at most ${MAX_PATTERN_CHARACTERS} are allowed`);
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new PatternFault('it is not JSON');
  }
  if (!isObject(value)) throw new PatternFault('Filter is not an object');
  return value;
}

type Growing = readonly Map<string, readonly FieldTest[]>[];

function readObject(value: object, path: readonly string[], before: Growing, isInsideOr: boolean): Growing {
  const members = Object.entries(value);
  if (members.length === 0) throw new PatternFault('Empty objects are not allowed');
  return members.reduce((alternatives, [name, member]) => {
    if (name === '$or') return readOr(member, path, alternatives);
    if (isInsideOr && RESERVED_NAMES.includes(name))
      throw new PatternFault(`${name} is Ruler reserved fieldName which cannot be used inside $or.`);
    const here = [...path, name];
    if (Array.isArray(member)) return readList(member, here, alternatives);
    if (!isObject(member)) throw new PatternFault(`"${name}" must be an object or an array`);
    return readObject(member, here, alternatives, isInsideOr);
  }, before);
}

function readList(entries: readonly unknown[], path: readonly string[], alternatives: Growing): Growing {
  const tests = entries.map(fieldTest);
  if (tests.length === 0) throw new PatternFault('Empty arrays are not allowed');
  return alternatives.map((fields) => new Map(fields).set(fieldPath(path), tests));
}

/** Each object of the list goes with each alternative so far. */
function readOr(branches: unknown, path: readonly string[], alternatives: Growing): Growing {
  if (!Array.isArray(branches)) throw new PatternFault('It must be an Array followed with $or.');
  const all = branches.flatMap((branch: unknown) => {
    if (!isObject(branch)) throw new PatternFault('Only JSON object is allowed in array of $or relationship.');
    return readObject(branch, path, alternatives, true);
  });
  if (branches.length < 2) throw new PatternFault('There must have at least 2 Objects in $or relationship.');
  if (all.length > MAX_COMBINATIONS)
    throw new PatternFault(`$or makes more than ${MAX_COMBINATIONS} combinations of the rule`);
  return all;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
