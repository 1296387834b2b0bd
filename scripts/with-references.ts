/**
 * A copy in which an object that occurs again is `{ $ref: PATH }`, the path of its first place, so that JSON can hold it: what the
 * framework's `json-cycle` makes, which compares every object with all before it.
 *
 * @param given plain data, with cycles or without; `toJSON` of its members is heeded
 */
export function withReferences(given: unknown): unknown {
  const paths = new Map<object, string>();
  const copy = (one: unknown, path: string): unknown => {
    const value = hasToJson(one) ? one.toJSON() : one;
    if (typeof value !== 'object' || value === null) return value;
    const known = paths.get(value);
    if (known !== undefined) return { $ref: known };
    paths.set(value, path);
    if (Array.isArray(value)) return value.map((item, index) => copy(item, `${path}[${index}]`));
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [name, copy(member, `${path}[${JSON.stringify(name)}]`)]),
    );
  };
  return copy(given, '$');
}

function hasToJson(value: unknown): value is { toJSON(): unknown } {
  return typeof (value as { toJSON?: unknown } | null | undefined)?.toJSON === 'function';
}
