/** How many batches a mapping may have under way, and since when it has wanted more or has not. Plain JSON. */
export type Scale = { allowed: number; wantingSinceMs: number | null; calmSinceMs: number | null };

const START = 5;
const MS_FOR_ONE_MORE = 60_000 / 300;
const CALM_MS = 60_000;

/** What a mapping without a maximum of its own may reach. */
export const MOST_CONCURRENT = 1250;

export function initialScale(maximum: number): Scale {
  return { allowed: Math.min(START, maximum), wantingSinceMs: null, calmSinceMs: null };
}

/** Grows by 300 a minute while there is more to do than may be done at once; back to five after a minute without. */
export function adjustScale(scale: Scale, now: number, isWanting: boolean, maximum: number): void {
  if (isWanting) {
    scale.calmSinceMs = null;
    scale.wantingSinceMs ??= now;
    const more = Math.floor((now - scale.wantingSinceMs) / MS_FOR_ONE_MORE);
    scale.allowed = Math.min(maximum, scale.allowed + more);
    scale.wantingSinceMs += more * MS_FOR_ONE_MORE;
    return;
  }
  scale.wantingSinceMs = null;
  scale.calmSinceMs ??= now;
  if (now - scale.calmSinceMs >= CALM_MS) scale.allowed = Math.min(START, maximum);
}
