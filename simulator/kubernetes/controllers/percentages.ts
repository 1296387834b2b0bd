/** An int-or-percentage of a total; percentages are rounded as said. */
export function scaledValue(value: string | number, total: number, rounding: 'up' | 'down'): number {
  if (typeof value === 'number') return value;
  const [, percent] = /^(\d+)%$/.exec(value) ?? [];
  if (percent === undefined) throw new Error(`${JSON.stringify(value)} is neither a number nor a percentage`);
  const exact = (Number(percent) * total) / 100;
  return rounding === 'up' ? Math.ceil(exact) : Math.floor(exact);
}

/** How many pods a rolling update may add and may do without. When both round to nothing, one may be missing. */
export function rollingLimits(
  replicas: number,
  settings: { maxSurge?: string | number; maxUnavailable?: string | number } | undefined,
): { maxSurge: number; maxUnavailable: number } {
  const maxSurge = scaledValue(settings?.maxSurge ?? '25%', replicas, 'up');
  const maxUnavailable = scaledValue(settings?.maxUnavailable ?? '25%', replicas, 'down');
  if (maxSurge === 0 && maxUnavailable === 0) return { maxSurge, maxUnavailable: 1 };
  return { maxSurge, maxUnavailable: Math.min(maxUnavailable, replicas) };
}
