const UNITS = [
  ['h', 3600],
  ['m', 60],
] as const;

/** Seconds as Karpenter v1 writes them, in the largest unit that says them exactly. */
export function durationOf(seconds: unknown): string | undefined {
  if (typeof seconds !== 'number' || !Number.isSafeInteger(seconds) || seconds < 0) return undefined;
  const unit = UNITS.find(([, size]) => seconds > 0 && seconds % size === 0);
  return unit ? `${seconds / unit[1]}${unit[0]}` : `${seconds}s`;
}
