import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type FetchPricesDeps, fetchPrices } from '../../../../functions/cost-prices/fetch-prices.ts';
import { OpsError } from '../../../../shared/errors/ops-error.ts';
import type { Offer } from '../../../../shared/prices-file/offers.ts';
import type { SpotPoint } from '../../../../shared/prices-file/price-cache.ts';
import type { PricesFile } from '../../../../shared/prices-file/schema.ts';
import type { DocumentPointer } from '../../../../shared/runs/run.ts';
import { aFleet, anInstance } from '../../../support/cost-files.ts';
import { aLedgerWorld } from '../../../support/ledger-world.ts';
import { aProduct } from '../../../support/price-list.ts';

const throttled = new OpsError('Throttled', 'slow down', { retryable: true });
const denied = new OpsError('AccessDenied', 'no');
/** The simulated day begins at 2026-11-02T08:00: the window is over. */
const REPORT = {
  key: 'daily/2026-11-01',
  from: '2026-11-01T00:00:00.000Z',
  to: '2026-11-02T00:00:00.000Z',
  needsFrom: '2026-10-31T00:00:00.000Z',
  execution: 'arn:1',
};
const spot = (instanceType: string, zone: string) =>
  anInstance({ capacityType: 'spot', instanceType, zone, launchedAt: '2026-11-01T01:00:00Z', endedAt: null });

