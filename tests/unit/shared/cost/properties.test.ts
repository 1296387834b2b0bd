import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { chargeAll } from '../../../../shared/cost/all-charges.ts';
import { gather, sumOf } from '../../../../shared/cost/cells.ts';
import { costReport } from '../../../../shared/cost/cost-report.ts';
import { CUTS } from '../../../../shared/cost/cuts.ts';
import { livesOf } from '../../../../shared/cost/lives.ts';
import { apportion, rounded } from '../../../../shared/cost/money.ts';
import { priceBook } from '../../../../shared/cost/price-book.ts';
import { focusLines } from '../../../../shared/cost/render/focus.ts';
import type { FleetFile } from '../../../../shared/fleet-file/schema.ts';
import type { PricesFile } from '../../../../shared/prices-file/schema.ts';
import { aCluster, aFleet, anInstance, aSpotPrice, somePrices } from '../../../support/cost-files.ts';

const START = Date.parse('2026-10-28T00:00:00Z');
const WINDOW_MS = 8 * 86_400_000;
const iso = (ms: number) => new Date(START + ms).toISOString();
const moment = fc.integer({ min: 0, max: WINDOW_MS });
const pick = <const T>(...values: readonly T[]) => fc.constantFrom(...values);

const life = fc.record({
  at: fc.integer({ min: -WINDOW_MS, max: 2 * WINDOW_MS }),
  length: fc.option(pick(0, 1, 30_000, 59_999, 61_000, 1_800_000, 3_599_000, 3_600_000, 86_400_000, 300_000_007)),
  capacityType: pick('spot', 'on-demand', 'reserved'),
  instanceType: pick('m5.large', 'c5.xlarge', 'p5.48xlarge'),
  zone: pick('eu-west-1a', 'eu-west-1b'),
  nodePool: pick(null, 'general', 'batch'),
  cluster: pick('one', 'two'),
  stateReason: pick(null, 'Server.SpotInstanceTermination', 'Client.UserInitiatedShutdown'),
  publicIpv4Count: pick(0, 1, 3),
  volumes: fc.array(fc.constant({ gib: 33, type: 'gp3', iops: 3017, throughputMiBps: 131 }), { maxLength: 1 }),
});

const fleets: fc.Arbitrary<FleetFile> = fc
  .record({
    lives: fc.array(life, { maxLength: 12 }),
    overhead: fc.array(fc.tuple(moment, moment), { maxLength: 3 }),
    reserved: pick(0, 2),
  })
  .map(({ lives, overhead, reserved }) =>
    aFleet({
      clusters: [
        aCluster({ cluster: 'one' }),
        aCluster({
          cluster: 'two',
          createdAt: iso(12_345_678),
          versions: [{ version: '1.31', from: iso(12_345_678), endOfStandardSupport: iso(99_999_999) }],
        }),
      ],
      instances: lives.map(({ at, length, ...rest }, index) =>
        anInstance({
          ...rest,
          instanceId: `i-${String(index).padStart(17, '0')}`,
          role: rest.nodePool === null ? 'bootstrap' : 'karpenter',
          capacityReservation: rest.capacityType === 'reserved' ? 'cr-1' : null,
          launchedAt: iso(at),
          endedAt: length === null ? null : iso(at + length),
        }),
      ),
      overhead: overhead.map(([a, b]) => ({
        service: 'x',
        from: iso(Math.min(a, b)),
        to: iso(Math.max(a, b)),
        cost: '1.000001',
      })),
      reservations: [
        {
          capacityReservation: 'cr-1',
          accountId: '111122223333',
          region: 'eu-west-1',
          cluster: 'one',
          instanceType: 'm5.large',
          zone: 'eu-west-1a',
          os: 'linux',
          tenancy: 'default',
          count: 1 + reserved,
          from: iso(1),
          to: null,
        },
      ],
    }),
  );

