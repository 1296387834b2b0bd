import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Row } from '../../../../shared/ledger/attributes.ts';
import { instanceKey } from '../../../../shared/ledger/instances.ts';
import { aCollectorWorld, type CollectorWorld, MINUTE_MS } from '../../../support/collector-world.ts';
import { aKnownFleet, claimsAt, instanceIdOf, type KnownClaim } from '../../../support/nodeclaim-fleet.ts';

const CLUSTER = { Cluster: 'banking' };
const PHASES = ['launch', 'register', 'initialize', 'bind', 'total'] as const;

/** What the collector should find, counted from the known fleet by nobody's code but this. */
const secondsOf = (claim: KnownClaim): Record<(typeof PHASES)[number], number> => {
  const launch = claim.launchedS - claim.createdS;
  const register = claim.registeredS - claim.launchedS;
  const initialize = claim.initializedS - claim.registeredS;
  const bind = Math.max(0, claim.podEventS - claim.initializedS);
  return { launch, register, initialize, bind, total: launch + register + initialize + bind };
};
const rankOf = (values: readonly number[], percent: number): number =>
  values.toSorted((left, right) => left - right)[Math.max(1, Math.ceil((percent / 100) * values.length)) - 1] ?? NaN;

describe('the collector', () => {
  let world: CollectorWorld;
  let startMs: number;
  let fleet: readonly KnownClaim[];
  beforeEach(() => {
    world = aCollectorWorld();
    startMs = world.simulation.now();
    world.setClaims(() => claimsAt(fleet, startMs, world.simulation.now()));
  });
  afterEach(() => world.close());

  const ready = () => fleet.filter(({ failsAfter }) => failsAfter === null);
  const minutes = (count: number) => world.simulation.runFor((count * MINUTE_MS) / 1000);
  const rows = async (): Promise<Map<string, Row>> => {
    const found = new Map<string, Row>();
    for (const { uid } of fleet) {
      const row = await world.simulation.runUntil(world.table.get({ pk: `CLAIM#${uid}`, sk: 'LATENCY' }));
      if (row) found.set(uid, row);
    }
    return found;
  };

  it('gives every percentile within 2 %, though collections overlap, come twice and fail to come', async () => {
    fleet = aKnownFleet({ seed: 7, count: 160, spanS: 600, failing: 12 });
    for (let minute = 0; minute < 18; minute += 1) {
      await minutes(1);
      // Five minutes of silence, then on as before.
      if (minute >= 5 && minute < 10) continue;
      const round = world.simulation.now();
      const rounds = [world.collect({}, round), world.collect({}, minute % 3 === 0 ? round + 1 : round)];
      await world.simulation.runUntil(Promise.all(rounds));
    }

    for (const Phase of PHASES) {
      const published = world.values('ProvisioningSeconds', { ...CLUSTER, Phase });
      const known = ready().map((claim) => secondsOf(claim)[Phase]);
      expect([Phase, published.length]).toEqual([Phase, known.length]);
      for (const percent of [10, 50, 90, 99, 100]) {
        const truth = rankOf(known, percent);
        expect(Math.abs(rankOf(published, percent) - truth)).toBeLessThanOrEqual(0.02 * truth);
      }
    }
    for (const NodePool of ['general', 'batch', 'gpu'])
      for (const CapacityType of ['spot', 'on-demand'] as const) {
        const isOne = (claim: KnownClaim) => claim.nodePool === NodePool && claim.capacityType === CapacityType;
        const dimensions = { ...CLUSTER, NodePool, CapacityType, Phase: 'total' };
        const known = ready().filter(isOne);
        expect(world.values('ProvisioningSeconds', dimensions)).toHaveLength(known.length);
      }
  });

  it('counts claims that never gave a node, by pool and reason, and keeps when the others were ready', async () => {
    fleet = aKnownFleet({ seed: 8, count: 60, spanS: 600, failing: 3 });
    for (let minute = 0; minute < 28; minute += 1) {
      await minutes(1);
      await world.simulation.runUntil(world.collect());
    }

    const reasonOf = ({ failsAfter, goneS, createdS }: KnownClaim) => {
      if (failsAfter === 'created') return 'insufficient_capacity';
      return goneS - createdS > 900 ? 'registration_timeout' : 'vanished';
    };
    const failed = fleet.filter(({ failsAfter }) => failsAfter !== null);
    const counts = Object.entries(Object.groupBy(failed, (claim) => `${claim.nodePool} ${reasonOf(claim)}`));
    expect(counts.length).toBeGreaterThan(4);
    for (const [key, all = []] of counts) {
      const [NodePool = '', Reason = ''] = key.split(' ');
      expect([key, world.sum('ProvisioningFailures', { ...CLUSTER, NodePool, Reason })]).toEqual([key, all.length]);
    }
    const recorded = await rows();
    expect(failed.map(({ uid }) => recorded.get(uid)?.['outcome'])).toEqual(failed.map(() => 'failed'));
    const [node] = ready();
    if (!node) throw new Error('no claim was ready');
    const iso = (seconds: number) => new Date(startMs + seconds * 1000).toISOString();
    expect(await world.simulation.runUntil(world.table.get(instanceKey(instanceIdOf(node))))).toMatchObject({
      registeredAt: iso(node.registeredS),
      readyAt: iso(node.initializedS),
    });
  });

  it('records each claim once and tells CloudWatch of none twice, wherever its container dies', async () => {
    fleet = aKnownFleet({ seed: 9, count: 80, spanS: 4800, failing: 15 });
    const deaths = Array.from({ length: 40 }, (_, index) => ({ calls: index >> 1, isEffective: index % 2 === 1 }));
    const unconfirmed = new Set<string>();
    let killed = 0;
    const publications = async () => {
      const ids: string[] = [];
      await world.simulation.runUntil(
        (async () => {
          for await (const { sk } of world.table.list('PUBLICATION#banking')) ids.push(String(sk));
        })(),
      );
      return ids;
    };
    for (const death of deaths) {
      await minutes(1);
      if (!(await world.collectKilled(death))) killed += 1;
      for (const id of await publications()) unconfirmed.add(id);
      await minutes(1);
      await world.simulation.runUntil(world.collect());
    }
    for (let minute = 0; minute < 5; minute += 1) {
      await minutes(1);
      await world.simulation.runUntil(world.collect());
    }

    const recorded = await rows();
    expect(killed).toBeGreaterThan(25);
    expect(ready().map(({ uid }) => recorded.get(uid)?.['totalSeconds'])).toEqual(
      ready().map((claim) => secondsOf(claim).total),
    );
    const published = countsOf(world.values('ProvisioningSeconds', { ...CLUSTER, Phase: 'total' }));
    const all = ready().map(({ uid }) => recorded.get(uid) ?? {});
    const confirmed = all.filter(({ publication }) => !unconfirmed.has(String(publication)));
    expect(unconfirmed.size).toBeGreaterThan(10);
    expect(confirmed.length).toBeLessThan(all.length);
    for (const [value, count] of countsOf(all.map(({ totalSeconds }) => Number(totalSeconds))))
      expect(published.get(value) ?? 0).toBeLessThanOrEqual(count);
    for (const [value, count] of countsOf(confirmed.map(({ totalSeconds }) => Number(totalSeconds))))
      expect(published.get(value) ?? 0).toBeGreaterThanOrEqual(count);
    expect(world.sum('UnconfirmedBatches', CLUSTER)).toBe(unconfirmed.size);
    expect(await publications()).toEqual([]);
  });
});

function countsOf(values: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
