import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OpsError } from '../../../../shared/errors/ops-error.ts';
import { readOwners } from '../../../../shared/ledger/instances.ts';
import { SPOT_TERMINATION, terminateInstance } from '../../../../simulator/aws/services/ec2/instance-lifecycle.ts';
import { aFleetWorld, eventBody, type FleetWorld } from '../../../support/fleet-world.ts';

const GONE = 'i-0123456789abcdef0';
const ofState = (events: readonly string[], state: string) =>
  events.filter((body) => JSON.parse(body).detail.state === state);
const failing = async (): Promise<never> => {
  throw new OpsError('Throttled', 'EC2 is busy', { retryable: true });
};

describe('a batch of state changes', () => {
  let world: FleetWorld;
  beforeEach(async () => {
    world = await aFleetWorld();
  });
  afterEach(() => world.close());
  const owner = async (id: string) =>
    (await world.simulation.runUntil(readOwners(world.table, [id], world.simulation.now()))).get(id);

  it('records a node from its start to its end, with what EC2 says of it and why it ended', async () => {
    const id = await world.launch();
    expect(await world.deliver(world.takeEvents())).toEqual([]);
    const running = await world.recordOf(id);
    await world.simulation.runFor(600);
    terminateInstance(world.simulation, id, SPOT_TERMINATION);
    const [shuttingDown = ''] = world.takeEvents();

    expect(await world.deliver([shuttingDown])).toEqual([]);

    expect(running).toMatchObject({
      cluster: 'banking',
      nodePool: 'general',
      instanceType: 't3.medium',
      zone: 'eu-west-1a',
      endedAt: null,
      volumes: [{ type: 'gp3', iops: 3000, throughputMiBps: 125 }],
    });
    expect(await world.recordOf(id)).toEqual({
      ...running,
      endedAt: new Date(JSON.parse(shuttingDown).time).toISOString(),
      endReason: 'spot-interrupted',
      endedBy: 'ec2',
      stateReason: 'Server.SpotInstanceTermination',
      runs: [{ ...running?.runs[0], endedAt: new Date(JSON.parse(shuttingDown).time).toISOString() }],
    });
  });

  it('asks EC2 once for all of its instances, and of their volumes once', async () => {
    for (let count = 0; count < 5; count += 1) await world.launch();
    world.asked.length = 0;

    await world.deliver(world.takeEvents());

    expect(world.asked).toEqual(['DescribeInstances', 'DescribeVolumes']);
  });

  it('asks EC2 nothing about what is known, nor for a day about what is nobody\u2019s', async () => {
    await world.launch();
    const other = await world.launch({});
    const events = world.takeEvents();
    await world.deliver(events);
    world.asked.length = 0;

    expect(await world.deliver(events)).toEqual([]);
    expect(world.asked).toEqual([]);
    expect(await owner(other)).toEqual({ cluster: null, launchedMs: null });
    await world.simulation.runFor(86_401);
    await world.deliver(ofState(events, 'running'));

    expect(world.asked).toEqual(['DescribeInstances']);
    expect(await owner(other)).toEqual({ cluster: null, launchedMs: null });
  });

  it('takes them in any order', async () => {
    const id = await world.launch();
    await world.simulation.runFor(60);
    terminateInstance(world.simulation, id);
    await world.simulation.runFor(60);
    const events = world.takeEvents();

    for (const body of events.toReversed()) expect(await world.deliver([body])).toEqual([]);

    const times = new Map(
      events.map((body) => [JSON.parse(body).detail.state, `${JSON.parse(body).time.slice(0, 19)}.000Z`]),
    );
    expect(await world.recordOf(id)).toMatchObject({
      launchedAt: times.get('running'),
      endedAt: times.get('shutting-down'),
      stateReason: 'Client.UserInitiatedShutdown',
    });
  });

  it('keeps what an event says when EC2 gives no answer, and lets its message come again for the rest', async () => {
    const id = await world.launch();
    const known = await world.launch();
    const events = world.takeEvents();
    await world.deliver(events.filter((body) => body.includes(known)));
    const running = ofState(events, 'running').filter((body) => body.includes(id));
    const again = ofState(events, 'running').filter((body) => body.includes(known));

    expect(await world.deliver([...again, ...running], { lookUp: failing })).toEqual([1]);
    expect(await owner(id)).toBeUndefined();
    expect(world.lines.at(-1)).toMatchObject({ Outcome: 'retried', FleetEvents: 1, troubles: { [id]: 'EC2 is busy' } });
    expect(await world.deliver(running)).toEqual([]);

    expect(await world.recordOf(id)).toMatchObject({ cluster: 'banking', source: 'event' });
  });

  it('comes again for the volumes when they could not be had', async () => {
    const id = await world.launch();
    const running = ofState(world.takeEvents(), 'running');

    expect(await world.deliver(running, { volumesOf: failing })).toEqual([0]);
    expect(await owner(id)).toMatchObject({ cluster: 'banking' });
    expect(await world.deliver(running)).toEqual([]);

    expect(await world.recordOf(id)).toMatchObject({ volumes: [{ type: 'gp3' }] });
  });

  it('waits for an instance that EC2 does not show yet, and gives up one that it does not show after ten minutes', async () => {
    const nowMs = world.simulation.now();
    const [young, old] = [eventBody(GONE, 'running', nowMs - 5_000), eventBody(GONE, 'terminated', nowMs - 700_000)];

    expect(await world.deliver([young])).toEqual([0]);
    await world.simulation.runFor(700);
    expect(await world.deliver([young, old])).toEqual([]);

    expect(world.lines.at(-1)).toMatchObject({ Outcome: 'forgotten', FleetEvents: 1 });
    expect(await owner(GONE)).toBeUndefined();
  });

  it.each<[string, string, (body: string) => string]>([
    ['not-json', 'the body is not JSON', () => '{"version":'],
    ['not-an-event', 'not as EC2 writes a state change: the body', () => '[]'],
    [
      'not-an-event',
      'not as EC2 writes a state change: detail.instance-id',
      (body) => body.replace(/"instance-id":"[^"]+"/, '"instance-id":"i-1; drop"'),
    ],
    ['not-an-event', 'not as EC2 writes a state change: source', (body) => body.replace('aws.ec2', 'mine')],
    [
      'not-an-event',
      'not as EC2 writes a state change: time',
      (body) => body.replace(/"time":"[^"]+"/, '"time":"soon"'),
    ],
    [
      'time',
      'its time is none at which it can have happened',
      (body) => body.replace(/"time":"[^"]+"/, '"time":"1970-01-01T00:00:00Z"'),
    ],
    [
      'region',
      'it is of another Region than eu-west-1, which has a ledger of its own',
      (body) => body.replace('"region":"eu-west-1"', '"region":"eu-west-2"'),
    ],
  ])('moves poison to the dead-letter queue as %s (%s) and goes on with the rest', async (reason, detail, spoil) => {
    const id = await world.launch();
    const [pending = '', running = ''] = world.takeEvents();
    const poison = spoil(pending);

    expect(await world.deliver([poison, running])).toEqual([]);

    expect(await world.deadLetters()).toEqual([{ body: poison, reason, detail }]);
    expect(await world.recordOf(id)).toMatchObject({ cluster: 'banking' });
  });

  it('lets poison come again when the dead-letter queue does not take it', async () => {
    expect(await world.deliver(['poison'], { bury: failing })).toEqual([0]);
  });

  it('belongs to the bootstrap nodes too', async () => {
    const id = await world.launch({ 'eks:cluster-name': 'banking', 'eks:nodegroup-name': 'bootstrap' });
    const running = ofState(world.takeEvents(), 'running');

    expect(await world.deliver(running)).toEqual([]);

    expect(await world.recordOf(id)).toMatchObject({ role: 'bootstrap', nodePool: null, nodeClaim: null });
  });
});
