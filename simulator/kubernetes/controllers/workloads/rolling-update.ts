/** A replica set in the arithmetic of a rolling update. Old ones come oldest first. */
export type SetSize = { readonly name: string; readonly replicas: number; readonly available: number };

export type RolloutSizes = {
  readonly wanted: number;
  readonly maxSurge: number;
  readonly maxUnavailable: number;
  readonly newest: SetSize;
  readonly old: readonly SetSize[];
};

const sum = (sizes: readonly SetSize[], field: 'replicas' | 'available') =>
  sizes.reduce((total, size) => total + size[field], 0);

/** How large the new set may be now: up to what is wanted, while all pods together stay within the surge. */
export function newSetSize({ wanted, maxSurge, newest, old }: RolloutSizes): number {
  if (newest.replicas >= wanted) return wanted;
  const room = wanted + maxSurge - newest.replicas - sum(old, 'replicas');
  return room <= 0 ? newest.replicas : newest.replicas + Math.min(room, wanted - newest.replicas);
}

/** The sizes of old sets that change now: pods that are unavailable anyway go first, then as many as may be missing. */
export function oldSetSizes({ wanted, maxUnavailable, newest, old }: RolloutSizes): Map<string, number> {
  const sizes = new Map(old.map((set) => [set.name, set.replicas]));
  const least = wanted - maxUnavailable;
  const unavailableNew = Math.max(0, newest.replicas - newest.available);
  let removable = newest.replicas + sum(old, 'replicas') - least - unavailableNew;
  for (const set of old) {
    const unhealthy = Math.max(0, set.replicas - set.available);
    const fewer = Math.max(0, Math.min(removable, unhealthy));
    sizes.set(set.name, set.replicas - fewer);
    removable -= fewer;
  }
  let spare = Math.min(removable, newest.available + sum(old, 'available') - least);
  for (const set of old) {
    const size = sizes.get(set.name) ?? 0;
    const fewer = Math.max(0, Math.min(spare, size));
    sizes.set(set.name, size - fewer);
    spare -= fewer;
  }
  for (const set of old) if (sizes.get(set.name) === set.replicas) sizes.delete(set.name);
  return sizes;
}

/** A set's size when a Deployment is resized in the middle of a rollout; `lastMost` is what all sets were allowed before. */
export type ResizedSet = SetSize & { readonly lastMost: number };

/** Shares a change of size among sets in proportion; the largest set (the newest of equals) takes what rounding leaves. */
export function proportionalSizes(sets: readonly ResizedSet[], wanted: number, maxSurge: number): Map<string, number> {
  const allowed = wanted > 0 ? wanted + maxSurge : 0;
  const change = allowed - sum(sets, 'replicas');
  const ordered = [...sets].sort((left, right) => right.replicas - left.replicas);
  let rest = change;
  const sizes = ordered.map((set) => {
    const share = Math.round((set.replicas * allowed) / (set.lastMost || allowed || 1)) - set.replicas;
    const given = change > 0 ? Math.max(0, Math.min(share, rest)) : Math.min(0, Math.max(share, rest));
    rest -= given;
    return { name: set.name, size: set.replicas + given };
  });
  return new Map(sizes.map(({ name, size }, index) => [name, Math.max(0, index === 0 ? size + rest : size)]));
}
