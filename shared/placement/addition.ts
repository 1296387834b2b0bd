import type { Fault } from '../clusters/fault.ts';

export type Path = readonly (string | number)[];

/** Items to put at the end of the list at a path; the list and what leads to it are made where they are missing. */
export type Addition = { readonly path: Path; readonly items: readonly unknown[] };

export type PlainMap = Readonly<Record<string, unknown>>;

export function isMap(value: unknown): value is PlainMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What is to be added to a workload, and what in it stands against that. */
export type Plan = {
  readonly additions: readonly Addition[];
  readonly faults: readonly Fault[];
  readonly warnings: readonly Fault[];
};

/** The value with the additions, as a new value. */
export function withAdditions(value: unknown, additions: readonly Addition[]): unknown {
  return additions.reduce((current, { path, items }) => withItems(current, path, items), value);
}

function withItems(value: unknown, [key, ...rest]: Path, items: readonly unknown[]): unknown {
  if (key === undefined) return [...(Array.isArray(value) ? (value as unknown[]) : []), ...items];
  if (typeof key === 'number') {
    const list = Array.isArray(value) ? (value as unknown[]) : [];
    return list.map((item, index) => (index === key ? withItems(item, rest, items) : item));
  }
  const map = isMap(value) ? value : {};
  return { ...map, [key]: withItems(map[key], rest, items) };
}
