import { describe, expect, it } from '@jest/globals';
import { todaysPrices } from '../../../../shared/utilisation/todays-prices.ts';
import { NOW } from './a-fleet.ts';

const FETCHED = {
  listed: { shared: { prices: { 'm5.xlarge': '0.214' } }, 'bare-metal': { prices: { 'm5.metal': '5.136' } } },
  spot: {
    'linux m5.xlarge eu-west-1a': {
      to: '2026-11-01T12:00:00Z',
      points: [
        ['2026-10-30T00:00:00Z', '0.07'],
        ['2026-11-01T00:00:00Z', '0.08'],
      ],
    },
    'linux m5.xlarge eu-west-1b': { to: '2026-10-30T12:00:00Z', points: [['2026-10-30T00:00:00Z', '0.07']] },
  },
} as const;

describe("today's prices", () => {
  const prices = todaysPrices({ region: 'eu-west-1', fetched: FETCHED, nowMs: NOW });

  it('are those that the cost reports fetched', () => {
    expect(prices('m5.xlarge', 'eu-west-1a', 'on-demand')).toBe(0.214);
    expect(prices('m5.xlarge', 'eu-west-1c', 'reserved')).toBe(0.214);
    expect(prices('m5.metal', 'eu-west-1a', 'on-demand')).toBe(5.136);
    expect(prices('m5.xlarge', 'eu-west-1a', 'spot')).toBe(0.08);
  });

  it('have no spot price of a zone that nobody asked about for two days, whatever on demand costs', () => {
    expect(prices('m5.xlarge', 'eu-west-1b', 'spot')).toBeUndefined();
    expect(prices('m5.xlarge', 'eu-west-1c', 'spot')).toBeUndefined();
  });

  it('take a spot price that was asked for just now before one that was fetched', () => {
    const spot = new Map([['m5.xlarge eu-west-1a', '0.09']]);
    const now = todaysPrices({ region: 'eu-west-1', fetched: FETCHED, spot, nowMs: NOW });

    expect(now('m5.xlarge', 'eu-west-1a', 'spot')).toBe(0.09);
  });

  it('come from the snapshot where nothing was fetched: on demand alone, and of its own Region alone', () => {
    const shipped = todaysPrices({ region: 'us-east-1', nowMs: NOW });

    expect(shipped('m5.xlarge', 'us-east-1a', 'on-demand')).toBe(0.192);
    expect(shipped('m5.xlarge', 'us-east-1a', 'spot')).toBeUndefined();
    expect(todaysPrices({ region: 'eu-west-1', nowMs: NOW })('m5.xlarge', 'eu-west-1a', 'on-demand')).toBeUndefined();
  });
});
