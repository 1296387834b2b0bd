import * as sdk from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spotPrices } from '../../../../shared/aws/spot-prices.ts';
import { ec2Service } from '../../../../simulator/aws/services/ec2/service.ts';
import { simulatedClient } from '../../../support/simulated-client.ts';
import { startTestCloud, type TestCloud } from '../../../support/test-cloud.ts';

describe('spot prices', () => {
  let world: TestCloud;
  beforeEach(() => {
    world = startTestCloud([{ service: ec2Service, sdk }]);
  });
  afterEach(() => world.simulation.close());

  it('are those in force now, of every type and zone that is asked for, in one call', async () => {
    const ec2 = simulatedClient<sdk.EC2Client>(world.cloud, 'EC2');
    const pools = [
      { instanceType: 'm5.large', zone: 'eu-west-1a' },
      { instanceType: 'm5.large', zone: 'eu-west-1b' },
      { instanceType: 'c5.xlarge', zone: 'eu-west-1a' },
      { instanceType: 'no.such', zone: 'eu-west-1a' },
    ];

    const prices = await world.simulation.runUntil(spotPrices(ec2, pools, world.simulation.now()));

    expect([...prices.keys()]).toEqual(expect.arrayContaining(['m5.large eu-west-1a', 'm5.large eu-west-1b']));
    expect(prices.has('no.such eu-west-1a')).toBe(false);
    expect([...prices.values()].every((price) => /^0\.\d{6}$/.test(price))).toBe(true);
    expect(world.cloud.trace.entries.map(({ operation }) => operation)).toEqual(['DescribeSpotPriceHistory']);
  });
});
