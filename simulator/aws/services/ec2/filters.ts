import type { Filter } from '@aws-sdk/client-ec2';
import { SimulatedAwsError } from '../../errors.ts';
import type { Tags } from './world.ts';

type FilterValue = string | number | boolean | readonly string[] | null;

/** How each filter name of an operation reads an item. A name that is not here is refused, as EC2 refuses it. */
export type FilterFields<T> = Readonly<Record<string, (item: T) => FilterValue>>;

/** EC2 takes at most this many values in the filters of one request. */
const MAX_FILTER_VALUES = 200;

/** The items that pass every filter; within one filter any value will do. Values may hold the wildcards * and ?. */
export function filtered<T>(
  items: readonly T[],
  filters: readonly Filter[] | undefined,
  fields: FilterFields<T>,
  tagsOf?: (item: T) => Tags,
): T[] {
  const valueCount = (filters ?? []).reduce((sum, filter) => sum + (filter.Values?.length ?? 0), 0);
  if (valueCount > MAX_FILTER_VALUES) {
    throw new SimulatedAwsError('FilterLimitExceeded', `The maximum number of filter values is ${MAX_FILTER_VALUES}`);
  }
  const tests = (filters ?? []).map((filter) => testOf(filter, fields, tagsOf));
  return items.filter((item) => tests.every((test) => test(item)));
}

function testOf<T>(
  filter: Filter,
  fields: FilterFields<T>,
  tagsOf: ((item: T) => Tags) | undefined,
): (item: T) => boolean {
  const name = filter.Name;
  const read = name === undefined ? undefined : readerOf(name, fields, tagsOf);
  if (read === undefined) throw invalidFilter(`The filter '${name ?? 'null'}' is invalid`);
  if (filter.Values === undefined || filter.Values.length === 0) {
    throw invalidFilter(`The filter '${name ?? ''}' has no values`);
  }
  // Ids by the hundred against a fleet of thousands: a pattern for each would be most of a storm's work.
  if (filter.Values.every((value) => !/[*?\\]/.test(value))) {
    const values = new Set(filter.Values);
    return (item) => textsOf(read(item)).some((text) => values.has(text));
  }
  const patterns = filter.Values.map(patternOf);
  return (item) => textsOf(read(item)).some((text) => patterns.some((pattern) => pattern.test(text)));
}

function readerOf<T>(
  name: string,
  fields: FilterFields<T>,
  tagsOf: ((item: T) => Tags) | undefined,
): ((item: T) => FilterValue) | undefined {
  if (tagsOf && name.startsWith('tag:')) {
    const key = name.slice('tag:'.length);
    return (item) => tagsOf(item)[key] ?? null;
  }
  if (tagsOf && name === 'tag-key') return (item) => Object.keys(tagsOf(item));
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

function textsOf(value: FilterValue): readonly string[] {
  if (value === null) return [];
  return typeof value === 'object' ? value : [String(value)];
}

function patternOf(value: string): RegExp {
  const source = value.replace(/\\([*?\\])|([*?])|[.+^${}()|[\]\\]/g, (match, escaped, wildcard) => {
    if (escaped) return `\\${escaped}`;
    if (wildcard) return wildcard === '*' ? '[\\s\\S]*' : '[\\s\\S]';
    return `\\${match}`;
  });
  return new RegExp(`^${source}$`);
}

function invalidFilter(message: string): SimulatedAwsError {
  return new SimulatedAwsError('InvalidParameterValue', message);
}
