import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { KubeError } from '../../../../shared/kube/errors.ts';
import { listHours } from '../../../../shared/ledger/hourly-looks.ts';
import { aCollectorWorld, type CollectorWorld, MINUTE_MS } from '../../../support/collector-world.ts';
import { aSeenReservation } from '../../../support/cost-files.ts';
import { aKnownFleet, claimsAt } from '../../../support/nodeclaim-fleet.ts';

const CLUSTER = { Cluster: 'banking' };
const fleet = aKnownFleet({ seed: 3, count: 12, spanS: 60, failing: 1000 });

describe('a collection', () => {
  let world: CollectorWorld;
  let fault: ReturnType<NonNullable<NonNullable<Parameters<typeof aCollectorWorld>[0]>['fault']>>;
  let faults: number;
  let faulty: string;
  beforeEach(async () => {
    [fault, faults, faulty] = [undefined, 0, ''];
    world = aCollectorWorld({
      fault: (operation) => {
        if (operation !== faulty || faults === 0) return undefined;
        faults -= 1;
        return fault;
      },
    });
    const startMs = world.simulation.now();
    world.setClaims(() => claimsAt(fleet, startMs, world.simulation.now()));
    await world.simulation.runFor(300);
  });
  afterEach(() => world.close());

  const collect = (overrides = {}) => world.simulation.runUntil(world.collect(overrides));
  const totals = () => world.values('ProvisioningSeconds', { ...CLUSTER, Phase: 'total' });
  const partial = (Part: string) => world.sum('PartialCollections', { ...CLUSTER, Part });
  const never = () => new Promise<never>(() => undefined);

  it.each([
    ['does not know the collector', () => Promise.reject(new KubeError(401, 'list NodePool', 'Unauthorized'))],
    ['forbids it to look', () => Promise.reject(new KubeError(403, 'list NodePool', 'forbidden'))],
    ['has no address', () => Promise.reject(new KubeError(0, 'list NodePool', 'getaddrinfo ENOTFOUND'))],
    ['never answers', never],
  ])('of a cluster that %s is a metric and a line, and no failure', async (_, each) => {
    const startedMs = world.simulation.now();

    const collection = await collect({ connect: async () => ({ ...world.api, each }) });

    expect(collection).toMatchObject({ outcome: 'unreachable', missing: [{ part: 'cluster' }] });
    expect(world.simulation.now() - startedMs).toBeLessThan(13_000);
    expect(world.sum('ClustersUnreachable', CLUSTER)).toBe(1);
    expect(world.sum('CollectorRuns', CLUSTER)).toBe(1);
    await world.simulation.runFor(60);
    expect(await collect()).toMatchObject({ outcome: 'collected', ready: 12, missing: [] });
    expect(world.sum('ClustersUnreachable', CLUSTER)).toBe(1);
  });

  it('goes on without the part that is too slow, and says which', async () => {
    const slow: typeof world.api.each = (kind, onItem) =>
      kind.kind === 'Node' ? never() : world.api.each(kind, onItem);

    const collection = await collect({ connect: async () => ({ ...world.api, each: slow }) });

    expect(collection).toMatchObject({
      outcome: 'collected',
      ready: 12,
      missing: [{ part: 'nodes' }],
    });
    expect(totals()).toHaveLength(12);
    expect([partial('nodes'), partial('metrics')]).toEqual([1, 0]);
    expect(world.sum('NodePoolsNotReady', CLUSTER)).toBe(0);
    // No nodes are no news of none.
    expect(world.seriesOf('BootstrapNodes', CLUSTER)).toBeUndefined();
  });

  it('counts a NodeClaim that is not as Karpenter writes them, and uses the others', async () => {
    const startMs = world.simulation.now() - 300_000;
    world.setClaims(() =>
      claimsAt(fleet, startMs, world.simulation.now()).map((claim, index) =>
        index === 4 ? { ...claim, status: { conditions: 'none' } } : claim,
      ),
    );

    const collection = await collect();

    expect(collection).toMatchObject({
      ready: 11,
      missing: [{ part: 'claims', reason: expect.stringMatching(/is not as Karpenter/) }],
    });
    expect(totals()).toHaveLength(11);
    expect(partial('claims')).toBe(1);
  });

  it('is sent again as long as CloudWatch takes nothing of it, and never once it may have', async () => {
    [faulty, fault, faults] = ['PutMetricData', 'throttle', 3];
    const throttled = await collect();
    const once = totals().length;
    [fault, faults] = ['lose-answer', 1];
    await world.simulation.runFor(60);
    const unsure = await collect();
    await world.simulation.runFor(240);
    const next = await collect();

    expect(throttled.published).toEqual({ batches: 1, unconfirmed: 0, trouble: null });
    expect(once).toBe(12);
    expect(unsure.published).toMatchObject({ unconfirmed: 1, trouble: expect.stringMatching(/ServiceUnavailable/) });
    expect(next.published).toMatchObject({ unconfirmed: 0 });
    expect(world.calls.filter((operation) => operation === 'PutMetricData')).toHaveLength(6);
    expect(totals()).toHaveLength(12);
    expect(world.sum('UnconfirmedBatches', CLUSTER)).toBe(1);
  });

  it('tells what may be told twice when the ledger is out of order, and the rest when it is back', async () => {
    [faulty, fault, faults] = ['UpdateItem', 'refuse', 1];

    const without = await collect();
    await world.simulation.runFor(60);
    const after = await collect();

    expect(without).toMatchObject({ outcome: 'collected', ready: 0, missing: [{ part: 'ledger' }] });
    expect(world.sum('CollectorRuns', CLUSTER)).toBe(2);
    expect(partial('ledger')).toBe(1);
    expect(after).toMatchObject({ ready: 12, missing: [] });
    expect(totals()).toHaveLength(12);
  });

  it('keeps once an hour what the cost report says of pools and reservations, from the first look that saw all of it', async () => {
    const hours = async () => {
      const toMs = world.simulation.now() + 1;
      return await world.simulation.runUntil(listHours(world.table, 'banking', 0, toMs));
    };
    world.kube.put({
      apiVersion: 'karpenter.sh/v1',
      kind: 'NodePool',
      metadata: { name: 'general' },
      spec: { limits: { cpu: '100' } },
    });
    world.kube.put({
      apiVersion: 'karpenter.k8s.aws/v1',
      kind: 'EC2NodeClass',
      metadata: { name: 'default' },
      status: { capacityReservations: [{ id: 'cr-1' }] },
    });
    let asked = 0;
    const reservations = async () => {
      asked += 1;
      return [aSeenReservation({ id: 'cr-1' }), aSeenReservation({ id: 'cr-2' })];
    };
    const refused = () => Promise.reject(new Error('UnauthorizedOperation'));
    const blind: typeof world.api.each = (kind, onItem) =>
      kind.kind === 'Node' ? Promise.reject(new KubeError(403, 'list', 'no')) : world.api.each(kind, onItem);

    await collect({ connect: async () => ({ ...world.api, each: blind }), reservations });
    await world.simulation.runFor(60);
    expect(await collect({ reservations: refused })).toMatchObject({ missing: [{ part: 'reservations' }] });
    expect(await hours()).toEqual([]);
    for (const seconds of [60, 60, 3600]) {
      await world.simulation.runFor(seconds);
      await collect({ reservations });
    }

    const pools = [{ nodePool: 'general', limits: { cpu: '100' }, holds: [] }];
    const seen = { pools, reservations: [aSeenReservation({ id: 'cr-1' })] };
    expect(await hours()).toMatchObject([seen, seen]);
    expect([(await hours()).length, asked]).toEqual([2, 2]);
  });

  it('of a round that was taken before does nothing', async () => {
    const round = world.simulation.now();

    const [first, second] = await world.simulation.runUntil(
      Promise.all([world.collect({}, round), world.collect({}, round)]),
    );

    expect([first?.outcome, second?.outcome].toSorted()).toEqual(['collected', 'repeated']);
    expect(world.sum('CollectorRuns', CLUSTER)).toBe(1);
  });

  it('does not take a claim for gone that a list from a cache lacks', async () => {
    const startMs = world.simulation.now() - 300_000;
    const atCreation = startMs + 70_000;
    let list = () => claimsAt(fleet, startMs, atCreation);
    world.setClaims(() => list());
    const { ready: few } = await collect();
    const stale: typeof world.api.each = (kind, onItem) =>
      kind.kind === 'NodeClaim' ? Promise.resolve() : world.api.each(kind, onItem);
    await world.simulation.runFor(MINUTE_MS / 1000);
    const lacking = await collect({ connect: async () => ({ ...world.api, each: stale }) });
    list = () => claimsAt(fleet, startMs, world.simulation.now());
    await world.simulation.runFor(MINUTE_MS / 1000);
    const back = await collect();

    expect(lacking.failed).toBe(0);
    expect(few + back.ready).toBe(12);
  });
});
