const DIGITS = 6;

/** Millionths of a dollar in a decimal string with at most six decimals. */
export function microDollars(text: string): number {
  const [, whole, fraction = ''] = /^(\d+)(?:\.(\d{1,6}))?$/.exec(text) ?? [];
  if (whole === undefined) throw new Error(`price ${text} is no decimal number with at most ${DIGITS} decimals`);
  return Number(whole) * 10 ** DIGITS + Number(fraction.padEnd(DIGITS, '0'));
}

/** As a decimal string, exact, without needless zeros. */
export function dollarsOf(micros: bigint): string {
  const digits = String(micros).padStart(DIGITS + 1, '0');
  return `${digits.slice(0, -DIGITS)}.${digits.slice(-DIGITS)}`.replace(/\.?0+$/, '');
}
