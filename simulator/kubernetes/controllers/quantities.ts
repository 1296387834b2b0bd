const FACTORS: Readonly<Record<string, number>> = {
  '': 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** A quantity as the scheduler counts it: thousandths for cpu, whole units (bytes, pieces) for the rest, rounded up. */
export function resourceAmount(resource: string, quantity: string | number): number {
  const [, digits = '', suffix = '', exponent] =
    /^([+-]?[0-9.]+)(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d+))?$/.exec(String(quantity)) ?? [];
  const factor = exponent === undefined ? FACTORS[suffix] : 10 ** Number(exponent);
  if (digits === '' || factor === undefined) throw new Error(`${JSON.stringify(quantity)} is not a quantity`);
  const value = Number(digits) * factor * (resource === 'cpu' ? 1000 : 1);
  // Decimal fractions times powers of ten miss whole numbers by a hair.
  return Math.ceil(Number(value.toPrecision(15)));
}
