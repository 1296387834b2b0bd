import { hash } from 'node:crypto';

/** A number in [0, 1) that depends on the seed and the key alone, so the order in which draws are made does not matter. */
export function keyedRandom(seed: number, key: string): number {
  return Number.parseInt(hash('sha256', `${seed}:${key}`, 'hex').slice(0, 8), 16) / 2 ** 32;
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
