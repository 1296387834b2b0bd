import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { pricesJsonSchema } from '../../../../scripts/make-schemas.ts';
import { readFleetFile, readPricesFile } from '../../../../shared/cost/read-inputs.ts';
import { aCluster, aFleet, anInstance, aSpotPrice, somePrices } from '../../../support/cost-files.ts';

function faultsOf(result: ReturnType<typeof readFleetFile> | ReturnType<typeof readPricesFile>): string[] {
  return result.ok ? [] : result.faults.map(({ path }) => path);
}

describe('a fleet file', () => {
  it('is accepted with everything that the ledger knows', () => {
    const runs = [{ startedAt: '2026-11-02T10:00:00Z', endedAt: null, bounds: { startedAt: 'earliest' } }];
    expect(
      faultsOf(readFleetFile(aFleet({ clusters: [aCluster()], instances: [anInstance({ runs, allocatable: null })] }))),
    ).toEqual([]);
  });

  it('is refused with every fault of shape at once, each with its path', () => {
    const fleet = aFleet({
      instances: [
        { ...anInstance(), instanceType: 7 as never, launchedAt: '2026-11-02T10:00:00' },
        anInstance({ instanceId: 'x', publicIpv4Count: -1 }),
      ],
      overhead: [{ service: 's3', from: '2026-11-01T00:00:00Z', to: '2026-11-02T00:00:00Z', cost: '-1' }],
    });
    expect(faultsOf(readFleetFile(fleet))).toEqual([
      'instances[0].instanceType',
      'instances[0].launchedAt',
      'instances[1].instanceId',
      'instances[1].publicIpv4Count',
      'overhead[0].cost',
    ]);
  });

  it('is refused where something ends before it begins, or one instance is two machines at once', () => {
    const backwards = { from: '2026-11-02T00:00:00Z', to: '2026-11-01T00:00:00Z' };
    const fleet = aFleet({
      clusters: [aCluster({ deletedAt: '2025-01-01T00:00:00Z' }), aCluster()],
      instances: [
        anInstance(),
        anInstance({ instanceType: 'c5.xlarge', launchedAt: '2026-11-02T10:59:59Z' }),
        anInstance({ instanceId: 'i-00000000000000002', endedAt: '2026-11-02T09:00:00Z' }),
      ],
      overhead: [{ service: 's3', cost: '1', ...backwards }],
    });
    expect(faultsOf(readFleetFile(fleet))).toEqual([
      'clusters[0].deletedAt',
      'clusters[1]',
      'instances[2].endedAt',
      'instances[1]',
      'overhead[0].to',
    ]);
  });

  it('may say of one instance that its type was changed while it was stopped', () => {
    const bigger = anInstance({ instanceType: 'c5.xlarge', launchedAt: '2026-11-02T11:00:00Z', endedAt: null });
    expect(readFleetFile(aFleet({ instances: [anInstance(), bigger] })).ok).toBe(true);
  });
});

describe('a prices file', () => {
  it('is accepted, also by its published schema', () => {
    const prices = somePrices({ discounts: [{ component: 'compute', percent: '12.5' }] });
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(pricesJsonSchema());

    expect(faultsOf(readPricesFile(prices))).toEqual([]);
    expect(validate(prices)).toBe(true);
    expect(validate({ ...prices, currency: 1 })).toBe(false);
  });

  it('is refused with every fault at once: currency, sign, time zone, number in place of text', () => {
    const prices = somePrices({
      currency: 'DOLLARS',
      asOf: '2026-11-20T00:00:00',
      onDemand: { 'eu-west-1': { linux: { default: { 'm5.large': '-0.107' } } } },
      spot: [aSpotPrice('2026-11-01T00:00:00Z', 0.04 as never)],
      discounts: [{ percent: '101' }],
    });
    expect(faultsOf(readPricesFile(prices))).toEqual([
      'currency',
      'asOf',
      'onDemand.eu-west-1.linux.default["m5.large"]',
      'spot[0].pricePerHour',
      'discounts[0].percent',
    ]);
    expect(faultsOf(readPricesFile(somePrices({ currency: 'QQQ' })))).toEqual(['currency']);
  });

  it('is refused where it has two prices of one moment', () => {
    const spot = [aSpotPrice('2026-11-01T00:00:00Z', '0.04'), aSpotPrice('2026-11-01T01:00:00+01:00', '0.05')];
    expect(faultsOf(readPricesFile(somePrices({ spot })))).toEqual(['spot[1].pricePerHour']);
  });
});
