import { statSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  aboutSnapshot,
  instanceType,
  instanceTypes,
  knownRegions,
  maxPodsOf,
  nameStatus,
  zonesIn,
} from '../../../../shared/instance-types/catalogue.ts';
import { microDollars } from '../../../../shared/instance-types/money.ts';

function one(name: string) {
  const type = instanceType(name);
  if (!type) throw new Error(`no ${name}`);
  return type;
}

describe('the snapshot of instance types', () => {
  it('is small enough to ship and says of when it is', () => {
    expect(statSync(new URL('../../../../shared/instance-types/snapshot.ts', import.meta.url)).size).toBeLessThan(
      150_000,
    );
    expect(aboutSnapshot().types).toMatch(/\d{4}/);
    expect(aboutSnapshot().prices).toMatch(/us-east-1.*\d{4}-\d\d-\d\d/);
  });

  it('has only whole facts', () => {
    const broken = instanceTypes().filter(
      ({ vcpu, memoryMiB, interfaces, ipv4PerInterface, storageGB, usageClasses, prices }) =>
        ![vcpu, memoryMiB, interfaces, ipv4PerInterface].every((number) => Number.isInteger(number) && number > 0) ||
        !Number.isInteger(storageGB) ||
        usageClasses.length === 0 ||
        Object.values(prices).some((price) => !(microDollars(price) > 0)),
    );

    expect(broken).toEqual([]);
    expect(instanceTypes().length).toBeGreaterThan(1000);
    expect(knownRegions()).toEqual(['eu-west-1', 'us-east-1']);
  });

  it('knows a type', () => {
    expect(one('g5.xlarge')).toMatchObject({
      vcpu: 4,
      memoryMiB: 16384,
      arch: 'amd64',
      cpuManufacturer: 'AMD',
      hypervisor: 'nitro',
      isCurrent: true,
      isBareMetal: false,
      isBurstable: false,
      usageClasses: ['on-demand', 'spot'],
      networkPerformance: 'Up to 10 Gigabit',
      storageGB: 250,
      gpu: { name: 'A10G', manufacturer: 'NVIDIA', count: 1, memoryMiB: 22888 },
      prices: { 'us-east-1': '1.006' },
    });
    expect(one('t3.micro').isBurstable).toBe(true);
    expect(one('p4d.24xlarge').networkPerformance).toBe('4x 100 Gigabit');
  });

  it('tells zones, and a Region it lacks from one that does not offer the type', () => {
    expect(zonesIn(one('dl1.24xlarge'), 'us-east-1')).toEqual(['us-east-1a']);
    expect(zonesIn(one('dl1.24xlarge'), 'eu-west-1')).toEqual([]);
    expect(zonesIn(one('dl1.24xlarge'), 'eu-north-1')).toBeUndefined();
  });

  it('counts pods by the default network card, and says when it does not know the card', () => {
    expect(maxPodsOf(one('m5.large'))).toBe(29);
    expect(maxPodsOf(one('p5.48xlarge'))).toBe('unknown');
  });

  it('tells a newer type from a name that nobody knows', () => {
    expect(['m5.large', 'm9g.large', 'm5.huge'].map(nameStatus)).toEqual(['known', 'priced', 'unknown']);
  });
});