const prices: fc.Arbitrary<PricesFile> = fc
  .record({
    points: fc.array(fc.tuple(moment, fc.integer({ min: 1, max: 300_000 }), pick('eu-west-1a', 'eu-west-1b')), {
      maxLength: 12,
    }),
    percent: pick('0', '7.35', '33.33'),
  })
  .map(({ points, percent }) =>
    somePrices({
      spot: [
        aSpotPrice('2026-01-01T00:00:00Z', '0.0377'),
        ...points.map(([at, price, zone]) => aSpotPrice(iso(at), `0.${String(price).padStart(6, '0')}`, { zone })),
      ],
      discounts: [{ component: 'compute', percent }],
    }),
  );

const micros = (text: string) => BigInt(text.replace('.', ''));
const sum = (values: readonly bigint[]) => values.reduce((total, value) => total + value, 0n);

function exactly(fleet: FleetFile, of: PricesFile, fromMs: number, toMs: number) {
  const window = { fromMs: START + fromMs, toMs: START + toMs };
  const context = { book: priceBook(of), window, options: {} };
  return sumOf(gather((sink) => chargeAll(fleet, livesOf(fleet.instances), { ...context, sink })).cells);
}

describe('a cost report', () => {
  it('sums to its total exactly in every cut and in the FOCUS file', () => {
    fc.assert(
      fc.property(fleets, prices, moment, moment, (fleet, of, a, b) => {
        const report = costReport(fleet, of, iso(Math.min(a, b)), iso(Math.max(a, b)));
        const { total, onDemandEquivalent, savings, hours } = report;
        for (const cut of CUTS) {
          const rows = report.by[cut];
          const column = (name: 'cost' | 'onDemandEquivalent' | 'savings' | 'hours') =>
            sum(rows.map((row) => micros(row[name])));
          expect([column('cost'), column('onDemandEquivalent'), column('savings'), column('hours')]).toEqual(
            [total, onDemandEquivalent, savings, hours].map(micros),
          );
        }
        const [header = '', ...lines] = [...focusLines(fleet, of, report)];
        const billed = header.split(',').indexOf('BilledCost');
        expect(sum(lines.map((line) => micros(line.split(',')[billed] ?? '')))).toBe(micros(total));
      }),
      { numRuns: 60 },
    );
  });

  it('of a window cut in two adds up to the whole, to the last atom: a minimum charge belongs to the time that it covers', () => {
    fc.assert(
      fc.property(fleets, prices, fc.tuple(moment, moment, moment), (fleet, of, cuts) => {
        const [from, middle, to] = [...cuts].sort((a, b) => a - b) as [number, number, number];
        const [left, right, whole] = [
          exactly(fleet, of, from, middle),
          exactly(fleet, of, middle, to),
          exactly(fleet, of, from, to),
        ];

        expect(left.cost + right.cost).toBe(whole.cost);
        expect(left.onDemand + right.onDemand).toBe(whole.onDemand);
        expect(left.instanceMs + right.instanceMs).toBe(whole.instanceMs);
      }),
      { numRuns: 100 },
    );
  });

  it('never costs less for more hours: of an instance that ran longer, or of a longer window', () => {
    fc.assert(
      fc.property(
        fleets,
        prices,
        fc.tuple(moment, moment),
        fc.nat(),
        fc.integer({ min: 1, max: 400_000_000 }),
        (fleet, of, ends, which, more) => {
          const [from, to] = [...ends].sort((a, b) => a - b) as [number, number];
          const at = fleet.instances.length === 0 ? -1 : which % fleet.instances.length;
          const instances = fleet.instances.map((instance, index) => {
            // More use of a reservation costs less where a discount holds on what is used alone.
            const isFixed = instance.endedAt === null || instance.capacityType === 'reserved';
            if (index !== at || isFixed) return instance;
            return { ...instance, endedAt: new Date(Date.parse(instance.endedAt ?? '') + more).toISOString() };
          });
          const before = exactly(fleet, of, from, to);
          const longer = exactly({ ...fleet, instances }, of, from, to);
          const wider = exactly(fleet, of, from, to + more);

          expect(longer.cost).toBeGreaterThanOrEqual(before.cost);
          expect(longer.instanceMs).toBeGreaterThanOrEqual(before.instanceMs);
          expect(wider.cost).toBeGreaterThanOrEqual(before.cost);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('does not depend on the order of rows', () => {
    fc.assert(
      fc.property(fleets, prices, (fleet, of) => {
        const backwards = {
          ...fleet,
          instances: fleet.instances.toReversed(),
          clusters: fleet.clusters.toReversed(),
          overhead: fleet.overhead.toReversed(),
        };
        const other = { ...of, spot: of.spot.toReversed() };
        expect(costReport(backwards, other, iso(0), iso(WINDOW_MS))).toEqual(
          costReport(fleet, of, iso(0), iso(WINDOW_MS)),
        );
      }),
      { numRuns: 40 },
    );
  });

  it('bills nothing outside the window, never less than nothing, and never more hours than there are', () => {
    fc.assert(
      fc.property(fleets, prices, moment, fc.integer({ min: 0, max: 7_200_000 }), (fleet, of, from, length) => {
        const window = { fromMs: START + from, toMs: START + from + length };
        const seen: { fromMs: number; toMs: number; rate: bigint; units: number | bigint }[] = [];
        const context = { book: priceBook(of), window, options: {} };
        gather((all) => {
          const sink = { ...all, open: () => (charge: (typeof seen)[number]) => void seen.push(charge) };
          chargeAll(fleet, livesOf(fleet.instances), { ...context, sink });
        });

        expect(
          seen.filter(
            ({ fromMs, toMs, rate, units }) => fromMs < window.fromMs || toMs > window.toMs || rate < 0n || units < 0,
          ),
        ).toEqual([]);
        expect(exactly(fleet, of, from, from + length).instanceMs).toBeLessThanOrEqual(fleet.instances.length * length);
      }),
      { numRuns: 60 },
    );
  });

  it('has causes of change that sum to the change', () => {
    const instances = [
      anInstance({ launchedAt: '2026-10-20T00:00:00Z', endedAt: null }),
      anInstance({
        instanceId: 'i-00000000000000002',
        capacityType: 'spot',
        launchedAt: '2026-10-30T00:00:07Z',
        endedAt: null,
      }),
      anInstance({
        instanceId: 'i-00000000000000003',
        instanceType: 'c5.xlarge',
        launchedAt: '2026-11-02T01:00:01Z',
        endedAt: null,
      }),
    ];
    const of = somePrices({
      spot: [aSpotPrice('2026-10-01T00:00:00Z', '0.031'), aSpotPrice('2026-11-02T03:00:00Z', '0.0437')],
    });
    const { change, changeUnknown } = costReport(
      aFleet({ instances }),
      of,
      '2026-11-01T00:00:00Z',
      '2026-11-04T00:00:00Z',
    );

    expect(changeUnknown).toBeNull();
    if (!change) throw new Error('there is no change');
    const { price, hours, mix, other } = change;
    expect(sum([price, hours, mix, other].map(micros))).toBe(micros(change.change));
    expect([price, hours, mix].every((part) => micros(part) !== 0n)).toBe(true);
  });
});

describe('apportioning', () => {
  it('keeps every part within one unit of the truth, and the sum', () => {
    fc.assert(
      fc.property(
        fc.array(fc.bigInt({ min: -10_000n, max: 10_000n })),
        fc.bigInt({ min: 1n, max: 997n }),
        (parts, unit) => {
          const total = rounded(sum(parts), unit);
          const shown = apportion(parts, unit, total);

          expect(sum(shown)).toBe(total);
          for (const [index, part] of parts.entries()) {
            const off = (shown[index] ?? 0n) * unit - part;
            expect(off < unit && off > -unit).toBe(true);
          }
        },
      ),
    );
  });
});
