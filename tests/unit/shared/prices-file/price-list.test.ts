import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { currencyOf, offersOf, pricingEndpointOf } from '../../../../shared/prices-file/offers.ts';
import { priceText, readListing } from '../../../../shared/prices-file/price-list.ts';
import { aProduct } from '../../../support/price-list.ts';

const ofType = (instanceType: string, usd: string) => aProduct({ attributes: { instanceType }, prices: { USD: usd } });

describe('the offers', () => {
  it('ask for Linux on demand by exactly the filters that Karpenter uses, in a Region', () => {
    const [shared, metal] = offersOf('eu-west-1');
    const common = [
      ['regionCode', 'eu-west-1'],
      ['serviceCode', 'AmazonEC2'],
      ['preInstalledSw', 'NA'],
      ['operatingSystem', 'Linux'],
      ['capacitystatus', 'Used'],
      ['marketoption', 'OnDemand'],
    ];

    expect(shared?.matches).toEqual([...common, ['tenancy', 'Shared'], ['productFamily', 'Compute Instance']]);
    expect(metal?.matches).toEqual([
      ...common,
      ['tenancy', 'Dedicated'],
      ['productFamily', 'Compute Instance (bare metal)'],
    ]);
  });

  it('always name the Region: without it the answer is the whole offer file', () => {
    expect(offersOf('eu-west-1').filter(({ matches }) => matches[0]?.join() !== 'regionCode,eu-west-1')).toEqual([]);
  });

  it.each([
    ['eu-west-1', 'eu-central-1', 'USD'],
    ['ap-southeast-2', 'ap-south-1', 'USD'],
    ['cn-north-1', 'cn-northwest-1', 'CNY'],
    ['us-west-2', 'us-east-1', 'USD'],
    ['sa-east-1', 'us-east-1', 'USD'],
    ['us-gov-west-1', undefined, 'USD'],
    ['us-iso-east-1', undefined, 'USD'],
  ])('of %s are asked for in %s, in %s', (region, endpoint, currency) => {
    expect([pricingEndpointOf(region), currencyOf(region)]).toEqual([endpoint, currency]);
  });
});

describe('a listing', () => {
  it('gives the price of each type, and passes over placeholders that cost nothing', () => {
    const products = [ofType('m5.large', '0.1070000000'), ofType('c5.large', '0.0000000000'), ofType('', '3')];

    expect(readListing('shared', 'USD', products)).toEqual({ prices: { 'm5.large': '0.107' }, problems: [] });
  });

  it('gives one price for what is listed twice at the same, and none for what is listed at two', () => {
    const products = [
      ofType('m5.large', '0.107'),
      ofType('m5.large', '0.1070'),
      ofType('c5.large', '0.096'),
      ofType('c5.large', '0.097'),
      ofType('c5.large', '0.096'),
    ];

    const { prices, problems } = readListing('shared', 'USD', products);

    expect(prices).toEqual({ 'm5.large': '0.107' });
    expect(problems[0]).toBe('c5.large is listed at 0.096 and at 0.097');
  });

  it.each([
    ['not JSON', '{', 'a product is not JSON'],
    ['no product', '{}', 'a product without product'],
    ['no price', ofType('m5.large', 'free'), 'AAAA1111BBBB2222: free is no price'],
    ['a negative price', ofType('m5.large', '-1'), 'AAAA1111BBBB2222: -1 is no price'],
    ['another unit', aProduct({ unit: 'Quantity' }), 'AAAA1111BBBB2222: a price by the Quantity'],
  ])('sets aside a product with %s, says so, and reads the others', (_, bad, problem) => {
    const { prices, problems } = readListing('shared', 'USD', [bad, ofType('c5.large', '0.096')]);

    expect(prices).toEqual({ 'c5.large': '0.096' });
    expect(problems).toEqual([problem]);
  });

  it('sets aside a product with two prices in one', () => {
    const text = JSON.stringify({
      product: { sku: 'S', attributes: { instanceType: 'm5.large' } },
      terms: {
        OnDemand: {
          A: { priceDimensions: { D: { unit: 'Hrs', pricePerUnit: { USD: '0.1' } } } },
          B: { priceDimensions: { D: { unit: 'Hrs', pricePerUnit: { USD: '0.2' } } } },
        },
      },
    });

    expect(readListing('shared', 'USD', [text])).toEqual({ prices: {}, problems: ['S: several prices, 0.1 and 0.2'] });
  });

  it('has no price where it is in another currency', () => {
    const yuan = aProduct({ prices: { CNY: '0.7' } });

    expect(readListing('shared', 'USD', [yuan]).prices).toEqual({});
    expect(readListing('shared', 'CNY', [yuan]).prices).toEqual({ 'm5.large': '0.7' });
  });

  it('of gp3 throughput is by the GiB a second, and becomes a price by the MiB: 250 MiB/s cost 125 x 0.04', () => {
    const throughput = aProduct({
      attributes: { usagetype: 'EU-EBS:VolumeP-Throughput.gp3' },
      unit: 'GiBps-mo',
      prices: { USD: '40.9600000000' },
    });

    expect(readListing('gp3-throughput', 'USD', [throughput]).prices).toEqual({ perMiBpsMonth: '0.04' });
  });

  it('finds what it looks for by the end of the usage type, whatever the Region puts before it', () => {
    const fee = (usagetype: string, operation: string, usd: string) =>
      aProduct({ attributes: { usagetype, operation }, unit: 'Hours', prices: { USD: usd } });
    const products = [
      fee('EU-AmazonEKS-Hours:perCluster', 'CreateOperation', '0.10'),
      fee('EU-AmazonEKS-Hours:extendedSupport', 'ExtendedSupport', '0.50'),
      fee('EU-AmazonEKS-Hours:perCluster', 'ACKUsage', '0.07'),
      fee('EU-AmazonEKS-Auto:perCluster', 'CreateOperation', '9'),
    ];

    expect(readListing('eks', 'USD', products).prices).toEqual({ perHour: '0.1', extendedSupportPerHour: '0.5' });
    expect(
      readListing('ipv4', 'USD', [aProduct({ attributes: { usagetype: 'PublicIPv4:InUseAddress' } })]).prices,
    ).toEqual({ perHour: '0.107' });
  });
});

describe('the text of a price', () => {
  it('is the listed number without idle zeros, at most twelve decimals', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_999 }), fc.integer({ min: 0, max: 999_999_999 }), (whole, billionths) => {
        const text = priceText(`${whole}.${String(billionths).padStart(9, '0')}0`) ?? '';
        expect(Number(text)).toBeCloseTo(whole + billionths / 1e9, 9);
        expect(text).toMatch(/^(0|[1-9]\d*)(\.\d{0,11}[1-9])?$/);
      }),
    );
  });

  it('is rounded where the division has no end in twelve decimals', () => {
    expect(priceText('0.0000000001', 1024n)).toBe('0');
    expect(priceText('1', 1024n)).toBe('0.000976562500'.replace(/0+$/, ''));
    expect(priceText('0.0000000005', 1000n)).toBe('0.000000000001');
  });
});
