import { describe, expect, it } from '@jest/globals';
import { consumedBy } from '../../../../functions/canary/consumed.ts';
import { type Consumed, sendCanary } from '../../../../functions/canary/send-canary.ts';

type Answer = Consumed | undefined | Error;

/** Clusters by name, each with what its leader answers, look after look; the last answer stays. */
async function aRound(clusters: Record<string, readonly Answer[]>, options: { busFails?: boolean } = {}) {
  let nowMs = Date.parse('2026-11-21T09:00:00Z');
  const sleeping: { untilMs: number; wake: () => void }[] = [];
  const looks = new Map<string, number>();
  const lines: Record<string, unknown>[] = [];
  let puts = 0;
  const round = sendCanary({
    clock: { now: () => nowMs },
    sleep: (seconds) => new Promise((wake) => sleeping.push({ untilMs: nowMs + seconds * 1000, wake })),
    listTargets: async () => Object.keys(clusters).map((cluster) => ({ cluster, karpenterNamespace: 'kube-system' })),
    putCanary: async () => {
      puts += 1;
      if (options.busFails) throw new Error('the bus is down');
    },
    readConsumed: async ({ cluster }) => {
      const answers = clusters[cluster] ?? [];
      const look = looks.get(cluster) ?? 0;
      looks.set(cluster, look + 1);
      const answer = answers[Math.min(look, answers.length - 1)];
      if (answer instanceof Error) throw answer;
      return answer;
    },
    writeLine: (line) => lines.push(JSON.parse(line) as Record<string, unknown>),
  });
  let isDone = false;
  const settled = round.finally(() => {
    isDone = true;
  });
  settled.catch(() => undefined);
  for (;;) {
    await new Promise((resolve) => setImmediate(resolve));
    if (isDone) break;
    const next = sleeping.toSorted((left, right) => left.untilMs - right.untilMs)[0];
    if (!next) continue;
    sleeping.splice(sleeping.indexOf(next), 1);
    nowMs = Math.max(nowMs, next.untilMs);
    next.wake();
  }
  return { outcomes: await round, lines, puts, looks };
}

const led = (count: number, process = 'uid/1'): Consumed => ({ process, count });

describe('the canary', () => {
  it('has arrived when the leader took one more message than before, and is not looked for any longer', async () => {
    const { outcomes, looks, lines } = await aRound({ prod: [led(4), led(4), led(5)] });

    expect(outcomes).toEqual([{ cluster: 'prod', outcome: 'arrived', seconds: 7, detail: 'the leader took it' }]);
    expect(looks.get('prod')).toBe(3);
    expect(lines).toContainEqual(
      expect.objectContaining({ Cluster: 'prod', CanaryArrived: 1, CanaryLost: 0, CanarySeconds: 7 }),
    );
  });

  it('is one event for all clusters, each with an outcome of its own', async () => {
    const { outcomes, puts, lines } = await aRound({
      fine: [led(0), led(1)],
      deaf: [led(9)],
      leaderless: [undefined],
      away: [new Error('connect ETIMEDOUT')],
      failedOver: [led(9), led(0, 'uid/2')],
    });

    expect(puts).toBe(1);
    expect(outcomes.map(({ cluster, outcome }) => [cluster, outcome])).toEqual([
      ['fine', 'arrived'],
      ['deaf', 'lost'],
      ['leaderless', 'unchecked'],
      ['away', 'unchecked'],
      ['failedOver', 'unchecked'],
    ]);
    expect(outcomes[3]?.detail).toBe('connect ETIMEDOUT');
    expect(lines).toContainEqual(expect.objectContaining({ Part: 'canary', CanaryRounds: 1, CanaryLost: 1 }));
  });

  it('fails as a whole when the bus does not take it, so that the alarm on its heartbeat rings', async () => {
    await expect(aRound({ prod: [led(1)] }, { busFails: true })).rejects.toThrow('the bus is down');
  });

  it('beats its heart when there are no clusters, and sends nothing', async () => {
    const { puts, lines } = await aRound({});

    expect(puts).toBe(0);
    expect(lines).toEqual([expect.objectContaining({ Part: 'canary', CanaryRounds: 1, CanaryLost: 0 })]);
  });

  it('counts messages that the controller had nothing to do about, whatever else it counts', () => {
    const name = 'karpenter_interruption_received_messages_total';
    const samples = [
      { name, labels: { message_type: 'no_op' }, value: 3 },
      { name, labels: { message_type: 'spot_interrupted' }, value: 8 },
    ];

    expect(consumedBy({ pod: 'karpenter-1', process: 'uid/1', samples })).toEqual({ process: 'uid/1', count: 3 });
    expect(consumedBy(undefined)).toBeUndefined();
  });
});
