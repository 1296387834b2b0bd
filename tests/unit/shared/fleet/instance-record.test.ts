import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DescribedInstance } from '../../../../shared/fleet/described-instance.ts';
import { sightingOf, volumeEvidence } from '../../../../shared/fleet/described-instance.ts';
import type { NoticeKind } from '../../../../shared/fleet/end-reason.ts';
import { type Evidence, mergeEvidence, NO_EVIDENCE, ownerOf } from '../../../../shared/fleet/evidence.ts';
import { NO_ANNOTATIONS, recordOf } from '../../../../shared/fleet/instance-record.ts';
import { TRANSITION_KINDS, type TransitionKind } from '../../../../shared/fleet/transitions.ts';
import { aDescription, aLookup, anEvent, at, INSTANCE } from './sample.ts';

const together = (...evidence: readonly Evidence[]) => evidence.reduce(mergeEvidence, NO_EVIDENCE);
const recordFrom = (...evidence: readonly Evidence[]) => recordOf(INSTANCE, together(...evidence));
const ENDED = { state: 'terminated', observedMs: Date.parse(at('09:05')) } as const;

describe('the record of an instance', () => {
  it('has what EC2 says, and the time at which it was running, which is not the time of its launch', () => {
    const sighting = sightingOf(
      aDescription({ tags: { ...aDescription().tags, 'karpenter.sh/nodeclaim': 'general-x' } }),
    );
    const volumes = volumeEvidence([{ gib: 20, type: 'gp3', iops: 3000, throughputMiBps: 125 }], sighting);

    expect(recordFrom(sighting.evidence, volumes, anEvent('running', '08:00:06'))).toEqual({
      instanceId: INSTANCE,
      accountId: '111122223333',
      region: 'eu-west-1',
      cluster: 'banking',
      role: 'karpenter',
      nodePool: 'general',
      nodeClaim: 'general-x',
      instanceType: 'm5.large',
      zone: 'eu-west-1a',
      zoneId: 'euw1-az1',
      os: 'linux',
      tenancy: 'default',
      capacityType: 'spot',
      capacityReservation: null,
      launchedAt: at('08:00:06'),
      endedAt: null,
      noticeAt: null,
      endReason: null,
      endedBy: null,
      stateReason: null,
      source: 'event',
      registeredAt: null,
      readyAt: null,
      volumes: [{ gib: 20, type: 'gp3', iops: 3000, throughputMiBps: 125 }],
      publicIpv4Count: 0,
      requested: { cpuSeconds: '0', memoryGiBSeconds: '0', coveredSeconds: 0 },
      allocatable: null,
      runs: [{ startedAt: at('08:00:06'), endedAt: null }],
    });
  });

  it('ends at the first stopping or shutting-down, not when the instance is gone', () => {
    const record = recordFrom(
      aLookup(),
      anEvent('running', '08:00:06'),
      anEvent('terminated', '09:01'),
      anEvent('shutting-down', '09:00'),
    );

    expect(record).toMatchObject({ endedAt: at('09:00'), endReason: 'unknown', endedBy: 'unknown' });
  });

  it('keeps a run for each start, and is open again when the instance was started again', () => {
    const first = [anEvent('running', '08:00:06'), anEvent('stopping', '08:30'), anEvent('stopped', '08:31')];
    const again = aLookup({ launchTimeMs: Date.parse(at('10:00')), observedMs: Date.parse(at('10:01')) });

    const stopped = recordFrom(aLookup(), ...first);
    const restarted = recordFrom(aLookup(), ...first, again, anEvent('running', '10:00:09'));
    const over = recordFrom(
      aLookup(),
      ...first,
      again,
      anEvent('running', '10:00:09'),
      anEvent('shutting-down', '11:00'),
    );

    expect(stopped).toMatchObject({ launchedAt: at('08:00:06'), endedAt: at('08:30') });
    expect(restarted).toMatchObject({ launchedAt: at('08:00:06'), endedAt: null, endReason: null });
    expect(over?.endedAt).toBe(at('11:00'));
    expect(over?.runs).toEqual([
      { startedAt: at('08:00:06'), endedAt: at('08:30') },
      { startedAt: at('10:00:09'), endedAt: at('11:00') },
    ]);
  });

  it('does not carry the reason of an earlier stop over to the end of a later run', () => {
    const stop = aLookup({ state: 'stopped', stateReasonCode: 'Client.UserInitiatedShutdown' });
    const again = aLookup({ launchTimeMs: Date.parse(at('10:00')), observedMs: Date.parse(at('10:01')) });
    const events = [anEvent('running', '08:00:06'), anEvent('stopping', '08:30'), anEvent('shutting-down', '11:00')];

    expect(recordFrom(stop, again, ...events)).toMatchObject({ endedAt: at('11:00'), stateReason: null });
  });

  it('says which times are bounds: a start known by its launch, a stop that only the next start betrays', () => {
    const again = aLookup({ launchTimeMs: Date.parse(at('10:00')), observedMs: Date.parse(at('10:01')) });

    expect(recordFrom(aLookup(), again)?.runs).toEqual([
      { startedAt: at('08:00'), endedAt: at('10:00'), bounds: { startedAt: 'earliest', endedAt: 'latest' } },
      { startedAt: at('10:00'), endedAt: null, bounds: { startedAt: 'earliest' } },
    ]);
  });

  it('takes a loss back when the instance is seen again, or its real end becomes known', () => {
    const lost = anEvent('lost', '09:00');
    const running = anEvent('running', '08:00:06');
    const seenAgain = aLookup({ observedMs: Date.parse(at('10:00')) });

    expect(recordFrom(aLookup(), running, lost)).toMatchObject({
      endedAt: at('09:00'),
      runs: [{ bounds: { endedAt: 'earliest' } }],
    });
    expect(recordFrom(aLookup(), running, lost, seenAgain)).toMatchObject({ endedAt: null });
    expect(recordFrom(aLookup(), running, lost, anEvent('shutting-down', '09:20'))?.runs).toEqual([
      { startedAt: at('08:00:06'), endedAt: at('09:20') },
    ]);
  });

  it('reads the time of the end from what EC2 says of it', () => {
    const said = { ...ENDED, stateTransitionReason: 'User initiated (2026-11-02 08:45:10 GMT)' };

    expect(recordFrom(aLookup(said))).toMatchObject({ endedAt: at('08:45:10'), source: 'reconciled' });
  });

  it('has no run where the instance never came up', () => {
    const failed = { ...ENDED, stateReasonCode: 'Client.InternalError' };

    expect(recordFrom(aLookup(failed), anEvent('terminated', '08:00:04'))).toMatchObject({
      launchedAt: at('08:00'),
      endedAt: at('08:00:04'),
      endReason: 'launch-failed',
      endedBy: 'ec2',
      runs: [],
    });
  });

  it('keeps volumes and addresses that a terminated instance no longer shows', () => {
    const sighting = sightingOf(aDescription({ publicIpv4Count: 2 }));
    const volumes = volumeEvidence([{ gib: 20, type: 'gp3', iops: 3000, throughputMiBps: 125 }], sighting);

    const record = recordFrom(sighting.evidence, volumes, aLookup(ENDED));

    expect(record).toMatchObject({ publicIpv4Count: 2, volumes: [{ gib: 20 }] });
  });

  it('is made for nodes alone: of a cluster by its tag, of a managed node group by both of its tags', () => {
    const ofGroup = { 'eks:cluster-name': 'banking', 'eks:nodegroup-name': 'bootstrap' };

    expect(recordFrom(aLookup({ tags: ofGroup }))).toMatchObject({ role: 'bootstrap', nodePool: null });
    expect(recordFrom(aLookup({ tags: { 'eks:cluster-name': 'banking' } }))).toBeUndefined();
    expect(ownerOf(aLookup({ tags: {} }))).toEqual({ cluster: null, launchedMs: Date.parse(at('08:00')) });
    expect(ownerOf(aLookup())).toEqual({ cluster: 'banking', launchedMs: Date.parse(at('08:00')) });
    expect(ownerOf(anEvent('running', '08:00'))).toBeUndefined();
  });

  it.each<[Partial<DescribedInstance>, object]>([
    [{ lifecycle: undefined }, { capacityType: 'on-demand', capacityReservation: null }],
    [
      { lifecycle: undefined, capacityReservationId: 'cr-1' },
      { capacityType: 'reserved', capacityReservation: 'cr-1' },
    ],
    [{ platformDetails: 'Windows with SQL Server Web' }, { os: 'windows' }],
    [{ platformDetails: 'Red Hat Enterprise Linux' }, { os: 'rhel' }],
    [{ tenancy: 'dedicated' }, { tenancy: 'dedicated' }],
  ])('tells from %j that it is %j', (facts, expected) => {
    expect(recordFrom(aLookup(facts))).toMatchObject(expected);
  });

  it.each<[string | undefined, NoticeKind | null, string, string]>([
    ['Server.SpotInstanceTermination', 'spot-interruption', 'spot-interrupted', 'ec2'],
    ['Server.SpotInstanceTermination', null, 'spot-interrupted', 'ec2'],
    ['Server.ScheduledStop', null, 'scheduled-change', 'ec2'],
    ['Server.InternalError', null, 'terminated', 'ec2'],
    ['Server.InternalError', 'capacity-reservation-interruption', 'capacity-reservation-interrupted', 'ec2'],
    ['Client.UserInitiatedShutdown', 'spot-interruption', 'spot-interrupted', 'karpenter'],
    ['Client.UserInitiatedShutdown', 'health', 'scheduled-change', 'karpenter'],
    ['Client.UserInitiatedShutdown', null, 'terminated', 'unknown'],
    ['Client.InstanceInitiatedShutdown', 'spot-interruption', 'terminated', 'user'],
    [undefined, 'spot-interruption', 'spot-interrupted', 'unknown'],
    [undefined, null, 'unknown', 'unknown'],
  ])('ended by %s after the notice %s is %s, by %s', (code, kind, endReason, endedBy) => {
    const evidence = together(
      aLookup({ ...ENDED, stateReasonCode: code }),
      anEvent('running', '08:00:06'),
      anEvent('shutting-down', '09:00'),
    );
    const notice = kind && { at: at('08:59'), kind };

    const record = recordOf(INSTANCE, evidence, { ...NO_ANNOTATIONS, notice });

    expect(record).toMatchObject({ endReason, endedBy, stateReason: code ?? null, noticeAt: notice?.at ?? null });
  });

  it('does not blame a notice of hours ago', () => {
    const notice = { at: at('03:00'), kind: 'spot-interruption' } as const;
    const ended = aLookup({ ...ENDED, stateReasonCode: 'Client.UserInitiatedShutdown' });
    const evidence = together(ended, anEvent('shutting-down', '09:00'));

    expect(recordOf(INSTANCE, evidence, { ...NO_ANNOTATIONS, notice })).toMatchObject({ endReason: 'terminated' });
  });
});

