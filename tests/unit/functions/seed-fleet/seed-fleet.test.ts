import { describe, expect, it } from '@jest/globals';
import { seedFleet } from '../../../../functions/seed-fleet/seed-fleet.ts';
import { sightingOf } from '../../../../shared/fleet/described-instance.ts';
import { type Evidence, mergeEvidence, NO_EVIDENCE } from '../../../../shared/fleet/evidence.ts';
import { NO_ANNOTATIONS, recordOf } from '../../../../shared/fleet/instance-record.ts';
import type { KubeApi } from '../../../../shared/kube/api.ts';
import { anInput, aStepWorld } from '../../../support/fakes/step-world.ts';

const NOW = Date.parse('2026-11-02T08:00:00Z');

const aSighting = (instanceId: string, tags: Record<string, string>) =>
  sightingOf({
    instanceId,
    accountId: '111122223333',
    region: 'eu-west-1',
    state: 'running',
    launchTimeMs: NOW - 40 * 86_400_000,
    observedMs: NOW,
    instanceType: 'm5.large',
    zone: 'eu-west-1a',
    zoneId: 'euw1-az1',
    platformDetails: 'Linux/UNIX',
    tenancy: 'default',
    lifecycle: 'spot',
    capacityReservationId: null,
    stateReasonCode: undefined,
    stateTransitionReason: '',
    tags: { 'eks:eks-cluster-name': 'banking-prod', ...tags },
    publicIpv4Count: 0,
  });

function aFleet(claims: object[]) {
  const known = new Map<string, Evidence>();
  const sightings = new Map([['i-0a', aSighting('i-0a', { 'karpenter.sh/nodepool': 'payments' })]]);
  const deps = {
    ...aStepWorld().deps,
    list: async () => sightings,
    volumesOf: async () => new Map([['i-0a', [{ gib: 20, type: 'gp3', iops: 3000, throughputMiBps: 125 }]]]),
    connect: async () => ({ list: async () => claims }) as unknown as KubeApi,
    record: async (news: ReadonlyMap<string, Evidence>) => {
      const recorded = new Map(
        [...news].map(([id, evidence]) => {
          const before = known.get(id) ?? NO_EVIDENCE;
          const after = mergeEvidence(before, evidence);
          known.set(id, after);
          return [id, { before, after }] as const;
        }),
      );
      return { recorded, failed: new Map() };
    },
  };
  return { known, deps };
}

const claim = {
  metadata: { name: 'payments-x7k2p', labels: { 'karpenter.sh/nodepool': 'payments' } },
  status: { providerID: 'aws:///eu-west-1a/i-0a' },
};

describe('the fleet of a cluster that is attached', () => {
  it('has a past: since when it ran, in which pool, at which price, for which claim', async () => {
    const { known, deps } = aFleet([claim]);

    const result = await seedFleet(anInput('fleet'), deps);

    expect(result).toMatchObject({
      ready: true,
      change: 'created',
      detail: '1 instances run, 1 of 1 were new to the ledger',
    });
    expect(recordOf('i-0a', known.get('i-0a') ?? NO_EVIDENCE, NO_ANNOTATIONS)).toMatchObject({
      cluster: 'banking-prod',
      launchedAt: '2026-09-23T08:00:00.000Z',
      nodePool: 'payments',
      nodeClaim: 'payments-x7k2p',
      capacityType: 'spot',
      volumes: [{ gib: 20 }],
    });
  });

  it('is told to the ledger once', async () => {
    const { deps } = aFleet([]);
    await seedFleet(anInput('fleet'), deps);

    expect(await seedFleet(anInput('fleet'), deps)).toMatchObject({ ready: true, change: 'none' });
  });
});