describe('the prices of a report', () => {
  let world: ReturnType<typeof aLedgerWorld>;
  beforeEach(() => {
    world = aLedgerWorld();
  });
  afterEach(() => world.close());

  function deps(changes: Partial<FetchPricesDeps> = {}) {
    const documents = new Map<string, unknown>();
    const offers: Offer[] = [];
    const asked: { pools: readonly string[]; fromMs: number }[] = [];
    const all: FetchPricesDeps = {
      table: world.table,
      clock: world.clock,
      region: 'eu-west-1',
      pause: async () => {},
      get: async ({ key }) => documents.get(key),
      put: async (key, value) => {
        documents.set(key, JSON.parse(JSON.stringify(value)));
        return { bucket: 'b', key, sha256: String(documents.size) };
      },
      listProducts: async function* (endpoint, offer) {
        expect(endpoint).toBe('eu-central-1');
        offers.push(offer);
        if (offer.kind === 'shared') yield aProduct();
      },
      spotHistory: async (_, pools, { fromMs }) => {
        asked.push({ pools: pools.map(({ instanceType, zone }) => `${instanceType} ${zone}`), fromMs });
        const point: SpotPoint = ['2026-10-30T00:00:00.000Z', '0.04'];
        return new Map(pools.map(({ os, instanceType, zone }) => [`${os} ${instanceType} ${zone}`, [point]]));
      },
      ...changes,
    };
    const fleet = (name: string, instances: ReturnType<typeof anInstance>[]): DocumentPointer => {
      documents.set(name, aFleet({ instances }));
      return { bucket: 'b', key: name, sha256: '' };
    };
    const fetch = async (fleets: DocumentPointer[], report = REPORT) => {
      const clusters = fleets.map((pointer) => ({ cluster: pointer.key, fleet: pointer, report }));
      const answer = await world.run(() => fetchPrices({ report, clusters }, all));
      return { ...answer, file: documents.get(answer.prices.key) as PricesFile };
    };
    return { all, fetch, fleet, offers, asked, documents };
  }

  it('ask for the types and zones that ran on spot, once, and no others', async () => {
    const { fetch, fleet, asked } = deps();
    const one = fleet('one', [spot('m5.large', 'eu-west-1a'), spot('m5.large', 'eu-west-1a'), anInstance()]);
    const two = fleet('two', [spot('c5.large', 'eu-west-1b')]);

    const { file, clusters, notes } = await fetch([one, two]);

    expect(asked).toEqual([
      { pools: ['c5.large eu-west-1b', 'm5.large eu-west-1a'], fromMs: Date.parse(REPORT.needsFrom) },
    ]);
    expect(file.onDemand['eu-west-1']?.['linux']?.['default']).toEqual({ 'm5.large': '0.107' });
    expect(file.spot.map(({ instanceType }) => instanceType)).toEqual(['c5.large', 'm5.large']);
    // What the price list did not have is said.
    expect(notes.join()).toContain('prices of EKS of eu-west-1 could not be fetched (the price list has no eks)');
    expect(clusters.map(({ prices }) => prices.key)).toEqual(Array(2).fill('reports/daily/2026-11-01/prices.json'));
  });

  const listsEverything: FetchPricesDeps['listProducts'] = async function* (_, { kind }) {
    const of = (usagetype: string, unit: string, operation = '') =>
      aProduct({ attributes: { usagetype, operation }, unit });
    if (kind === 'shared' || kind === 'bare-metal') yield aProduct();
    if (kind === 'gp3-storage') yield of('EU-EBS:VolumeUsage.gp3', 'GB-Mo');
    if (kind === 'gp3-iops') yield of('EU-EBS:VolumeP-IOPS.gp3', 'IOPS-Mo');
    if (kind === 'gp3-throughput') yield of('EU-EBS:VolumeP-Throughput.gp3', 'GiBps-mo');
    if (kind === 'ipv4') yield of('EU-PublicIPv4:InUseAddress', 'Hrs');
    if (kind === 'eks') {
      yield of('EU-AmazonEKS-Hours:perCluster', 'Hours', 'CreateOperation');
      yield of('EU-AmazonEKS-Hours:extendedSupport', 'Hours', 'ExtendedSupport');
    }
  };

  it('are fetched once for a period that is over, and again only for what they do not cover', async () => {
    const { fetch, fleet, asked } = deps({ listProducts: listsEverything });
    const one = fleet('one', [spot('m5.large', 'eu-west-1a')]);

    const first = await fetch([one]);
    const second = await fetch([one]);
    const more = await fetch([fleet('more', [spot('m5.large', 'eu-west-1a'), spot('c5.large', 'eu-west-1b')])]);

    expect(first.notes).toEqual([]);
    expect(second.prices).toEqual(first.prices);
    expect(asked.map(({ pools }) => pools)).toEqual([['m5.large eu-west-1a'], ['c5.large eu-west-1b']]);
    expect(more.file.spot).toHaveLength(2);
  });

  it('ask for the price list again after twelve hours, and for spot from where it was known', async () => {
    const { fetch, fleet, offers, asked } = deps();
    const one = fleet('one', [spot('m5.large', 'eu-west-1a')]);
    await fetch([one]);
    const kinds = offers.length;
    await world.simulation.runFor(3 * 3600);
    await fetch([one], { ...REPORT, key: 'window/1', to: '2026-11-02T10:00:00.000Z' });
    const again = offers.slice(kinds).map(({ kind }) => kind);
    await world.simulation.runFor(12 * 3600);
    await fetch([one], { ...REPORT, key: 'window/2', to: '2026-11-02T11:00:00.000Z' });

    // What had no prices is looked for again at once.
    expect(again).not.toContain('shared');
    expect(offers.filter(({ kind }) => kind === 'shared')).toHaveLength(2);
    expect(asked.map(({ fromMs }) => new Date(fromMs).toISOString())).toEqual([
      REPORT.needsFrom,
      REPORT.to,
      '2026-11-02T10:00:00.000Z',
    ]);
  });

  it('are those of before where an API fails, and say so with their age; the next time everything is asked again', async () => {
    const { all, fetch, fleet } = deps({ listProducts: listsEverything });
    const one = fleet('one', [spot('m5.large', 'eu-west-1a')]);
    await fetch([one]);
    await world.simulation.runFor(24 * 3600);
    const next = { ...REPORT, key: 'daily/2026-11-02', from: REPORT.to, to: '2026-11-03T00:00:00.000Z' };
    const broken = { ...all, listProducts: failing(denied), spotHistory: () => Promise.reject(throttled) };

    const clusters = [{ cluster: 'one', fleet: one }];
    const { notes, prices } = await world.run(() => fetchPrices({ report: next, clusters }, broken));
    const file = (await all.get(prices)) as PricesFile;
    const mended = await fetch([one], next);

    expect(notes[0]).toMatch(
      /^on-demand prices of eu-west-1 could not be fetched \(AccessDenied\): those of 2026-11-02T/,
    );
    expect(notes.at(-1)).toContain('spot prices of eu-west-1 could not be fetched (Throttled): the last known');
    expect(file.source).toContain('AccessDenied');
    expect(file.onDemand['eu-west-1']?.['linux']?.['default']).toEqual({ 'm5.large': '0.107' });
    expect(file.spot).toHaveLength(1);
    expect(mended.notes).toEqual([]);
  });

  it('are asked for three times where that may help, and once where it may not', async () => {
    let [slow, refused] = [0, 0];
    const { fetch, fleet } = deps({
      spotHistory: async () => {
        slow += 1;
        throw throttled;
      },
      listProducts: (_, { kind }) => {
        if (kind === 'eks') refused += 1;
        return failing(denied)();
      },
    });

    const { file, notes } = await fetch([fleet('one', [spot('m5.large', 'eu-west-1a')])]);

    expect([slow, refused]).toEqual([3, 1]);
    expect([file.onDemand, file.spot]).toEqual([{}, []]);
    expect(notes).toHaveLength(5);
  });

  it('of a time that EC2 has forgotten are not asked for, and that is said', async () => {
    const { fetch, fleet, asked } = deps({ listProducts: listsEverything });
    const old = {
      from: '2026-07-01T00:00:00.000Z',
      to: '2026-07-02T00:00:00.000Z',
      needsFrom: '2026-06-30T00:00:00.000Z',
    };

    const { notes } = await fetch([fleet('one', [spot('m5.large', 'eu-west-1a')])], { ...REPORT, ...old });

    expect(asked).toEqual([]);
    expect(notes).toEqual([
      'spot prices of eu-west-1 could not be fetched (EC2 keeps them for 90 days): there are none of some pools',
    ]);
  });

  it('survive a cache that is gone', async () => {
    const { fetch, fleet, documents } = deps({ listProducts: listsEverything });
    await fetch([fleet('one', [])]);
    for (const key of [...documents.keys()]) if (key.startsWith('prices/')) documents.set(key, 'broken');

    const { notes, file } = await fetch([fleet('two', [spot('m5.large', 'eu-west-1a')])]);

    expect(notes).toEqual([]);
    expect(file.spot).toHaveLength(1);
  });
});

function failing(error: Error): () => AsyncGenerator<string> {
  // biome-ignore lint/correctness/useYield: it fails before it has anything to give
  return async function* () {
    throw error;
  };
}
