import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { instanceType, instanceTypes } from '../../../../shared/instance-types/catalogue.ts';
import { dearestMix, dearestRate, type Item } from '../../../../shared/instance-types/dearest-mix.ts';
import type { InstanceType } from '../../../../shared/instance-types/instance-type.ts';
import { LABEL } from '../../../../shared/instance-types/labels.ts';
import { dollarsOf, microDollars } from '../../../../shared/instance-types/money.ts';
import { quantityOf } from '../../../../shared/instance-types/quantity.ts';
import { worstCaseDollarsPerHour } from '../../../../shared/instance-types/worst-case.ts';

const model = instanceType('m6i.large');
if (!model) throw new Error('no m6i.large');
const madeUp = (index: number, facts: Pick<InstanceType, 'vcpu' | 'memoryMiB'>, micros: number): InstanceType => ({
  ...model,
  ...facts,
  name: `x${index}.large`,
  prices: { 'us-east-1': dollarsOf(BigInt(micros)) },
});
const catalogue = fc
  .array(
    fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 999_999 })),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((rows) => rows.map(([vcpu, gib, micros], index) => madeUp(index, { vcpu, memoryMiB: gib * 1024 }, micros)));

/** Every mix of whole nodes that keeps the limits, tried out. */
function most(types: readonly InstanceType[], cpu: number, mib: number): number {
  const [type, ...others] = types;
  if (!type) return 0;
  const counted = Math.floor((type.memoryMiB * 925) / 1000);
  let best = 0;
  for (let count = 0; count * type.vcpu <= cpu && count * counted <= mib; count += 1) {
    const cost = count * microDollars(type.prices['us-east-1'] ?? '');
    best = Math.max(best, cost + most(others, cpu - count * type.vcpu, mib - count * counted));
  }
  return best;
}

function worst(types: readonly InstanceType[], limits: Record<string, string>): number {
  const { dollarsPerHour } = worstCaseDollarsPerHour([], limits, 'us-east-1', { types });
  return dollarsPerHour === null ? Number.NaN : microDollars(dollarsPerHour);
}

