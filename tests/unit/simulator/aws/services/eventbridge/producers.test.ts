import { readFileSync } from 'node:fs';
import type { Reservation } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eksImages } from '../../../../../../simulator/aws/services/ec2/images.ts';
import { stopInstance, terminateInstance } from '../../../../../../simulator/aws/services/ec2/instance-lifecycle.ts';
import { seedNetwork } from '../../../../../../simulator/aws/services/ec2/network-seed.ts';
import { interruptSpotInstance } from '../../../../../../simulator/aws/services/ec2/spot-interruptions.ts';
import { ec2World, type Instance } from '../../../../../../simulator/aws/services/ec2/world.ts';
import { scheduledEvent } from '../../../../../../simulator/aws/services/eventbridge/events/scheduled.ts';
import {
  emitHealthEvent,
  warnOfCapacityReservation,
} from '../../../../../../simulator/aws/services/eventbridge/notices.ts';
import { type Bus, openBus, queueArn, ruleArn, sendsFor } from './bus-world.ts';

type Json = Record<string, unknown> & { detail: Record<string, unknown> };

const sample = (name: string): Json =>
  JSON.parse(readFileSync(new URL(`../../../../../fixtures/events/${name}.json`, import.meta.url), 'utf8'));

/** What an event is made of, without its values: names in their order, and kinds of values. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shape);
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.entries(value).map(([name, member]) => [name, shape(member)]);
}

let bus: Bus;
let instance: Instance;

beforeEach(async () => {
  bus = openBus();
  seedNetwork(bus.simulation);
  await bus.queue('all', sendsFor('all', 'all'));
  await bus.rule('all', { source: [{ prefix: 'aws.' }] }, { Id: 'all', Arn: queueArn('all') });
});
afterEach(() => bus.close());

/** What reached the queue of a rule that takes everything. */
const events = () => bus.messages('all').map(({ body }) => JSON.parse(body) as Json);
const kinds = () => events().map(({ detail, ...envelope }) => detail['state'] ?? envelope['detail-type']);

async function launch(): Promise<void> {
  const image = eksImages('eu-west-1', bus.simulation.now()).find(({ architecture }) => architecture === 'x86_64');
  const { Instances } = await bus.call<Reservation>('EC2', 'RunInstances', {
    ImageId: image?.id,
    InstanceType: 't3.medium',
    SubnetId: 'subnet-a',
    MinCount: 1,
    MaxCount: 1,
  });
  instance = ec2World(bus.simulation).instances[Instances?.[0]?.InstanceId ?? ''] as Instance;
  instance.capacityType = 'spot';
  await bus.simulation.runFor(20);
}

describe('an instance', () => {
  beforeEach(launch);

  it('tells the bus of each of its states, as the samples do', async () => {
    terminateInstance(bus.simulation, instance.id);
    await bus.simulation.runFor(60);

    expect(kinds()).toEqual(['pending', 'running', 'shutting-down', 'terminated']);
    expect(events()[1]).toMatchObject({
      'detail-type': 'EC2 Instance State-change Notification',
      source: 'aws.ec2',
      resources: [`arn:aws:ec2:eu-west-1:111122223333:instance/${instance.id}`],
      detail: { 'instance-id': instance.id },
    });
    expect(shape(events()[1])).toEqual(shape(sample('instance-state-change.running')));
  });

  it('tells of stopping and stopped', async () => {
    stopInstance(bus.simulation, instance.id, { code: 'Client.UserInitiatedShutdown', message: 'stopped' });
    await bus.simulation.runFor(60);

    expect(kinds().slice(2)).toEqual(['stopping', 'stopped']);
  });

  it('is taken back two minutes after the spot notice, which has the ARN with the zone', async () => {
    interruptSpotInstance(bus.simulation, instance.id);
    await bus.simulation.runFor(119);
    expect(instance).toMatchObject({
      state: 'running',
      notices: { instanceAction: { action: 'terminate', time: expect.stringMatching(/Z$/) } },
    });
    await bus.simulation.runFor(50);

    expect(kinds().slice(2)).toEqual(['EC2 Spot Instance Interruption Warning', 'shutting-down', 'terminated']);
    expect(instance.stateReason?.code).toBe('Server.SpotInstanceTermination');
    expect(events()[2]).toMatchObject({
      resources: [`arn:aws:ec2:${instance.zone}:instance/${instance.id}`],
      detail: { 'instance-id': instance.id, 'instance-action': 'terminate' },
    });
    expect(shape(events()[2])).toEqual(shape(sample('spot-interruption-warning')));
  });

  it('may be told to rebalance first', async () => {
    interruptSpotInstance(bus.simulation, instance.id, { rebalanceFirst: 60 });
    await bus.simulation.runFor(62);

    expect(kinds().slice(2)).toEqual([
      'EC2 Instance Rebalance Recommendation',
      'EC2 Spot Instance Interruption Warning',
    ]);
    expect(shape(events()[2])).toEqual(shape(sample('rebalance-recommendation')));
  });

  it('that is gone by itself is not taken back a second time', async () => {
    interruptSpotInstance(bus.simulation, instance.id);
    await bus.simulation.runFor(30);
    terminateInstance(bus.simulation, instance.id);
    await bus.simulation.runFor(150);

    expect(kinds().slice(2)).toEqual(['EC2 Spot Instance Interruption Warning', 'shutting-down', 'terminated']);
    expect(instance.stateReason?.code).toBe('Client.UserInitiatedShutdown');
  });
});

