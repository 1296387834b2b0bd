import { describe, expect, it } from '@jest/globals';
import { collectBatch } from '../../../../functions/collector/collect-batch.ts';
import { beginRound } from '../../../../functions/collector-round/begin-round.ts';
import type { DeadLetter } from '../../../../shared/aws/dead-letters.ts';
import { type CollectorMessage, readMessage } from '../../../../shared/clusters/collector-message.ts';

const T = Date.parse('2026-11-02T08:00:00Z');
const targets = Array.from({ length: 23 }, (_, index) => ({ cluster: `c${index}`, karpenterNamespace: 'kube-system' }));

describe('a round', () => {
  const round = async (refused: readonly string[] = [], more: object = {}) => {
    const sent: string[] = [];
    const lines: string[] = [];
    let refusals = 0;
    const result = await beginRound(
      { time: '2026-11-02T08:00:00Z' },
      {
        clock: { now: () => T },
        listTargets: async () => targets.map((target) => ({ ...target, ...more })),
        send: async (bodies) => {
          expect(bodies.length).toBeLessThanOrEqual(10);
          return bodies.flatMap((body, index) => {
            const { cluster } = readMessage(body);
            const isRefused = refused.includes(cluster) || (cluster === 'c4' && refusals++ === 0);
            if (!isRefused) sent.push(body);
            return isRefused ? [index] : [];
          });
        },
        writeLine: (line) => lines.push(line),
      },
    );
    return { result, lines, messages: sent.map(readMessage) };
  };

  it('asks for a collection of every cluster, of its minute, and is a heartbeat', async () => {
    const { result, messages, lines } = await round();

    expect(messages.toSorted((left, right) => Number(left.cluster.slice(1)) - Number(right.cluster.slice(1)))).toEqual(
      targets.map((target) => ({ ...target, roundMs: T, hasBootstrapNodes: true })),
    );
    expect(result).toEqual({ at: '2026-11-02T08:00:00Z', clusters: 23, unsent: [] });
    expect(lines.slice(-1).map((line) => JSON.parse(line) as object)).toMatchObject([
      { CollectorRuns: 1, clusters: 23, _aws: { CloudWatchMetrics: [{ Dimensions: [[]] }] } },
    ]);
  });

  it.each([{ mode: 'attach' }, { mode: 'adopt', bootstrapNodes: false }])(
    'says that there is no bootstrap group to count: %j',
    async (row) => {
      expect((await round([], row)).messages.map(({ hasBootstrapNodes }) => hasBootstrapNodes)).not.toContain(true);
    },
  );

  it('says which clusters the queue did not take', async () => {
    expect((await round(['c11', 'c22'])).result).toMatchObject({ unsent: ['c11', 'c22'] });
  });

  it('carries a budget where the registry has one, and nothing else of the row', async () => {
    const budget = { dollarsPerHour: '4', dollarsPerMonth: '2900', nodePools: { general: { dollarsPerHour: '1' } } };
    const { messages } = await round([], { budget, state: 'active' });

    expect(messages[0]).toEqual({
      ...targets[0],
      roundMs: T,
      hasBootstrapNodes: true,
      budget: { dollarsPerHour: '4', nodePools: { general: { dollarsPerHour: '1' } } },
    });
  });
});

describe('the messages of a round', () => {
  const aRecord = (body: string, messageId = 'm1') => ({ messageId, body });
  const body = (roundMs: number) => JSON.stringify({ ...targets[0], roundMs });
  const take = async (records: readonly object[], bury: (letter: DeadLetter) => Promise<void> = async () => {}) => {
    const collected: CollectorMessage[] = [];
    const lines: string[] = [];
    const { batchItemFailures } = await collectBatch(
      { Records: records },
      {
        clock: { now: () => T + 59_999 },
        bury,
        writeLine: (line) => lines.push(line),
        collect: async (message) => {
          collected.push(message);
          return {
            cluster: message.cluster,
            outcome: 'collected',
            ready: 0,
            failed: 0,
            series: 0,
            published: null,
            missing: [],
          };
        },
      },
    );
    return { collected, lines: lines.map((line) => JSON.parse(line) as object), batchItemFailures };
  };

  it('are worth a minute: what is older is dropped and counted, whatever the backlog', async () => {
    const { collected, lines, batchItemFailures } = await take([
      aRecord(body(T - 1), 'old'),
      aRecord(body(T), 'new'),
      aRecord(body(T - 600_000), 'older'),
    ]);

    expect(collected.map(({ roundMs }) => roundMs)).toEqual([T]);
    expect(lines).toMatchObject([
      { PartialCollections: 1, Cluster: 'c0', Part: 'round', ageSeconds: 60 },
      { PartialCollections: 1, Cluster: 'c0', Part: 'round', ageSeconds: 659.999 },
    ]);
    expect(batchItemFailures).toEqual([]);
  });

  it.each([['not json'], ['{}'], ['{"cluster":"","karpenterNamespace":"x","roundMs":1}'], ['null']])(
    'that are none (%s) go to the dead-letter queue at once, or come again',
    async (text) => {
      const buried: DeadLetter[] = [];

      const moved = await take([aRecord(text)], async (letter) => void buried.push(letter));
      const stuck = await take([aRecord(text)], () => Promise.reject(new Error('throttled')));

      expect(buried).toEqual([{ body: text, messageId: 'm1', reason: 'malformed', detail: expect.any(String) }]);
      expect(moved).toMatchObject({ collected: [], batchItemFailures: [] });
      expect(stuck.batchItemFailures).toEqual([{ itemIdentifier: 'm1' }]);
    },
  );
});
