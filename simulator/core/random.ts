import { hash } from 'node:crypto';

// Most draws are made again and again: how long an image takes to pull is asked for at each look at the pod.
const MOST = 20_000;
const drawn = new Map<string, number>();

/** A number in [0, 1) that depends on the seed and the key alone, so the order in which draws are made does not matter. */
export function keyedRandom(seed: number, key: string): number {
  const seededKey = `${seed}:${key}`;
  const known = drawn.get(seededKey);
  if (known !== undefined) return known;
  const number = Number.parseInt(hash('sha256', seededKey, 'hex').slice(0, 8), 16) / 2 ** 32;
  if (drawn.size >= MOST) drawn.clear();
  drawn.set(seededKey, number);
  return number;
}

/** A small seeded generator (mulberry32) for code that calls Math.random itself, such as retry jitter. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