describe('a notice', () => {
  const ID = 'i-0f3a9c1d2b4e5f607';
  const START = Date.parse('2026-12-05T13:00:00Z');
  const delivered = async (): Promise<Json[]> => {
    await bus.simulation.runFor(3);
    return events();
  };

  it.each([
    ['capacity-reservation-instance-interruption-warning', {}],
    ['capacity-reservation-instance-interruption-warning.resources-string', { resourcesAs: 'text' }],
  ] as const)('of a capacity reservation has the shape of %s', async (name, more) => {
    const terminationTime = '2026-11-21T09:32:00Z';
    warnOfCapacityReservation(bus.simulation, { instanceId: ID, terminationTime, zoneId: 'usw2-az2', ...more });

    const [event] = await delivered();
    expect(shape(event)).toEqual(shape(sample(name)));
    expect(event?.['detail-type']).toBe(sample(name)['detail-type']);
  });

  it('of a capacity reservation has both spellings, and may leave out what is optional', async () => {
    warnOfCapacityReservation(bus.simulation, { instanceId: ID, spelling: 'interruptible' });

    const [event] = await delivered();
    expect(event?.['detail-type']).toBe('EC2 Interruptible Capacity Reservation Instance Interruption Warning');
    expect(shape(event)).toEqual(shape(sample('capacity-reservation-instance-interruption-warning.minimal')));
  });

  it.each([
    [
      'scheduled-change.network-maintenance.multi-entity',
      { endMs: START + 4 * 3_600_000, entities: [ID, 'i-0b17c2d3e4f5a6b78'] },
    ],
    ['scheduled-change.backup-region-copy', { backupOf: 'us-east-1' }],
  ] as const)('of Health has the shape of %s', async (name, more) => {
    emitHealthEvent(bus.simulation, { startMs: START, entities: [ID], ...more });

    const [event] = await delivered();
    // Not every sample says whose role is meant.
    const { personas, ...detail } = event?.detail ?? {};
    const { personas: _, ...expected } = sample(`health/${name}`).detail;
    expect(personas).toEqual(['OPERATIONS']);
    expect(shape(detail)).toEqual(shape(expected));
    expect(detail).toMatchObject({ startTime: expected['startTime'], backupEvent: expected['backupEvent'] });
  });

  it('of Health comes in pages, each an event with a communication id of its own', async () => {
    emitHealthEvent(bus.simulation, {
      startMs: START,
      entities: [ID, 'i-0b17c2d3e4f5a6b78', 'i-3'],
      entitiesPerPage: 2,
    });

    const pages = (await delivered()).toSorted((left, right) =>
      String(left.detail['page']) < String(right.detail['page']) ? -1 : 1,
    );
    expect(pages.map(({ detail }) => [detail['page'], detail['totalPages']])).toEqual([
      ['1', '2'],
      ['2', '2'],
    ]);
    expect(pages.map(({ resources }) => resources)).toEqual([[ID, 'i-0b17c2d3e4f5a6b78'], ['i-3']]);
    expect(pages.map(({ detail }) => String(detail['communicationId']).slice(-2))).toEqual(['-1', '-2']);
    expect(shape(pages[0])).toEqual(shape(sample('health/scheduled-change.reboot.page-1-of-2')));
  });

  it('of Health may have ARNs for entities and no resources', async () => {
    const arn = `arn:aws:ec2:eu-west-1:111122223333:instance/${ID}`;
    const notice = { startMs: START, entities: [arn], entityStatus: 'PENDING', withoutResources: true };
    emitHealthEvent(bus.simulation, { ...notice, statusCode: 'closed' });

    const [event] = await delivered();
    const expected = sample('health/scheduled-change.instance-retirement.arn-entity-no-resources');
    expect(Object.keys(event ?? {})).toEqual(Object.keys(expected));
    expect(shape(event?.detail['affectedEntities'])).toEqual(shape(expected.detail['affectedEntities']));
    expect(event?.detail).toMatchObject({ statusCode: 'closed', affectedEntities: [{ entityValue: arn }] });
  });

  it('of a schedule has the detail of its sample', () => {
    const { source, detailType, resources, detail, time } = scheduledEvent(ruleArn('r'), START);
    const { source: wanted, 'detail-type': type, detail: empty, resources: arns } = sample('scheduled-event');

    expect([source, detailType, detail, time]).toEqual([wanted, type, empty, '2026-12-05T13:00:00Z']);
    expect(shape(resources)).toEqual(shape(arns));
  });
});
