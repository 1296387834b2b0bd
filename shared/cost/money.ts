/** Milliseconds in an hour and in a day. */
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/**
 * Money is counted in atoms, held in bigints. A dollar (or whatever the currency is) has so many that a price with 12 decimals,
 * charged by the hour or by a month of 28 to 31 days, less a discount of two decimals, for any number of milliseconds, is a whole
 * number of them. So nothing is ever rounded before it is shown.
 */
const PRICE_DIGITS = 12;
/** Of every month's length in days the least common multiple, in milliseconds. */
const ALL_MONTHS_MS = BigInt(DAY_MS) * 377_580n;
/** Basis points: a price less no discount is this many of its parts. */
export const WHOLE = 10_000n;
const ATOMS = 10n ** BigInt(PRICE_DIGITS) * ALL_MONTHS_MS * WHOLE;
const MICRO_DIGITS = 6;
export const ATOMS_PER_MICRO = ATOMS / 10n ** BigInt(MICRO_DIGITS);

const POWERS = Array.from({ length: 20 }, (_, digits) => 10n ** BigInt(digits));

/** A decimal with at most `digits` decimals as a whole number of its smallest unit; further decimals are cut off. */
export function scaled(decimal: string, digits = PRICE_DIGITS): bigint {
  const dot = decimal.indexOf('.');
  const fraction = dot === -1 ? '' : decimal.slice(dot + 1, dot + 1 + digits);
  const text = dot === -1 ? decimal : decimal.slice(0, dot) + fraction;
  // Up to 15 digits a number is exact, and much faster to read.
  const value = text.length <= 15 ? BigInt(Number(text)) : BigInt(text);
  return value * (POWERS[digits - fraction.length] ?? 10n ** BigInt(digits - fraction.length));
}

/** Atoms for each millisecond at a price for an hour. */
export function hourlyRate(pricePerHour: bigint, share: bigint): bigint {
  return (pricePerHour * ALL_MONTHS_MS * share) / BigInt(HOUR_MS);
}

/** Atoms for each millisecond at a price for a month of that length. */
export function monthlyRate(pricePerMonth: bigint, monthMs: number, share: bigint): bigint {
  return (pricePerMonth * ALL_MONTHS_MS * share) / BigInt(monthMs);
}

export function atomsOf(decimal: string): bigint {
  return scaled(decimal) * ALL_MONTHS_MS * WHOLE;
}

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}

/** To the nearest whole, halves up. */
export function rounded(value: bigint, unit: bigint): bigint {
  return floorDivide(2n * value + unit, 2n * unit);
}

export const microsOf = (atoms: bigint): bigint => rounded(atoms, ATOMS_PER_MICRO);

/**
 * Each part in whole units, so that they sum to `total`, which must be the exact sum rounded up or down: each is rounded down, and
 * the units that are then missing go to those that lost most, the first of equals. No part is wrong by a unit or more.
 */
export function apportion(parts: readonly bigint[], unit: bigint, total: bigint): bigint[] {
  const whole = parts.map((part) => floorDivide(part, unit));
  const lost = parts.map((part, index) => part - (whole[index] ?? 0n) * unit);
  const missing = Number(total - whole.reduce((sum, part) => sum + part, 0n));
  const order = lost.map((_, index) => index).filter((index) => lost[index] !== 0n);
  order.sort((a, b) => {
    const difference = (lost[b] ?? 0n) - (lost[a] ?? 0n);
    return difference === 0n ? a - b : difference > 0n ? 1 : -1;
  });
  if (missing < 0 || missing > order.length) throw new Error('the parts do not sum to their total');
  for (const index of order.slice(0, missing)) whole[index] = (whole[index] ?? 0n) + 1n;
  return whole;
}

/** Millionths as a decimal string with six decimals. */
export function decimalOf(micros: bigint): string {
  const digits = String(micros < 0n ? -micros : micros).padStart(MICRO_DIGITS + 1, '0');
  return `${micros < 0n ? '-' : ''}${digits.slice(0, -MICRO_DIGITS)}.${digits.slice(-MICRO_DIGITS)}`;
}

export const moneyOf = (atoms: bigint): string => decimalOf(microsOf(atoms));

/** `part` of `whole` in percent with one decimal; null when there is no whole. */
export function percentOf(part: bigint, whole: bigint): number | null {
  return whole === 0n ? null : Number(rounded(part * 1000n, whole < 0n ? -whole : whole)) / 10;
}
