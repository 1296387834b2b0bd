import { DeleteTagsCommand } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { listUnended } from '../../../../shared/ledger/instance-records.ts';
import { SPOT_TERMINATION, terminateInstance } from '../../../../simulator/aws/services/ec2/instance-lifecycle.ts';
import { aFleetWorld, type FleetWorld } from '../../../support/fleet-world.ts';

const HOUR = 3600;
const ofState = (events: readonly string[], state: string) =>
  events.filter((body) => JSON.parse(body).detail.state === state);

describe('the hourly reconciliation', () => {
  let world: FleetWorld;
  beforeEach(async () => {
    world = await aFleetWorld();
  });
  afterEach(() => world.close());
  const unended = (month: string) => world.simulation.runUntil(listUnended(world.table, 'banking', month));
  const days = async (count: number) => {
    for (let day = 0; day < count; day += 1) await world.simulation.runFor(24 * HOUR);
  };
  /** A node of which the ledger knows all. */
  const aKnownNode = async () => {
    const id = await world.launch();
    await world.deliver(world.takeEvents());
    return id;
  };

  it('finds nothing where events missed nothing, and writes nothing', async () => {
    const id = await aKnownNode();
    await world.simulation.runFor(HOUR);
    const before = await world.simulation.runUntil(world.table.get({ pk: `INSTANCE#${id}`, sk: 'INSTANCE' }));

    const result = await world.reconcile();

    expect(result).toEqual({ instances: 1, missedStarts: [], missedEnds: [], failed: [], finished: true });
    expect(world.lines.at(-1)).toMatchObject({ MissedStarts: 0, MissedEnds: 0, UnfinishedReconciliations: 0 });
    expect(await world.simulation.runUntil(world.table.get({ pk: `INSTANCE#${id}`, sk: 'INSTANCE' }))).toEqual(before);
  });

  it('records a running node and a bootstrap node of which no event told', async () => {
    const node = await world.launch();
    const bootstrap = await world.launch({ 'eks:cluster-name': 'banking', 'eks:nodegroup-name': 'bootstrap' });
    await world.launch({});
    await world.simulation.runFor(HOUR);

    const result = await world.reconcile();

    expect(result).toMatchObject({ instances: 2, finished: true });
    expect(result.missedStarts.toSorted()).toEqual([node, bootstrap].toSorted());
    expect(await world.recordOf(node)).toMatchObject({
      source: 'reconciled',
      endedAt: null,
      volumes: [{ type: 'gp3' }],
      runs: [{ bounds: { startedAt: 'earliest' } }],
    });
    expect(await world.recordOf(bootstrap)).toMatchObject({ role: 'bootstrap', source: 'reconciled' });
  });

  it('does not call missed what may still be on its way, and records it', async () => {
    const id = await world.launch();

    expect(await world.reconcile()).toMatchObject({ missedStarts: [] });
    expect(await world.recordOf(id)).toMatchObject({ cluster: 'banking' });
  });

  it('ends a node whose end no event told, at the time and for the reason that EC2 still shows', async () => {
    const id = await aKnownNode();
    await world.simulation.runFor(HOUR);
    terminateInstance(world.simulation, id, SPOT_TERMINATION);
    const [shuttingDown = ''] = ofState(world.takeEvents(), 'shutting-down');
    await world.simulation.runFor(HOUR / 2);

    expect(await world.reconcile()).toMatchObject({ missedEnds: [id], finished: true });
    expect(await world.recordOf(id)).toMatchObject({
      endedAt: new Date(JSON.parse(shuttingDown).time).toISOString(),
      endReason: 'spot-interrupted',
      stateReason: 'Server.SpotInstanceTermination',
    });
    expect(await unended('2026-11')).toEqual([]);
    expect(await world.reconcile()).toMatchObject({ missedEnds: [] });
  });

  it('ends a node that EC2 has forgotten when it was last seen, and says that it is a bound', async () => {
    const id = await aKnownNode();
    await world.simulation.runFor(HOUR);
    await world.reconcile();
    const lastInOrder = new Date(world.simulation.now()).toISOString();
    await world.simulation.runFor(60);
    terminateInstance(world.simulation, id);
    await world.simulation.runFor(3 * HOUR);

    expect(await world.reconcile()).toMatchObject({ missedEnds: [id], finished: true });

    const record = await world.recordOf(id);
    expect(record).toMatchObject({
      endReason: 'unknown',
      endedBy: 'unknown',
      runs: [{ bounds: { endedAt: 'earliest' } }],
    });
    expect(Date.parse(lastInOrder) - Date.parse(record?.endedAt ?? '')).toBeLessThan(5_000);
    expect(await unended('2026-11')).toEqual([]);
  });

  it('lets the real end, when it comes late, replace the bound', async () => {
    const id = await aKnownNode();
    await world.simulation.runFor(HOUR);
    terminateInstance(world.simulation, id);
    await world.simulation.runFor(3 * HOUR);
    const [shuttingDown = ''] = ofState(world.takeEvents(), 'shutting-down');
    await world.reconcile();

    await world.deliver([shuttingDown]);

    expect(await world.recordOf(id)).toMatchObject({ endedAt: new Date(JSON.parse(shuttingDown).time).toISOString() });
    expect((await world.recordOf(id))?.runs[0]?.bounds?.endedAt).toBeUndefined();
  });

  it('records a node that came and went without a word', async () => {
    const id = await world.launch();
    await world.simulation.runFor(60);
    terminateInstance(world.simulation, id);
    await world.simulation.runFor(HOUR / 2);

    expect(await world.reconcile()).toMatchObject({ missedStarts: [id], missedEnds: [id] });
    expect(await world.recordOf(id)).toMatchObject({
      stateReason: 'Client.UserInitiatedShutdown',
      source: 'reconciled',
    });
  });

  it('does not end a node that only lost its tags', async () => {
    const id = await aKnownNode();
    await world.reconcile();
    await world.simulation.runUntil(
      world.ec2.send(new DeleteTagsCommand({ Resources: [id], Tags: [{ Key: 'eks:eks-cluster-name' }] })),
    );
    await world.simulation.runFor(HOUR);

    expect(await world.reconcile()).toMatchObject({ instances: 1, missedEnds: [], finished: true });
    expect(await world.recordOf(id)).toMatchObject({ endedAt: null, cluster: 'banking' });
  });

  it('gives a node that runs on into a new month its pointer there', async () => {
    const id = await aKnownNode();
    await world.reconcile();
    await days(29);
    expect(await unended('2026-12')).toEqual([]);

    expect(await world.reconcile()).toMatchObject({ missedStarts: [], missedEnds: [], finished: true });

    expect(await unended('2026-12')).toEqual([id]);
    expect(await unended('2026-11')).toEqual([id]);
  });

  it('finds a node gone that ran in an earlier month, though nothing points to it from this one', async () => {
    const id = await aKnownNode();
    await days(27);
    await world.reconcile();
    terminateInstance(world.simulation, id);
    await days(3);

    expect(await world.reconcile()).toMatchObject({ missedEnds: [id] });
    expect(await world.recordOf(id)).toMatchObject({ endedAt: expect.stringMatching(/^2026-11-29/) });
  });

  it('stops when its time is over, says so, and does not take the rest for looked at', async () => {
    const id = await aKnownNode();
    await world.reconcile();
    await world.simulation.runFor(HOUR);

    expect(await world.reconcile({ timeLeftMs: () => 20_000 })).toMatchObject({ instances: 1, finished: false });
    expect(world.lines.at(-1)).toMatchObject({ UnfinishedReconciliations: 1, left: 1 });
    terminateInstance(world.simulation, id);
    await world.simulation.runFor(3 * HOUR);
    await world.reconcile();

    const record = await world.recordOf(id);
    expect(Date.parse(record?.endedAt ?? '') - Date.parse(record?.launchedAt ?? '')).toBeLessThan(10_000);
  });
});
