import { inRange, sameAddress } from './addresses.ts';
import { type LeafTest, ofText, PatternFault } from './leaf-test.ts';
import { numericTest } from './numbers.ts';
import { wildcardTest } from './wildcards.ts';

/** What one entry of a pattern's list asks of a field: a value, or that there is none. */
export type FieldTest = { readonly kind: 'value'; readonly test: LeafTest } | { readonly kind: 'absent' };

type Operator = (argument: unknown) => FieldTest;

const onValue = (test: LeafTest): FieldTest => ({ kind: 'value', test });
const isEqualIgnoringCase = (wanted: string) => (text: string) => text.toLowerCase() === wanted.toLowerCase();

const OPERATORS: Readonly<Record<string, Operator>> = {
  prefix: (argument) => onValue(affix('prefix', argument)),
  suffix: (argument) => onValue(affix('suffix', argument)),
  numeric: (argument) => onValue(numericTest(argument)),
  'anything-but': (argument) => onValue(anythingBut(argument)),
  exists: (argument) => {
    if (typeof argument !== 'boolean') throw new PatternFault('exists match pattern must be either true or false.');
    return argument ? onValue(() => true) : { kind: 'absent' };
  },
  cidr: (argument) => onValue(inRange(text(argument, 'cidr'))),
  'equals-ignore-case': (argument) => onValue(ofText(isEqualIgnoringCase(text(argument, 'equals-ignore-case')))),
  wildcard: (argument) => onValue(ofText(wildcardTest(text(argument, 'wildcard')))),
};

/** Names that mean something inside a list, and so may name no field inside `$or`. */
export const RESERVED_NAMES: readonly string[] = ['exactly', ...Object.keys(OPERATORS)];

/** One entry of a pattern's list: a value, or an object with one operator. */
export function fieldTest(entry: unknown): FieldTest {
  if (typeof entry === 'string') return onValue(sameAddress(entry) ?? ((leaf) => leaf === entry));
  if (entry === null || typeof entry === 'number' || typeof entry === 'boolean')
    return onValue((leaf) => leaf === entry);
  if (typeof entry !== 'object' || Array.isArray(entry))
    throw new PatternFault('Match value must be String, number, true, false, or null');
  const [name, argument] = onlyMember(entry, 'Match expression name not found');
  if (!Object.hasOwn(OPERATORS, name)) throw new PatternFault(`Unrecognized match type ${name}`);
  return (OPERATORS[name] as Operator)(argument);
}

function onlyMember(value: object, ifNone: string): [string, unknown] {
  const [first, ...others] = Object.entries(value);
  if (!first) throw new PatternFault(ifNone);
  if (others.length > 0) throw new PatternFault('Only one key allowed in match expression');
  return first;
}

function text(argument: unknown, operator: string): string {
  if (typeof argument !== 'string') throw new PatternFault(`${operator} match pattern must be a string`);
  return argument;
}

function affixTest(operator: 'prefix' | 'suffix', wanted: string): (text: string) => boolean {
  return operator === 'prefix' ? (actual) => actual.startsWith(wanted) : (actual) => actual.endsWith(wanted);
}

function affix(operator: 'prefix' | 'suffix', argument: unknown): LeafTest {
  if (typeof argument !== 'object' || argument === null) return ofText(affixTest(operator, text(argument, operator)));
  const [name, wanted] = onlyMember(
    argument,
    `${operator === 'prefix' ? 'Prefix' : 'Suffix'} expression name not found`,
  );
  if (name !== 'equals-ignore-case') throw new PatternFault(`Unsupported ${operator} pattern: ${name}`);
  const test = affixTest(operator, text(wanted, 'equals-ignore-case').toLowerCase());
  return ofText((actual) => test(actual.toLowerCase()));
}

/** Passes every value that none of the given ones matches, of whatever type; a field that is absent does not pass. */
function anythingBut(argument: unknown): LeafTest {
  if (typeof argument === 'object' && argument !== null && !Array.isArray(argument)) {
    const [name, wanted] = onlyMember(argument, 'Anything-But expression name not found');
    const tests = (Array.isArray(wanted) ? wanted : [wanted]).map((item) => negatable(name, item));
    if (tests.length === 0) throw new PatternFault(`Empty lists are not allowed in anything-but/${name}`);
    return (leaf) => typeof leaf !== 'string' || !tests.some((test) => test(leaf));
  }
  const values: unknown[] = Array.isArray(argument) ? argument : [argument];
  const isAll = (type: string) => values.length > 0 && values.every((value) => typeof value === type);
  if (!values.every((value) => typeof value === 'string' || typeof value === 'number'))
    throw new PatternFault('Inside anything but list, start|null|boolean is not supported.');
  if (!isAll('string') && !isAll('number')) {
    throw new PatternFault(
      'Inside anything but list, either all values are number or string, mixed type is not supported',
    );
  }
  const excluded: ReadonlySet<unknown> = new Set(values);
  return (leaf) => !excluded.has(leaf);
}

function negatable(name: string, wanted: unknown): (text: string) => boolean {
  if (name === 'equals-ignore-case') {
    if (typeof wanted !== 'string') {
      throw new PatternFault(
        'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.',
      );
    }
    return isEqualIgnoringCase(wanted);
  }
  if (name === 'wildcard') return wildcardTest(text(wanted, 'wildcard'));
  if (name !== 'prefix' && name !== 'suffix') throw new PatternFault(`Unsupported anything-but pattern: ${name}`);
  if (typeof wanted !== 'string') throw new PatternFault('prefix/suffix match pattern must be a string');
  if (wanted === '') throw new PatternFault('Null prefix/suffix not allowed');
  return affixTest(name, wanted);
}
