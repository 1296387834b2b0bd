import { describe, expect, it } from '@jest/globals';
import { KubeError } from '../../../../shared/kube/errors.ts';
import { scrapeLeader } from '../../../../shared/kube/leader-metrics.ts';

const WANTED = new Map([['karpenter_nodeclaims_created_total', ['nodepool']]]);
const PAGE = [
  'karpenter_nodeclaims_created_total{nodepool="general",reason="provisioned"} 7',
  'leader_election_master_status{name="karpenter-leader-election"} 1',
  'process_start_time_seconds 1.7625e+09',
  '',
].join('\n');

type World = {
  holders: readonly string[];
  restarts: readonly number[];
  page: (onChunk: (chunk: Buffer) => void) => void;
};

/** An API server whose lease and whose pod are read twice: once before the page, once after. */
function scrape(world: Partial<World>) {
  const { holders = ['karpenter-a_1', 'karpenter-a_1'], restarts = [0, 0], page = serve(PAGE) } = world;
  let lease = 0;
  return scrapeLeader(
    {
      read: async ({ apiVersion, kind, name }) => {
        if (kind === 'Lease') {
          const holderIdentity = holders[lease] ?? '';
          lease += 1;
          return { apiVersion, kind, metadata: { name }, spec: { holderIdentity } };
        }
        if (name === 'karpenter-gone') return undefined;
        const status = { containerStatuses: [{ restartCount: restarts[lease - 1] ?? 0 }] };
        return { apiVersion, kind, metadata: { name, uid: `uid-${name}` }, status };
      },
      podPage: async (_pod, _path, onChunk) => page(onChunk),
    },
    'kube-system',
    WANTED,
  );
}

const serve = (page: string) => (onChunk: (chunk: Buffer) => void) => onChunk(Buffer.from(page));
const fail = (status: number) => () => {
  throw new KubeError(status, 'read /metrics of pod karpenter-a', 'for some reason');
};

describe('asking the leader for its metrics', () => {
  it('gives the wanted samples of one process', async () => {
    await expect(scrape({})).resolves.toEqual({
      outcome: 'read',
      metrics: {
        pod: 'karpenter-a',
        process: 'uid-karpenter-a/1762500000',
        samples: [{ name: 'karpenter_nodeclaims_created_total', labels: { nodepool: 'general' }, value: 7 }],
      },
      malformed: 0,
    });
  });

  it('counts wanted lines that are no samples, and keeps the others', async () => {
    const page = `karpenter_nodeclaims_created_total{nodepool="x" 7\nkarpenter_nodeclaims_created_total{} NaN\n${PAGE}`;

    await expect(scrape({ page: serve(page) })).resolves.toMatchObject({
      malformed: 2,
      metrics: { samples: [{ value: 7 }] },
    });
  });

  it.each([
    ['nobody holds the lease', ['', ''], 'nobody holds the lease'],
    ['who held it is gone', ['karpenter-gone_1', ''], 'is gone'],
  ])('finds no leader when %s', async (_, holders, why) => {
    await expect(scrape({ holders })).resolves.toEqual({
      outcome: 'no-leader',
      why: expect.stringContaining(why),
    });
  });

  it.each([
    ['another pod holds the lease afterwards', { holders: ['karpenter-a_1', 'karpenter-b_2'] }],
    ['another process of the same pod does', { holders: ['karpenter-a_1', 'karpenter-a_2'] }],
    ['nobody does any more', { holders: ['karpenter-a_1', ''] }],
    ['the pod restarted meanwhile', { restarts: [0, 1] }],
    ['the page says that it does not lead', { page: serve(PAGE.replace('election"} 1', 'election"} 0')) }],
  ])('does not trust the page when %s', async (_, world) => {
    await expect(scrape(world)).resolves.toMatchObject({ outcome: 'changed', why: expect.any(String) });
  });

  it.each([
    ['it is empty', serve('')],
    ['it ends within a line', serve(PAGE.slice(0, -1))],
    ['it ends between two lines, before its last families', serve(`${PAGE.split('\n')[0]}\n`)],
    [
      'the connection breaks',
      (onChunk: (chunk: Buffer) => void) => {
        onChunk(Buffer.from(PAGE));
        fail(0)();
      },
    ],
  ])('says that the page is cut short when %s', async (_, page) => {
    await expect(scrape({ page })).resolves.toMatchObject({ outcome: 'truncated', why: expect.any(String) });
  });

  it('says that the endpoint is gone when the API server cannot reach it', async () => {
    await expect(scrape({ page: fail(503) })).resolves.toMatchObject({ outcome: 'gone' });
    await expect(scrape({ page: fail(404) })).resolves.toMatchObject({ outcome: 'gone' });
  });

  it.each([0, 401, 403, 429])('fails when the API server itself does not answer or refuses: %d', async (status) => {
    await expect(scrape({ page: fail(status) })).rejects.toMatchObject({ status });
  });
});
