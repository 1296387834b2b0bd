import { describe, expect, it } from '@jest/globals';
import { type CollectorKube, readCluster } from '../../../../functions/collector/read-cluster.ts';
import { KubeError } from '../../../../shared/kube/errors.ts';
import type { Timers } from '../../../../shared/lambda/timers.ts';

const PAGE =
  'leader_election_master_status{name="karpenter-leader-election"} 1\nprocess_start_time_seconds 1.7625e+09\n';

/** A cluster without nodes; `page` serves the leader's metrics, attempt by attempt. */
function look(page: (attempt: number, onChunk: (chunk: Buffer) => void) => void, holders: readonly string[] = []) {
  let [attempts, leases, nowMs] = [0, 0, 0];
  const kube: CollectorKube = {
    each: async () => {},
    read: async ({ apiVersion, kind, name }) => {
      if (kind !== 'Lease') return { apiVersion, kind, metadata: { name, uid: name }, status: {} };
      leases += 1;
      return { apiVersion, kind, metadata: { name }, spec: { holderIdentity: holders[leases - 1] ?? 'karpenter-a_1' } };
    },
    podPage: async (_pod, _path, onChunk) => {
      attempts += 1;
      page(attempts, onChunk);
    },
  };
  const timers: Timers = {
    sleep: async (ms) => {
      nowMs += ms;
    },
    within: async (_ms, _doing, work) => work,
  };
  const target = { cluster: 'banking', karpenterNamespace: 'kube-system', startedMs: 0, utilisationAtMs: undefined };
  return readCluster(target, { connect: async () => kube, clock: { now: () => nowMs }, timers });
}

const serve = (_attempt: number, onChunk: (chunk: Buffer) => void) => onChunk(Buffer.from(PAGE));

describe('reading the leader of a cluster', () => {
  it('knows who leads, and that nobody does', async () => {
    expect(await look(serve)).toMatchObject({ leader: { pod: 'karpenter-a' }, isLeaderKnown: true, missing: [] });
    expect(await look(serve, [''])).toMatchObject({ leader: undefined, isLeaderKnown: true, missing: [] });
  });

  it('takes who serves no metrics for no leader, and says why', async () => {
    const view = await look(() => {
      throw new KubeError(503, 'read /metrics of pod karpenter-a', 'connection refused');
    });

    expect(view).toMatchObject({
      leader: undefined,
      isLeaderKnown: true,
      missing: [{ part: 'metrics', reason: expect.stringContaining('connection refused') }],
    });
  });

  it('does not know who leads while the lease changes hands, or the page is cut short', async () => {
    const restless = await look(serve, [
      'karpenter-a_1',
      'karpenter-b_1',
      'karpenter-b_1',
      'karpenter-a_1',
      'karpenter-a_1',
      'karpenter-b_1',
    ]);
    const short = await look((_, onChunk) => onChunk(Buffer.from(PAGE.slice(0, 70))));

    for (const view of [restless, short])
      expect(view).toMatchObject({ leader: undefined, isLeaderKnown: false, missing: [{ part: 'metrics' }] });
  });

  it('reads the page again after a change of leader', async () => {
    expect(await look(serve, ['karpenter-a_1', 'karpenter-b_1'])).toMatchObject({
      leader: { pod: 'karpenter-a' },
      isLeaderKnown: true,
      missing: [],
    });
  });
});
