export type Path = readonly (string | number)[];

type Container = Record<string | number, unknown>;

/** Stands for a member that is taken away. */
export const REMOVED = Symbol('removed');

/** A copy of a JSON value with the value at a path replaced, added or removed; the parents must be there. */
export function changed<T>(value: T, path: Path, replacement: unknown): T {
  const copy = JSON.parse(JSON.stringify(value)) as T;
  let parent = copy as unknown as Container;
  for (const member of path.slice(0, -1)) parent = parent[member] as Container;
  const last = path.at(-1) ?? '';
  if (replacement !== REMOVED) parent[last] = replacement;
  else if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete parent[last];
  return copy;
}

/** The paths of all values within a value, itself included. */
export function pathsIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const members = Array.isArray(value) ? value.map((item, index) => [index, item] as const) : Object.entries(value);
  return [path, ...members.flatMap(([name, member]) => pathsIn(member, [...path, name]))];
}

export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((current, member) => (current as Container | undefined)?.[member], value);
}
