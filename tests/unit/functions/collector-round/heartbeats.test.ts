import { describe, expect, it } from '@jest/globals';
import { beginRound } from '../../../../functions/collector-round/begin-round.ts';

describe('a round of the collector', () => {
  it('leaves a zero for each cluster that is to be collected, sent or not, and its own heartbeat last', async () => {
    const lines: Record<string, unknown>[] = [];

    await beginRound(
      { time: '2026-11-02T08:00:00Z' },
      {
        clock: { now: () => Date.parse('2026-11-02T08:00:01Z') },
        listTargets: async () =>
          ['banking', 'retail'].map((cluster) => ({ cluster, endpoint: 'https://x', ca: 'eA==' })) as never,
        send: async (bodies) => bodies.map((_, index) => index),
        writeLine: (line) => lines.push(JSON.parse(line)),
      },
    );

    expect(lines.map(({ Cluster = null, CollectorRuns }) => [Cluster, CollectorRuns])).toEqual([
      ['banking', 0],
      ['retail', 0],
      [null, 1],
    ]);
  });
});
