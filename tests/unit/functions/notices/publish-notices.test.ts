import { describe, expect, it } from '@jest/globals';
import type { InstanceFacts, TopicMessage } from '../../../../functions/notices/notice.ts';
import { type AnnouncedEnd, publishNotices } from '../../../../functions/notices/publish-notices.ts';
import type { ParsedEvent } from '../../../../shared/events/event.ts';

const AT = Date.parse('2026-11-21T09:00:00Z');
const idOf = (number: number) => `i-${String(number).padStart(17, '0')}`;
const anEvent = (number: number, more: Partial<ParsedEvent> = {}): ParsedEvent => ({
  kind: 'spot-interruption',
  id: `event-${number}`,
  accountId: '111122223333',
  receivingAccountId: '111122223333',
  region: 'eu-west-1',
  emittedMs: AT + number * 10,
  instanceIds: [idOf(number)],
  subject: 'terminate',
  body: '{}',
  repairs: [],
  ...more,
});
const aNode = (more: Partial<InstanceFacts> = {}): InstanceFacts => ({
  cluster: 'banking-prod',
  nodePool: 'banking-general',
  instanceType: 'm5.large',
  zone: 'eu-west-1a',
  capacityType: 'spot',
  ...more,
});

async function publish(
  events: readonly (ParsedEvent | undefined)[],
  options: {
    ledgerDown?: boolean;
    ledgerReadOnly?: boolean;
    topicDown?: boolean;
    nodes?: Map<string, InstanceFacts>;
  } = {},
) {
  const published: TopicMessage[] = [];
  const warnings: string[] = [];
  const recorded: AnnouncedEnd[] = [];
  const counted: string[] = [];
  const down = async () => {
    throw new Error('the table is away');
  };
  const answer = await publishNotices(
    events.map((_, index) => String(index)),
    {
      parse: (body) => events[Number(body)],
      readInstances: options.ledgerDown
        ? down
        : async (ids) => options.nodes ?? new Map(ids.map((id) => [id, aNode()])),
      readHandOvers: options.ledgerDown
        ? down
        : async (expected) =>
            expected.map((_, index) =>
              index < expected.length - 1 ? { leadTimeLeftSeconds: 119 - index / 10 } : undefined,
            ),
      timers: { within: (_ms, _doing, work) => work },
      readSpotPrices: async (pools) =>
        new Map(pools.map(({ instanceType, zone }) => [`${instanceType} ${zone}`, '0.0431'])),
      count: async (notices) => void counted.push(...notices.map(({ eventId }) => eventId)),
      publish: async (message) => {
        if (options.topicDown) throw new Error('no such topic');
        published.push(message);
      },
      recordNotice: async (notice) => {
        if (options.ledgerDown || options.ledgerReadOnly) throw new Error('the table is away');
        recorded.push(notice);
      },
      warn: (message) => warnings.push(message),
    },
  );
  return { answer, published, warnings, recorded, counted };
}

describe('notices', () => {
  it('tell of one interruption with its instance, pool, type, zone, price and the time that was left', async () => {
    const { published } = await publish([anEvent(1), anEvent(2)]);

    expect(published.map(({ subject }) => subject)).toEqual([
      'Joinery: Spot interruption of i-00000000000000001 in banking-prod',
      'Joinery: Spot interruption of i-00000000000000002 in banking-prod',
    ]);
    expect(published[0]?.attributes).toEqual({ kind: 'spot-interruption', cluster: 'banking-prod', digest: 'false' });
    for (const fact of [
      'banking-general',
      'm5.large',
      'eu-west-1a',
      '$0.0431 an hour',
      '2026-11-21T09:00:00.010Z',
      'with 119.0 s left',
    ])
      expect(published[0]?.text).toContain(fact);
    expect(published[1]?.text).toContain('not yet when this was written');
  });

  it('become one digest in a burst, with what was not handed over named first', async () => {
    const burst = Array.from({ length: 5000 }, (_, number) => anEvent(number));

    const { answer, published } = await publish(burst);

    expect(answer).toEqual({ notices: 5000, messages: 1 });
    const [{ subject, text, attributes } = { subject: '', text: '', attributes: {} }] = published;
    expect(subject).toBe('Joinery: 5000 interruption notices for 5000 instances in banking-prod');
    expect(attributes).toEqual({ kind: 'spot-interruption', cluster: 'banking-prod', digest: 'true' });
    expect(text).toContain('1 were not handed over');
    expect(text).toMatch(new RegExp(`The first 20 of 5000 .*\n  ${idOf(4999)}`));
    expect(text.length).toBeLessThan(10_000);
  });

  it('count an event once however often it came, and leave out what is no notice', async () => {
    const { answer } = await publish([anEvent(1), anEvent(1), undefined]);

    expect(answer).toEqual({ notices: 1, messages: 1 });
  });

  it('are not given for instances that are known to be no nodes of ours, but for those that nobody knows', async () => {
    const nobodys = aNode({ cluster: null });

    const { answer, published } = await publish([anEvent(1), anEvent(2)], { nodes: new Map([[idOf(1), nobodys]]) });

    expect(answer).toEqual({ notices: 1, messages: 1 });
    expect(published[0]?.subject).toBe('Joinery: Spot interruption of i-00000000000000002 in no known cluster');
  });

  it('say what they know when the ledger is away', async () => {
    const { published, warnings } = await publish([anEvent(1)], { ledgerDown: true });

    expect(published[0]?.subject).toBe('Joinery: Spot interruption of i-00000000000000001 in no known cluster');
    expect(published[0]?.text).toContain('Price:         not known');
    expect(warnings).toHaveLength(3);
  });

  it('keep in the ledger when EC2 announced the end of each instance that may be a node of ours', async () => {
    const nodes = new Map([
      [idOf(1), aNode()],
      [idOf(2), aNode({ cluster: null })],
    ]);
    const health = anEvent(1, { id: 'event-9', kind: 'health', instanceIds: [idOf(1), idOf(3)] });

    const { recorded } = await publish([anEvent(1), anEvent(2), health, anEvent(4, { emittedMs: undefined })], {
      nodes,
    });

    expect(recorded).toEqual([
      { instanceId: idOf(1), atMs: AT + 10, kind: 'spot-interruption' },
      { instanceId: idOf(1), atMs: AT + 10, kind: 'health' },
      { instanceId: idOf(3), atMs: AT + 10, kind: 'health' },
    ]);
  });

  it('are told although that could not be kept, with a warning', async () => {
    const { answer, warnings } = await publish([anEvent(1)], { ledgerReadOnly: true });

    expect(answer.messages).toBe(1);
    expect(warnings).toEqual([expect.stringContaining('recording when the notices were given')]);
  });

  it('are counted, but for those of nodes that are not ours', async () => {
    const nodes = new Map([
      [idOf(1), aNode()],
      [idOf(2), aNode({ cluster: null })],
    ]);
    const { counted } = await publish([anEvent(1), anEvent(2), anEvent(3)], { nodes });

    expect(counted).toEqual(['event-1', 'event-3']);
  });

  it('fail when the topic takes nothing, so that the batch comes again', async () => {
    await expect(publish([anEvent(1)], { topicDown: true })).rejects.toThrow('no such topic');
  });
});
