import { describe, expect, it } from '@jest/globals';
import { listProducts } from '../../../../shared/aws/price-list.ts';
import { spotHistory } from '../../../../shared/aws/spot-history.ts';
import type { OpsError } from '../../../../shared/errors/ops-error.ts';
import { offersOf } from '../../../../shared/prices-file/offers.ts';

type Input = { NextToken?: string; InstanceTypes?: string[] };

/** A client that answers page after page. */
function paging(pages: readonly object[]) {
  const inputs: Input[] = [];
  const send = async ({ input }: { input: Input }) => {
    const page = pages[inputs.length % pages.length];
    inputs.push(input);
    return page;
  };
  return { inputs, client: { send } as never };
}

describe('the price list', () => {
  const [offer] = offersOf('eu-west-1');
  if (!offer) throw new Error('there are no offers');

  it('is read to its last page', async () => {
    const { client, inputs } = paging([{ PriceList: ['a', 'b'], NextToken: 'more' }, { PriceList: ['c'] }]);

    expect(await collected(listProducts(client, offer))).toEqual(['a', 'b', 'c']);
    expect(inputs.map(({ NextToken }) => NextToken)).toEqual([undefined, 'more']);
    expect(inputs[0]).toMatchObject({
      ServiceCode: 'AmazonEC2',
      MaxResults: 100,
      Filters: expect.arrayContaining([{ Type: 'TERM_MATCH', Field: 'tenancy', Value: 'Shared' }]),
    });
  });

  it('says whose list it was when it fails', async () => {
    const client = { send: () => Promise.reject(Object.assign(new Error('no'), { name: 'ThrottlingException' })) };

    await expect(collected(listProducts(client as never, offer))).rejects.toMatchObject({
      name: 'Throttled',
      retryable: true,
      message: expect.stringContaining('the price list of AmazonEC2'),
    } satisfies Partial<Record<keyof OpsError, unknown>>);
  });
});

describe('the history of spot prices', () => {
  const window = { fromMs: Date.parse('2026-11-01T00:00:00Z'), toMs: Date.parse('2026-11-02T00:00:00Z') };
  const pool = (instanceType: string, zone: string, os = 'linux') => ({ os, instanceType, zone });
  const point = (InstanceType: string, AvailabilityZone: string, SpotPrice: string) => ({
    InstanceType,
    AvailabilityZone,
    SpotPrice,
    Timestamp: new Date('2026-11-01T05:00:00Z'),
  });

  it('is read to its last page, and holds the pools that were asked for and no others', async () => {
    const { client, inputs } = paging([
      {
        SpotPriceHistory: [point('m5.large', 'eu-west-1a', '0.04'), point('m5.large', 'eu-west-1b', '0.05')],
        NextToken: 'more',
      },
      { SpotPriceHistory: [point('c5.large', 'eu-west-1b', '0.03')], NextToken: '' },
    ]);

    const history = await spotHistory(client, [pool('m5.large', 'eu-west-1a'), pool('c5.large', 'eu-west-1b')], window);

    expect([...history]).toEqual([
      ['linux m5.large eu-west-1a', [['2026-11-01T05:00:00.000Z', '0.04']]],
      ['linux c5.large eu-west-1b', [['2026-11-01T05:00:00.000Z', '0.03']]],
    ]);
    expect(inputs).toHaveLength(2);
    expect(inputs[0]).toMatchObject({
      InstanceTypes: ['c5.large', 'm5.large'],
      StartTime: new Date(window.fromMs),
      EndTime: new Date(window.toMs),
      ProductDescriptions: ['Linux/UNIX', 'Linux/UNIX (Amazon VPC)'],
    });
  });

  it('is asked for a hundred types at a time', async () => {
    const { client, inputs } = paging([{}]);
    const pools = Array.from({ length: 150 }, (_, index) => pool(`t${index}.large`, 'eu-west-1a'));

    await spotHistory(client, pools, window);

    expect(inputs.map(({ InstanceTypes = [] }) => InstanceTypes.length)).toEqual([100, 50]);
  });

  it('is not asked for what is not Linux', async () => {
    const { client, inputs } = paging([{}]);

    expect(await spotHistory(client, [pool('m5.large', 'eu-west-1a', 'windows')], window)).toEqual(new Map());
    expect(inputs).toEqual([]);
  });
});

async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