describe('evidence', () => {
  const minute = fc.integer({ min: 0, max: 12 }).map((minutes) => `08:${String(minutes).padStart(2, '0')}`);
  const event = fc
    .tuple(fc.constantFrom<TransitionKind>(...TRANSITION_KINDS), minute)
    .map(([kind, time]) => anEvent(kind, time));
  const lookup = fc
    .record({
      state: fc.constantFrom('running', 'terminated', 'stopped', 'pending', 'shutting-down'),
      launch: minute,
      observed: minute,
      code: fc.constantFrom(
        undefined,
        'Client.UserInitiatedShutdown',
        'Server.SpotInstanceTermination',
        'Client.InternalError',
      ),
      said: fc.option(minute, { nil: undefined }),
      tags: fc.constantFrom(aDescription().tags, {}, { 'eks:eks-cluster-name': 'other' }),
      publicIpv4Count: fc.nat(2),
      gib: fc.option(fc.nat(3), { nil: undefined }),
    })
    .map(({ launch, observed, code, said, gib, ...rest }) => {
      const sighting = sightingOf(
        aDescription({
          ...rest,
          launchTimeMs: Date.parse(at(launch)),
          observedMs: Date.parse(at(observed)),
          stateReasonCode: code,
          stateTransitionReason: said ? `User initiated (2026-11-02 ${said}:00 GMT)` : '',
        } as Partial<DescribedInstance>),
      );
      const volumes = gib === undefined ? [] : [{ gib, type: 'gp3', iops: null, throughputMiBps: null }];
      return mergeEvidence(sighting.evidence, volumeEvidence(volumes, sighting));
    });
  const history = fc.array(fc.oneof(event, lookup), { maxLength: 8 });

  it('comes to the same in any order, repeated, and put together in any grouping', () => {
    fc.assert(
      fc.property(
        history.chain((pieces) =>
          fc.tuple(
            fc.constant(pieces),
            fc.shuffledSubarray([...pieces, ...pieces], { minLength: pieces.length * 2 }),
            fc.nat(pieces.length),
          ),
        ),
        ([pieces, shuffled, cut]) => {
          const expected = together(...pieces);
          const inGroups = mergeEvidence(together(...pieces.slice(cut)), together(...pieces.slice(0, cut)));

          expect(together(...shuffled)).toEqual(expected);
          expect(inGroups).toEqual(expected);
          expect(mergeEvidence(expected, expected)).toEqual(expected);
        },
      ),
      { seed: 20261102 },
    );
  });

  it('gives runs that follow one another, of which only the last may be open', () => {
    fc.assert(
      fc.property(history, (pieces) => {
        const runs = recordFrom(...pieces)?.runs ?? [];
        const times = runs.flatMap(({ startedAt, endedAt }) => [startedAt, endedAt]);

        expect(times.slice(0, -1)).not.toContain(null);
        const known = times.filter((time) => time !== null);
        expect(known.toSorted()).toEqual(known);
      }),
      { seed: 20261102 },
    );
  });
});
