import { UnparseableMessageError } from './messages.ts';

type JsonObject = Record<string, unknown>;

/** Reads one JSON value into what a field holds; undefined where there is nothing to hold. */
export type Decoder<T> = (value: unknown, path: string) => T | undefined;

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function mismatch(path: string, value: unknown, wanted: string): UnparseableMessageError {
  return new UnparseableMessageError(`${path === '' ? 'the body' : path} is ${typeOf(value)}, not ${wanted}`);
}

/** null, as an absent field, leaves the field empty, whatever its type. */
export const text: Decoder<string> = (value, path) => {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw mismatch(path, value, 'a string');
  return value;
};

const RFC3339 = /^\d{4}-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?(Z|[+-](\d\d):(\d\d))$/;

export const time: Decoder<string> = (value, path) => {
  if (value === undefined || value === null) return undefined;
  const string = typeof value === 'string' ? value : undefined;
  const [, month, day, hour, minute, second, , , offsetHour = '00', offsetMinute = '00'] =
    RFC3339.exec(string ?? '') ?? [];
  const isTime =
    string !== undefined &&
    month !== undefined &&
    Number(hour) < 24 &&
    Number(minute) < 60 &&
    Number(second) < 60 &&
    Number(offsetHour) < 24 &&
    Number(offsetMinute) < 60 &&
    isDay(Number(string.slice(0, 4)), Number(month), Number(day));
  if (!isTime) throw mismatch(path, value, 'a time as RFC 3339 has it');
  return string;
};

function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return month >= 1 && month <= 12 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

export function list<T>(item: Decoder<T>): Decoder<(T | undefined)[]> {
  return (value, path) => {
    if (value === undefined || value === null) return undefined;
    if (!Array.isArray(value)) throw mismatch(path, value, 'an array');
    return value.map((member, index) => item(member, `${path}[${index}]`));
  };
}

type Shape = Readonly<Record<string, Decoder<unknown>>>;
type Decoded<S extends Shape> = { [K in keyof S]: ReturnType<S[K]> };

/** Fields are found whatever the case of their names; what the shape does not name is not looked at; of two the last counts. */
export function object<S extends Shape>(shape: S): Decoder<Decoded<S>> {
  return (value, path) => {
    if (value === undefined || value === null) return undefined;
    if (typeOf(value) !== 'object') throw mismatch(path, value, 'an object');
    const found: JsonObject = {};
    for (const [name, member] of Object.entries(value as JsonObject)) {
      const field = Object.keys(shape).find((known) => known.toLowerCase() === name.toLowerCase());
      const decoder = field === undefined ? undefined : shape[field];
      if (field === undefined || !decoder) continue;
      const decoded = decoder(member, path === '' ? field : `${path}.${field}`);
      if (decoded !== undefined) found[field] = decoded;
    }
    return found as Decoded<S>;
  };
}

/** The body as JSON. */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new UnparseableMessageError(`the body is not JSON: ${(error as Error).message}`);
  }
}
