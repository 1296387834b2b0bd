type Key = string | number | null;
type Level<T> = Map<Key, Level<T> | T>;

/** Values by several keys. A path of maps: putting a text together for each of millions of lookups would cost more than all else. */
export type Keyed<T> = {
  readonly find: (...keys: readonly Key[]) => T | undefined;
  /** Makes what is not there yet. */
  readonly get: (keys: readonly Key[], make: () => T) => T;
};

export function keyed<T>(): Keyed<T> {
  const root: Level<T> = new Map();
  return {
    find: (...keys) => {
      let found: Level<T> | T | undefined = root;
      for (const key of keys) found = (found as Level<T> | undefined)?.get(key);
      return found as T | undefined;
    },
    get: (keys, make) => {
      let level = root;
      const last = keys.length - 1;
      for (let at = 0; at < last; at += 1) {
        const key = keys[at] ?? null;
        let next = level.get(key) as Level<T> | undefined;
        if (!next) {
          next = new Map();
          level.set(key, next);
        }
        level = next;
      }
      const key = keys[last] ?? null;
      const known = level.get(key) as T | undefined;
      if (known !== undefined) return known;
      const made = make();
      level.set(key, made);
      return made;
    },
  };
}
