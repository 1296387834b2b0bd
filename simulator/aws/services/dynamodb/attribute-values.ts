import { NotSimulatedError } from '../../errors.ts';
import { validation } from './failures.ts';
import { canonicalNumber, compareNumbers } from './numbers.ts';

/** A typed value as it is stored: plain JSON, exactly one member. Binary types are not simulated. */
export type AttributeValue =
  | { S: string }
  | { N: string }
  | { BOOL: boolean }
  | { NULL: true }
  | { SS: string[] }
  | { NS: string[] }
  | { L: AttributeValue[] }
  | { M: Item };

export type Item = { [name: string]: AttributeValue };

export type AttributeType = 'S' | 'N' | 'BOOL' | 'NULL' | 'SS' | 'NS' | 'L' | 'M';

const MAX_DEPTH = 32;

export function typeOf(value: AttributeValue): AttributeType {
  return Object.keys(value)[0] as AttributeType;
}

/** The member of an item, never something inherited: attribute names are whatever people write. */
export function attributeOf(item: Item, name: string): AttributeValue | undefined {
  return Object.hasOwn(item, name) ? item[name] : undefined;
}

export function parseItem(input: unknown, depth = 0): Item {
  const entries = Object.entries(input as object).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([name, value]) => [name, parseValue(value, depth)]));
}

/** What a request carries as an attribute value, checked and with its numbers in canonical spelling. */
export function parseValue(input: unknown, depth = 0): AttributeValue {
  if (depth > MAX_DEPTH) throw validation('Nesting Levels have exceeded supported limits');
  const members = Object.entries(input as object).filter(([, value]) => value !== undefined);
  const [member] = members;
  if (!member)
    throw validation('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
  if (members.length > 1) {
    throw validation(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    );
  }
  return parseMember(member[0], member[1], depth);
}

function parseMember(type: string, value: unknown, depth: number): AttributeValue {
  switch (type) {
    case 'S':
      return { S: value as string };
    case 'N':
      return { N: canonicalNumber(value as string) };
    case 'BOOL':
      return { BOOL: value as boolean };
    case 'NULL':
      if (value !== true)
        throw validation(
          'One or more parameter values were invalid: Null attribute value types must have the value of true',
        );
      return { NULL: true };
    case 'SS':
      return { SS: parseSet(value as string[], 'string') };
    case 'NS':
      return { NS: parseSet((value as string[]).map(canonicalNumber), 'number') };
    case 'L':
      return { L: (value as unknown[]).map((item) => parseValue(item, depth + 1)) };
    case 'M':
      return { M: parseItem(value, depth + 1) };
    default:
      throw new NotSimulatedError(`DynamoDB attribute values of type ${type}`);
  }
}

function parseSet(members: string[], kind: string): string[] {
  if (members.length === 0)
    throw validation(`One or more parameter values were invalid: An ${kind} set  may not be empty`);
  if (new Set(members).size !== members.length) {
    throw validation(
      `One or more parameter values were invalid: Input collection [${members.join(', ')}] contains duplicates.`,
    );
  }
  return members;
}

/** Deep equality by type and value; sets have no order. */
export function areEqual(left: AttributeValue, right: AttributeValue): boolean {
  return JSON.stringify(canonical(left)) === JSON.stringify(canonical(right));
}

function canonical(value: AttributeValue): unknown {
  if ('SS' in value) return { SS: value.SS.toSorted() };
  if ('NS' in value) return { NS: value.NS.toSorted() };
  if ('L' in value) return { L: value.L.map(canonical) };
  if (!('M' in value)) return value;
  const sorted = Object.entries(value.M).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return { M: sorted.map(([name, member]) => [name, canonical(member)]) };
}

/** Order of two strings or two numbers; undefined where DynamoDB knows none. */
export function compareValues(left: AttributeValue, right: AttributeValue): number | undefined {
  if ('N' in left && 'N' in right) return compareNumbers(left.N, right.N);
  if ('S' in left && 'S' in right) return Buffer.compare(Buffer.from(left.S), Buffer.from(right.S));
  return undefined;
}

/** Bytes of an item as DynamoDB counts them: names and values, three bytes for a document, one for each of its elements. */
export function itemSize(item: Item): number {
  return Object.entries(item).reduce((total, [name, value]) => total + Buffer.byteLength(name) + valueSize(value), 0);
}

function valueSize(value: AttributeValue): number {
  if ('S' in value) return Buffer.byteLength(value.S);
  if ('N' in value) return numberSize(value.N);
  if ('SS' in value) return value.SS.reduce((total, member) => total + Buffer.byteLength(member), 0);
  if ('NS' in value) return value.NS.reduce((total, member) => total + numberSize(member), 0);
  if ('L' in value) return 3 + value.L.reduce((total, member) => total + 1 + valueSize(member), 0);
  if ('M' in value) return 3 + Object.keys(value.M).length + itemSize(value.M);
  return 1;
}

function numberSize(text: string): number {
  const digits = text.replace(/[-.]/g, '').replace(/^0+/, '').replace(/0+$/, '');
  return Math.ceil(digits.length / 2) + 1 + (text.startsWith('-') ? 1 : 0);
}
