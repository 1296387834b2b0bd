import { describe, expect, it } from '@jest/globals';
import { pricesFileOf } from '../../../../shared/prices-file/assemble.ts';
import {
  emptyCache,
  missingFrom,
  type PriceCache,
  readCache,
  withListing,
  withSpot,
} from '../../../../shared/prices-file/price-cache.ts';
import { pricesFileSchema } from '../../../../shared/prices-file/schema.ts';

const POOL = { os: 'linux', instanceType: 'm5.large', zone: 'eu-west-1a' };
const KEY = 'linux m5.large eu-west-1a';
const ms = (text: string) => Date.parse(text);
const hours = (from: number, to: number) => ({
  fromMs: ms('2026-11-02T00:00:00Z') + from * 3_600_000,
  toMs: ms('2026-11-02T00:00:00Z') + to * 3_600_000,
});
const at = (hour: number) => new Date(hours(hour, hour).fromMs).toISOString();
const listing = (prices: Record<string, string>) => ({ prices, problems: [] });

describe('a listing in the cache', () => {
  const before = withListing(
    emptyCache('eu-west-1'),
    'shared',
    listing({ 'm5.large': '0.1', 'c5.large': '0.2' }),
    at(0),
  );

  it('is merged: what is listed no more keeps its price', () => {
    const after = withListing(before, 'shared', listing({ 'm5.large': '0.11' }), at(24));

    expect(after.listed['shared']).toEqual({ at: at(24), prices: { 'm5.large': '0.11', 'c5.large': '0.2' } });
  });

  it('is never replaced by an empty one, and stays as old as it is', () => {
    expect(withListing(before, 'shared', listing({}), at(24))).toBe(before);
  });
});

describe('spot prices in the cache', () => {
  const known = withSpot(
    emptyCache('eu-west-1'),
    POOL,
    [
      [at(-5), '0.04'],
      [at(3), '0.05'],
    ],
    hours(0, 6),
  );

  it('are asked for from where they end', () => {
    expect(missingFrom(emptyCache('eu-west-1'), POOL, hours(0, 6).fromMs, hours(0, 6).toMs)).toBe(hours(0, 6).fromMs);
    expect(missingFrom(known, POOL, hours(1, 6).fromMs, hours(1, 6).toMs)).toBeUndefined();
    expect(missingFrom(known, POOL, hours(1, 9).fromMs, hours(1, 9).toMs)).toBe(hours(6, 6).fromMs);
    // Earlier than what is known: the whole window again.
    expect(missingFrom(known, POOL, hours(-9, 6).fromMs, hours(-9, 6).toMs)).toBe(hours(-9, 6).fromMs);
  });

  it('grow without gaps or doubles, in order', () => {
    const after = withSpot(
      known,
      POOL,
      [
        [at(8), '0.06'],
        [at(3), '0.05'],
      ],
      hours(6, 9),
    );

    expect(after.spot[KEY]).toEqual({
      from: at(0),
      to: at(9),
      points: [
        [at(-5), '0.04'],
        [at(3), '0.05'],
        [at(8), '0.06'],
      ],
    });
  });

  it('are not joined over a time of which nothing is known', () => {
    expect(withSpot(known, POOL, [[at(20), '0.09']], hours(20, 21)).spot[KEY]).toEqual({
      from: at(20),
      to: at(21),
      points: [[at(20), '0.09']],
    });
  });

  it('stay as they are when EC2 says nothing of the pool', () => {
    expect(withSpot(known, POOL, [], hours(6, 9))).toBe(known);
  });

  it('are forgotten after a hundred days, but for the one in force then', () => {
    const later = withSpot(known, POOL, [[at(24 * 99), '0.07']], hours(6, 24 * 101));

    expect(later.spot[KEY]?.points).toEqual([
      [at(3), '0.05'],
      [at(24 * 99), '0.07'],
    ]);
  });
});

it('reads a cache that it wrote, and nothing else', () => {
  const cache = withListing(emptyCache('eu-west-1'), 'ipv4', listing({ perHour: '0.005' }), at(0));

  expect(readCache(JSON.parse(JSON.stringify(cache)), 'eu-west-1')).toEqual(cache);
  expect(readCache(cache, 'us-east-1')).toBeUndefined();
  expect(readCache({ region: 'eu-west-1' }, 'eu-west-1')).toBeUndefined();
});

