/** A map that remembers at least half of `limit` entries, the latest, and never more than `limit`. */
export type BoundedMap<Value> = {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  delete(key: string): void;
  size(): number;
};

/**
 * Two generations: the older is forgotten as a whole when the younger is full. Deleting the oldest entry for each new one would make
 * the search for the oldest step over all that was deleted before.
 */
export function boundedMap<Value>(limit: number): BoundedMap<Value> {
  const generation = Math.max(1, Math.floor(limit / 2));
  let young = new Map<string, Value>();
  let old = new Map<string, Value>();
  return {
    get: (key) => young.get(key) ?? old.get(key),
    set(key, value) {
      if (young.size >= generation && !young.has(key)) {
        old = young;
        young = new Map();
      }
      young.set(key, value);
    },
    delete(key) {
      young.delete(key);
      old.delete(key);
    },
    size: () => young.size + old.size,
  };
}
