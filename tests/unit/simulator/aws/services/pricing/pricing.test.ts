import * as ec2Sdk from '@aws-sdk/client-ec2';
import * as pricingSdk from '@aws-sdk/client-pricing';
import { afterAll, describe, expect, it } from '@jest/globals';
import { listProducts } from '../../../../../../shared/aws/price-list.ts';
import { spotHistory } from '../../../../../../shared/aws/spot-history.ts';
import { type OfferKind, offersOf } from '../../../../../../shared/prices-file/offers.ts';
import { readListing } from '../../../../../../shared/prices-file/price-list.ts';
import { instanceType } from '../../../../../../simulator/aws/services/ec2/instance-types.ts';
import { ec2Service } from '../../../../../../simulator/aws/services/ec2/service.ts';
import { spotPriceOf } from '../../../../../../simulator/aws/services/ec2/spot-prices.ts';
import { pricingService } from '../../../../../../simulator/aws/services/pricing/service.ts';
import { simulatedClient, TEST_CALLER } from '../../../../../support/simulated-client.ts';
import { startTestCloud } from '../../../../../support/test-cloud.ts';

const { simulation, cloud } = startTestCloud([
  { service: pricingService, sdk: pricingSdk },
  { service: ec2Service, sdk: ec2Sdk },
]);
const from = (endpointRegion: string) =>
  simulatedClient<pricingSdk.PricingClient>(cloud, 'Pricing', { ...TEST_CALLER, endpointRegion });

async function listing(kind: OfferKind, endpoint = 'eu-central-1') {
  const offer = offersOf('eu-west-1').find((candidate) => candidate.kind === kind);
  if (!offer) throw new Error(`no offer ${kind}`);
  const texts: string[] = [];
  const read = async () => {
    for await (const text of listProducts(from(endpoint), offer)) texts.push(text);
  };
  await simulation.runUntil(read());
  return { texts, ...readListing(kind, 'USD', texts) };
}
const ask = (input: object) =>
  simulation.runUntil(cloud.call('Pricing', 'GetProducts', input, { ...TEST_CALLER, endpointRegion: 'us-east-1' }));
const filter = (Field: string, Value: string) => ({ Type: 'TERM_MATCH', Field, Value });

describe('the simulated price list', () => {
  afterAll(() => simulation.close());

  it('has under the filters of a report one price for each type, over many pages', async () => {
    const { texts, prices, problems } = await listing('shared');

    expect(problems).toEqual([]);
    expect(texts.length).toBeGreaterThan(500);
    expect(Object.keys(prices)).toHaveLength(texts.length);
    expect(Number(prices['m5.large'])).toBe(instanceType('m5.large')?.pricePerHour);
    expect(Object.keys((await listing('bare-metal')).prices).every((name) => name.includes('metal'))).toBe(true);
  });

  it('has what stands beside instances, and more that is none of a report', async () => {
    const throughput = await listing('gp3-throughput');
    const eks = await listing('eks');

    expect(throughput.prices).toEqual({ perMiBpsMonth: '0.044' });
    expect((await listing('gp3-storage')).prices).toEqual({ perGibMonth: '0.088' });
    expect((await listing('gp3-iops')).prices).toEqual({ perIopsMonth: '0.0055' });
    expect((await listing('ipv4')).prices).toEqual({ perHour: '0.005' });
    expect(eks.prices).toEqual({ perHour: '0.1', extendedSupportPerHour: '0.5' });
    expect(eks.texts.length).toBeGreaterThan(2);
  });

  it('answers in the Regions of its endpoints alone', async () => {
    await expect(listing('ipv4', 'eu-west-1')).rejects.toThrow('ENOTFOUND api.pricing.eu-west-1.amazonaws.com');
  });

  it('refuses a filter that it does not know, and a page that is too large', async () => {
    const here = filter('regionCode', 'eu-west-1');

    await expect(
      ask({ ServiceCode: 'AmazonEC2', Filters: [here, filter('instancetype', 'm5.large')] }),
    ).rejects.toThrow('Invalid parameter in Field: instancetype');
    await expect(ask({ ServiceCode: 'AmazonEC2', Filters: [here], MaxResults: 101 })).rejects.toThrow('MaxResults');
    await expect(ask({ ServiceCode: 'AmazonEC2', Filters: [here], NextToken: 'x' })).rejects.toThrow(
      'token is invalid',
    );
    await expect(ask({ ServiceCode: 'AmazonEC2' })).rejects.toThrow('the list of every Region');
  });

  it('is beside a history of spot prices that is what nodes are launched at', async () => {
    await simulation.runFor(20 * 3600);
    const ec2 = simulatedClient<ec2Sdk.EC2Client>(cloud, 'EC2');
    const pool = { os: 'linux', instanceType: 'm5.large', zone: 'eu-west-1a' };
    const nowMs = simulation.now();
    const window = { fromMs: nowMs - 15 * 3_600_000, toMs: nowMs };

    const history = await simulation.runUntil(spotHistory(ec2, [pool], window));

    const points = [...(history.get('linux m5.large eu-west-1a') ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
    const facts = instanceType('m5.large');
    // The first is the price that was in force when the window began.
    expect(Date.parse(points[0]?.[0] ?? '')).toBeLessThanOrEqual(window.fromMs);
    expect(points.length).toBeGreaterThanOrEqual(3);
    expect(points.map(([at, price]) => [at, price])).toEqual(
      points.map(([at]) => [at, facts && spotPriceOf(simulation, facts, pool.zone, Date.parse(at))]),
    );
  });
});
