import type { JsonSchema } from './types.ts';
import { memberSchemaOf } from './validate-structural.ts';

/** Words that CEL reserves; a property so named is reached as `__word__`. */
const RESERVED = new Set(
  (
    'true false null in as break const continue else for function if import let loop package namespace return var void ' +
    'while'
  ).split(' '),
);

const ESCAPED = /__|[./-]/;

/** A property's name in CEL. */
function celName(name: string): string {
  if (RESERVED.has(name)) return `__${name}__`;
  if (!ESCAPED.test(name)) return name;
  return name
    .replaceAll('__', '__underscores__')
    .replaceAll('.', '__dot__')
    .replaceAll('-', '__dash__')
    .replaceAll('/', '__slash__');
}

/** What was made of objects and lists already: rules at several levels of a tree see the same parts of it. */
export type CelParts = Map<object, { readonly schema: JsonSchema | undefined; readonly made: unknown }>;

/** A JSON value as CEL sees it: integers as bigint, times as Date, properties under their CEL names, map keys as they are. */
export function toCel(schema: JsonSchema | undefined, value: unknown, parts: CelParts): unknown {
  if (typeof value === 'object' && value !== null) {
    const known = parts.get(value);
    if (known && known.schema === schema) return known.made;
    const made = collectionToCel(schema, value, parts);
    parts.set(value, { schema, made });
    return made;
  }
  if (typeof value === 'number') return toCelNumber(schema, value);
  if (typeof value === 'string') {
    return schema?.format === 'date-time' || schema?.format === 'date' ? new Date(value) : value;
  }
  return value;
}

function collectionToCel(schema: JsonSchema | undefined, value: object, parts: CelParts): unknown {
  // The CEL library knows arrays by their constructor, and a structured clone may be of another realm's.
  if (Array.isArray(value)) return Array.from(value, (item) => toCel(schema?.items, item, parts));
  const isMap = schema?.properties === undefined;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const converted = members.map(([name, member]): [string, unknown] => [
    isMap ? name : celName(name),
    toCel(memberSchemaOf(schema, name), member, parts),
  ]);
  return Object.fromEntries(converted);
}

function toCelNumber(schema: JsonSchema | undefined, value: number): bigint | number {
  return Number.isInteger(value) && schema?.type !== 'number' ? BigInt(value) : value;
}