describe('the most that a pool can cost', () => {
  it('is, with a limit on cpu, exactly the dearest mix of whole nodes', () => {
    fc.assert(
      fc.property(catalogue, fc.integer({ min: 0, max: 40 }), (types, cpu) => {
        expect(worst(types, { cpu: String(cpu) })).toBe(most(types, cpu, Infinity));
      }),
    );
  });

  it('is, with a limit on memory, never too low and at most one node too high', () => {
    fc.assert(
      fc.property(catalogue, fc.integer({ min: 0, max: 20_000 }), (types, mib) => {
        const [bound, truth] = [worst(types, { memory: `${mib}Mi` }), most(types, Infinity, mib)];

        expect(bound).toBeGreaterThanOrEqual(truth);
        expect(bound - truth).toBeLessThanOrEqual(999_999 * 6);
      }),
    );
  });

  it('is, with both limits, never too low and never more than with one of them', () => {
    fc.assert(
      fc.property(
        catalogue,
        fc.integer({ min: 0, max: 16 }),
        fc.integer({ min: 0, max: 16_000 }),
        (types, cpu, mib) => {
          const [limitCpu, limitMemory] = [{ cpu: String(cpu) }, { memory: `${mib}Mi` }];
          const bound = worst(types, { ...limitCpu, ...limitMemory });

          expect(bound).toBeGreaterThanOrEqual(most(types, cpu, mib));
          expect(bound).toBeLessThanOrEqual(Math.min(worst(types, limitCpu), worst(types, limitMemory)));
        },
      ),
    );
  });

  it('is exact for long limits, too, where most nodes are of one type', () => {
    const items: Item[] = [
      { size: 7, cost: 71 },
      { size: 5, cost: 50 },
      { size: 3, cost: 29 },
    ];
    const slow = (limit: number) => {
      const best = [0];
      for (let room = 1; room <= limit; room += 1) {
        best[room] = Math.max(
          0,
          ...items.map(({ size, cost }) => (size <= room ? cost + (best[room - size] ?? 0) : 0)),
        );
      }
      return BigInt(best[limit] ?? 0);
    };

    for (const limit of [6, 13, 46, 100, 101, 1003]) expect(dearestMix(items, limit)).toBe(slow(limit));
    expect(dearestMix(items, 7_000_000_004)).toBe(71n * 999_999_999n + slow(11));
    expect(dearestRate([{ size: 3, cost: 10 }], 7)).toBe(24n);
  });

  it('counts no type that is larger than a limit', () => {
    const pool = [{ key: LABEL.family, operator: 'In', values: ['m5'] }];

    expect(worstCaseDollarsPerHour(pool, { cpu: '16' }, 'us-east-1')).toEqual({
      dollarsPerHour: '0.768',
      decidedBy: 'cpu',
      dearest: 'm5.large',
      why: null,
    });
    expect(worstCaseDollarsPerHour(pool, { cpu: 1 }, 'us-east-1').dollarsPerHour).toBe('0');
    expect(worstCaseDollarsPerHour(pool, { cpu: 16, nodes: '2' }, 'us-east-1').dollarsPerHour).toBe('0.768');
    expect(worstCaseDollarsPerHour(pool, { nodes: '2' }, 'us-east-1').dollarsPerHour).toBe('9.216');
  });

  it('is bounded by GPUs when every type has some', () => {
    const pool = [{ key: LABEL.instanceType, operator: 'In', values: ['g5.xlarge', 'm5.large'] }];

    expect(worstCaseDollarsPerHour(pool.slice(0, 1), { 'nvidia.com/gpu': '3' }, 'us-east-1').why).toContain(
      'cpu or memory',
    );
    const gpus = [{ key: LABEL.instanceType, operator: 'In', values: ['g5.xlarge'] }];
    expect(worstCaseDollarsPerHour(gpus, { 'nvidia.com/gpu': '3' }, 'us-east-1').dollarsPerHour).toBe('3.018');
  });

  it.each([
    [{}, 'eu-west-1', 'the pool has no limits'],
    [{ 'ephemeral-storage': '1Ti' }, 'us-east-1', 'do not bound'],
    [{ cpu: 'many' }, 'us-east-1', 'the limit cpu: many is no quantity'],
    [{ cpu: '100' }, 'eu-west-1', 'no prices of eu-west-1'],
  ])('is not known for the limits %j in %s: %s', (limits, region, why) => {
    expect(worstCaseDollarsPerHour([], limits, region)).toEqual({
      dollarsPerHour: null,
      why: expect.stringContaining(why),
    });
  });

  it('is not known when one type has no price', () => {
    const pool = [{ key: LABEL.family, operator: 'In', values: ['p5', 'p5e'] }];

    expect(worstCaseDollarsPerHour(pool, { cpu: '1k' }, 'us-east-1', { types: instanceTypes().filter(isP5) }).why).toBe(
      null,
    );
    expect(worstCaseDollarsPerHour(pool, { cpu: '1k' }, 'eu-north-1', { pricesOf: 'us-east-1' }).why).toBe(
      'the snapshot has no price in us-east-1 of p5e.48xlarge',
    );
  });
});

const isP5 = ({ family }: InstanceType) => family === 'p5';

describe('money and quantities', () => {
  it('keep every decimal of a price', () => {
    for (const { prices } of instanceTypes()) {
      for (const price of Object.values(prices)) {
        expect(Number(dollarsOf(BigInt(microDollars(price))))).toBe(Number(price));
      }
    }
    expect(['0.0000001', '', '1e3', '-1'].map((text) => () => microDollars(text)).every(throws)).toBe(true);
    expect([0n, 1n, 1_500_000n, 12_000_000n].map(dollarsOf)).toEqual(['0', '0.000001', '1.5', '12']);
  });

  it.each([
    ['100', 100],
    [16, 16],
    ['250m', 0.25],
    ['1k', 1000],
    ['1000Gi', 1000 * 2 ** 30],
    ['1.5Ti', 1.5 * 2 ** 40],
    ['1e3', 1000],
    ['10E', 10e18],
    ['', undefined],
    ['1 Gi', undefined],
    ['Gi', undefined],
  ])('reads the quantity %j as %s', (text, number) => {
    expect(quantityOf(text)).toBe(number);
  });
});

function throws(run: () => unknown): boolean {
  try {
    run();
    return false;
  } catch {
    return true;
  }
}
