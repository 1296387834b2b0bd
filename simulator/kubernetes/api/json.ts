/** A deep copy of a JSON value, to be changed; several times quicker than structuredClone. */
export function copyJson<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyJson) as T;
  const copy: Record<string, unknown> = {};
  for (const key in value) {
    const member = value[key];
    if (member !== undefined) copy[key] = copyJson(member);
  }
  return copy as T;
}

/** The value as nobody can change it any more: what is frozen already is shared, the rest is copied. */
export function frozenJson<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  if (Array.isArray(value)) return Object.freeze(value.map(frozenJson)) as T;
  const copy: Record<string, unknown> = {};
  for (const key in value) {
    const member = value[key];
    if (member !== undefined) copy[key] = frozenJson(member);
  }
  return Object.freeze(copy) as T;
}

/** The value at a path of member names; undefined where the path ends early. */
export function valueAt(value: unknown, path: readonly string[]): unknown {
  let current = value;
  for (const member of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = (current as Record<string, unknown>)[member];
  }
  return current;
}

/** Sets the value at a path of member names, making objects on the way. */
export function setValueAt(value: Record<string, unknown>, path: readonly string[], member: unknown): void {
  const [first, ...rest] = path;
  if (first === undefined) return;
  if (rest.length === 0) {
    value[first] = member;
    return;
  }
  const next = value[first];
  const child = typeof next === 'object' && next !== null ? (next as Record<string, unknown>) : {};
  value[first] = child;
  setValueAt(child, rest, member);
}
