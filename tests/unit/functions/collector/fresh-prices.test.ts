import { describe, expect, it } from '@jest/globals';
import { freshPrices } from '../../../../functions/collector/fresh-prices.ts';
import type { FetchedPrices } from '../../../../shared/utilisation/todays-prices.ts';

const MINUTE_MS = 60_000;
const POOL = { instanceType: 'm5.xlarge', zone: 'eu-west-1a' };
const LISTED: FetchedPrices = { listed: { shared: { prices: { 'm5.xlarge': '0.214' } } }, spot: {} };

/** A container's prices; `spotPrices` are what EC2 answers, one after another. */
function container(spotPrices: readonly string[], reports: readonly (FetchedPrices | undefined)[]) {
  const asked: string[] = [];
  let [nowMs, reads] = [Date.parse('2026-11-02T08:00:00Z'), 0];
  const prices = freshPrices({
    clock: { now: () => nowMs },
    region: 'eu-west-1',
    ask: async (pools) => {
      asked.push(pools.map(({ instanceType }) => instanceType).join());
      const price = spotPrices[asked.length - 1];
      return new Map(price === undefined ? [] : [['m5.xlarge eu-west-1a', price]]);
    },
    fetched: async () => {
      reads += 1;
      return reports[Math.min(reads, reports.length) - 1];
    },
  });
  return {
    asked,
    reads: () => reads,
    async after(minutes: number, pools = [POOL]) {
      nowMs += minutes * MINUTE_MS;
      const lookup = await prices(pools);
      return [lookup('m5.xlarge', 'eu-west-1a', 'spot'), lookup('m5.xlarge', 'eu-west-1a', 'on-demand')];
    },
  };
}

describe('the prices of a container', () => {
  it('ask for spot every ten minutes, and take list prices from the cost reports once an hour', async () => {
    const { after, asked, reads } = container(['0.08', '0.09'], [LISTED]);

    expect([await after(0), await after(9), await after(1)]).toEqual([
      [0.08, 0.214],
      [0.08, 0.214],
      [0.09, 0.214],
    ]);
    expect([asked.length, reads()]).toEqual([2, 1]);
    await after(50, []);
    expect([asked.length, reads()]).toEqual([2, 2]);
  });

  it('look for the first cost report each time until there is one', async () => {
    const { after } = container(['0.08'], [undefined, LISTED]);

    expect([await after(0), await after(1)]).toEqual([
      [0.08, undefined],
      [0.08, 0.214],
    ]);
  });

  it('know no price that EC2 no longer gives', async () => {
    const { after } = container(['0.08'], [LISTED]);

    expect([await after(0), await after(10)]).toEqual([
      [0.08, 0.214],
      [undefined, 0.214],
    ]);
  });
});
