import * as sdk from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { activeReservations } from '../../../../shared/aws/capacity-reservations.ts';
import { ec2Service } from '../../../../simulator/aws/services/ec2/service.ts';
import { ec2World } from '../../../../simulator/aws/services/ec2/world.ts';
import { aSeenReservation } from '../../../support/cost-files.ts';
import { simulatedClient } from '../../../support/simulated-client.ts';
import { startTestCloud, type TestCloud } from '../../../support/test-cloud.ts';

describe('capacity reservations', () => {
  let world: TestCloud;
  beforeEach(() => {
    world = startTestCloud([{ service: ec2Service, sdk }]);
  });
  afterEach(() => world.simulation.close());

  it('are the active ones, page after page, with what nobody uses of each', async () => {
    const { capacityReservations } = ec2World(world.simulation);
    for (let index = 0; index < 1002; index += 1)
      capacityReservations[`cr-${index}`] = {
        id: `cr-${index}`,
        instanceType: 'm5.large',
        zone: 'eu-west-1a',
        total: 5,
        available: 2,
        matchCriteria: 'targeted',
        state: index === 7 ? 'cancelled' : 'active',
        createdMs: Date.parse('2026-11-01T00:00:00Z'),
        endsMs: index === 8 ? Date.parse('2026-12-01T00:00:00Z') : null,
        tags: {},
      };
    const ec2 = simulatedClient<sdk.EC2Client>(world.cloud, 'EC2');

    const found = await world.simulation.runUntil(activeReservations(ec2));

    expect(found).toHaveLength(1001);
    expect(found.find(({ id }) => id === 'cr-1')).toEqual(aSeenReservation());
    expect(found.find(({ id }) => id === 'cr-8')?.to).toBe('2026-12-01T00:00:00.000Z');
    expect(world.cloud.trace.entries.map(({ operation }) => operation)).toEqual([
      'DescribeCapacityReservations',
      'DescribeCapacityReservations',
    ]);
  });

  it('are those that cost by the hour, and know who pays for what is not used', async () => {
    const send = async () => ({
      CapacityReservations: [
        { CapacityReservationId: 'cr-1', ReservationType: 'capacity-block' },
        {
          CapacityReservationId: 'cr-2',
          OwnerId: '999988887777',
          UnusedReservationBillingOwnerId: '111122223333',
          InstancePlatform: 'Red Hat Enterprise Linux',
        },
        { CapacityReservationId: 'cr-3', OwnerId: '999988887777', InstancePlatform: 'Linux/UNIX' },
      ],
    });

    expect(await activeReservations({ send } as unknown as Pick<sdk.EC2Client, 'send'>)).toMatchObject([
      { id: 'cr-2', payer: '111122223333', os: 'rhel' },
      { id: 'cr-3', payer: '999988887777', os: 'linux' },
    ]);
  });
});
