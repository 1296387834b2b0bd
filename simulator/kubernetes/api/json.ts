/** A deep copy of a JSON value; several times quicker than structuredClone, and most of what the server does. */
export function copyJson<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyJson) as T;
  const copy: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    if (member !== undefined) copy[key] = copyJson(member);
  }
  return copy as T;
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
