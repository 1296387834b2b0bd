import { describe, expect, it } from '@jest/globals';
import type { Fate, Replay } from '../../../../functions/redrive/fate.ts';
import { type DeadLetters, redrive } from '../../../../functions/redrive/redrive.ts';
import type { RedriveRequest } from '../../../../functions/redrive/request.ts';
import { DeadLetterQueue } from '../../../support/fakes/dead-letter-queue.ts';

const EVERYTHING: RedriveRequest = { queues: ['ingress'], dryRun: false, limit: Infinity };

/** A world in which bodies say what becomes of them: `send`, `drop REASON`, `keep REASON`. */
class World {
  readonly queue: DeadLetterQueue;
  readonly sent: string[] = [];
  readonly archived: string[] = [];
  readonly log: string[] = [];
  onSend: (body: string) => void = () => undefined;
  onArchive: () => void = () => undefined;
  remainingMs = () => 290_000;

  constructor(bodies: readonly string[]) {
    this.queue = new DeadLetterQueue(bodies, 1_000);
  }

  run(request: Partial<RedriveRequest> = {}, remove = this.queue.remove) {
    const replay: Replay = async (letters, { dryRun }) =>
      letters.map(({ body }): Fate => {
        const [what, reason = ''] = body.split(' ');
        if (what === 'drop') return { state: 'dropped', reason };
        if (what === 'keep') return { state: 'kept', reason };
        if (!dryRun) {
          this.onSend(body);
          this.sent.push(body);
        }
        return { state: 'redriven' };
      });
    const source: DeadLetters = { queue: 'ingress', name: 'Dead', url: 'url', replay };
    return redrive({ ...EVERYTHING, ...request }, [source, { ...source, queue: 'fleet' }], {
      remainingMs: this.remainingMs,
      receive: this.queue.receive,
      remove,
      hide: this.queue.hide,
      archive: async (name, lines) => {
        this.onArchive();
        this.archived.push(...lines);
        return `s3://documents/${name}`;
      },
      warn: (message) => this.log.push(message),
    });
  }

  get left(): string[] {
    return [...this.queue.letters.values()].map(({ body }) => body);
  }
}

describe('a redrive', () => {
  it('deletes what was sent, archives what was dropped, leaves what must stay to be seen, and counts all', async () => {
    const world = new World(['send', 'drop stale', 'keep not-json', 'send', 'drop not-ours', 'drop stale']);

    const { reports, more } = await world.run();

    expect(reports).toEqual([
      {
        queue: 'ingress',
        deadLetters: 'Dead',
        looked: 6,
        redriven: 2,
        dropped: { stale: 2, 'not-ours': 1 },
        kept: { 'not-json': 1 },
        archivedTo: ['s3://documents/Dead-1'],
        notDeleted: 0,
        more: false,
      },
    ]);
    expect(more).toBe(false);
    expect(world.sent).toHaveLength(2);
    expect(world.archived.map((line) => JSON.parse(line))).toContainEqual({
      messageId: 'm1',
      sentAt: '1970-01-01T00:00:01.000Z',
      reason: 'stale',
      body: 'drop stale',
    });
    expect(world.left).toEqual(['keep not-json']);
    expect(world.queue.visible).toEqual(['m2']);
  });

  it('does the same to nothing when it is run twice', async () => {
    const world = new World(['send', 'drop stale', 'keep not-json']);
    await world.run();

    const { reports } = await world.run();

    expect(reports[0]).toMatchObject({ looked: 1, redriven: 0, dropped: {}, kept: { 'not-json': 1 }, archivedTo: [] });
    expect(world.sent).toHaveLength(1);
    expect(world.archived).toHaveLength(1);
  });

  it('says in a dry run what it would do, and does none of it', async () => {
    const world = new World(['send', 'drop stale', 'keep not-json']);

    const { reports, dryRun } = await world.run({ dryRun: true });

    expect(dryRun).toBe(true);
    expect(reports[0]).toMatchObject({ looked: 3, redriven: 1, dropped: { stale: 1 }, kept: { 'not-json': 1 } });
    expect([world.sent, world.archived]).toEqual([[], []]);
    expect(world.queue.visible).toHaveLength(3);
  });

  it('looks at no more than its limit, and says that there may be more', async () => {
    const world = new World(Array.from({ length: 50 }, () => 'send'));

    const { reports, more } = await world.run({ limit: 23 });

    expect([reports[0]?.looked, world.sent.length, world.left.length, more]).toEqual([23, 23, 27, true]);
  });

  it('does not take its limit for reached while the queue has less', async () => {
    const { reports } = await new World(['send', 'send']).run({ limit: 5 });

    expect(reports[0]).toMatchObject({ looked: 2, more: false });
  });

  it('begins nothing new when its time is nearly over, and says so', async () => {
    const world = new World(Array.from({ length: 1000 }, () => 'send'));
    let leftMs = 60_000;
    world.remainingMs = () => {
      leftMs -= 1_000;
      return leftMs;
    };

    const { reports, more } = await world.run();

    expect(more).toBe(true);
    expect(reports[0]?.looked).toBe(world.sent.length);
    expect(world.sent.length + world.left.length).toBe(1000);
    expect(world.left.length).toBeGreaterThan(0);
  });

  it('loses nothing when it is cut off between sending and deleting', async () => {
    const bodies = Array.from({ length: 40 }, (_, index) => `send-${index}`);
    const world = new World(bodies);

    const cutOff = await world.run({}, async () => {
      throw new Error('cut off');
    });
    world.queue.showAll();
    const again = await world.run();

    expect(cutOff.reports[0]).toMatchObject({ redriven: 40, notDeleted: 40 });
    expect(again.reports[0]).toMatchObject({ redriven: 40, notDeleted: 0 });
    expect(new Set(world.sent).size).toBe(40);
    expect(world.left).toEqual([]);
  });

  it('keeps what it could not archive', async () => {
    const world = new World(['drop stale', 'drop stale']);
    world.onArchive = () => {
      throw new Error('no bucket');
    };

    const { reports } = await world.run();

    expect(reports[0]).toMatchObject({ dropped: {}, kept: { 'not-archived': 2 }, archivedTo: [] });
    expect(world.queue.visible).toHaveLength(2);
  });

  it('keeps the messages of a call that failed, and goes on with the others', async () => {
    const world = new World([...Array.from({ length: 10 }, () => 'bad'), ...Array.from({ length: 10 }, () => 'send')]);
    world.onSend = (body) => {
      if (body === 'bad') throw new Error('no network');
    };

    const { reports } = await world.run();

    expect(reports[0]).toMatchObject({ looked: 20, redriven: 10, kept: { failed: 10 } });
    expect(world.left).toEqual(Array.from({ length: 10 }, () => 'bad'));
  });
});