describe('a prices file', () => {
  const full = (): PriceCache => {
    let cache = emptyCache('eu-west-1');
    const lists: [Parameters<typeof withListing>[1], Record<string, string>][] = [
      ['shared', { 'm5.large': '0.107' }],
      ['bare-metal', { 'm5.metal': '5.136', 'm5.large': '9' }],
      ['gp3-storage', { perGibMonth: '0.088' }],
      ['gp3-iops', { perIopsMonth: '0.0055' }],
      ['gp3-throughput', { perMiBpsMonth: '0.044' }],
      ['ipv4', { perHour: '0.005' }],
      ['eks', { perHour: '0.1', extendedSupportPerHour: '0.5' }],
    ];
    for (const [kind, prices] of lists) cache = withListing(cache, kind, listing(prices), at(kind === 'eks' ? -24 : 0));
    return withSpot(
      cache,
      POOL,
      [
        [at(-5), '0.04'],
        [at(-3), '0.045'],
        [at(3), '0.05'],
        [at(7), '0.06'],
      ],
      hours(-4, 9),
    );
  };

  it('has every part, bare metal under default tenancy too, and only the spot prices that hold in the window', () => {
    const file = pricesFileOf([{ cache: full(), pools: [POOL], troubles: [] }], hours(0, 6));

    expect(pricesFileSchema.parse(file)).toMatchObject({
      currency: 'USD',
      // As old as its oldest part.
      asOf: at(-24),
      source: 'AWS price list (Pricing API in eu-central-1) and EC2 spot price history',
      onDemand: {
        'eu-west-1': {
          linux: { default: { 'm5.large': '0.107', 'm5.metal': '5.136' }, dedicated: { 'm5.metal': '5.136' } },
        },
      },
      gp3: { 'eu-west-1': { perGibMonth: '0.088', perIopsMonth: '0.0055', perMiBpsMonth: '0.044' } },
      publicIpv4PerHour: { 'eu-west-1': '0.005' },
      eks: { 'eu-west-1': { perHour: '0.1', extendedSupportPerHour: '0.5' } },
    });
    expect(file.spot.map(({ at: time, pricePerHour }) => [time, pricePerHour])).toEqual([
      [at(-3), '0.045'],
      [at(3), '0.05'],
    ]);
  });

  it('has no spot price of a pool that nobody asked for', () => {
    expect(pricesFileOf([{ cache: full(), pools: [], troubles: [] }], hours(0, 6)).spot).toEqual([]);
  });

  it('leaves out what is known by half: volumes and control planes would be too cheap', () => {
    const cache = withListing(
      withListing(emptyCache('eu-west-1'), 'gp3-storage', listing({ perGibMonth: '0.088' }), at(0)),
      'eks',
      listing({ perHour: '0.1' }),
      at(0),
    );

    const file = pricesFileOf([{ cache, pools: [], troubles: [] }], hours(0, 6));

    expect([file.gp3, file.eks, file.onDemand]).toEqual([{}, {}, {}]);
  });

  it('says in its source what stands in for what could not be fetched', () => {
    const troubles = [
      { part: 'on-demand', why: 'AccessDenied' },
      { part: 'on-demand', why: 'AccessDenied' },
      { part: 'spot', why: 'Throttled' },
    ] as const;

    const known = pricesFileOf([{ cache: full(), pools: [POOL], troubles }], hours(0, 24));
    const unknown = pricesFileOf([{ cache: emptyCache('eu-west-1'), pools: [POOL], troubles }], hours(0, 24));

    expect(known.source).toContain(
      `on-demand prices of eu-west-1 could not be fetched (AccessDenied): those of ${at(0)} are used; spot prices of eu-west-1 could not be fetched (Throttled): the last known, from ${at(9)} on, are used`,
    );
    expect(unknown.notes).toEqual([
      'on-demand prices of eu-west-1 could not be fetched (AccessDenied): there are none',
      'spot prices of eu-west-1 could not be fetched (Throttled): there are none of some pools',
    ]);
  });

  it('is in one currency', () => {
    const regions = ['cn-north-1', 'eu-west-1'].map((region) => ({
      cache: emptyCache(region),
      pools: [],
      troubles: [],
    }));

    expect(() => pricesFileOf(regions, hours(0, 1))).toThrow('two currencies');
  });
});
