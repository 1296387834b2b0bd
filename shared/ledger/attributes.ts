import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** What a row of the ledger may hold: JSON. Undefined members are left out. */
export type RowValue =
  | string
  | number
  | boolean
  | null
  | readonly RowValue[]
  | { readonly [name: string]: RowValue | undefined };

export type Row = { readonly [name: string]: RowValue | undefined };

export function toAttributes(row: Row): Record<string, AttributeValue> {
  const entries: [string, AttributeValue][] = [];
  for (const name of Object.keys(row)) {
    const value = row[name];
    if (value !== undefined) entries.push([name, toAttribute(value)]);
  }
  return Object.fromEntries(entries);
}

export function toAttribute(value: RowValue): AttributeValue {
  if (value === null) return { NULL: true };
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (isList(value)) return { L: value.map(toAttribute) };
  return { M: toAttributes(value) };
}

// Array.isArray does not narrow a readonly array.
function isList(value: RowValue): value is readonly RowValue[] {
  return Array.isArray(value);
}

export function fromAttributes(item: Readonly<Record<string, AttributeValue>>): Row {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, fromAttribute(value)]));
}

function fromAttribute(value: AttributeValue): RowValue {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return Number(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.NULL !== undefined) return null;
  if (value.L !== undefined) return value.L.map(fromAttribute);
  if (value.M !== undefined) return fromAttributes(value.M);
  throw new TypeError(`the ledger keeps no attribute values of type ${Object.keys(value).join()}`);
}
