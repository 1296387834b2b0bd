import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Message, Queue } from '../../../../../../simulator/aws/services/sqs/state.ts';
import {
  addMessage,
  firstHiddenMs,
  messageCounts,
  oldestMessage,
  removeMessage,
  replaceMessage,
  takeFirst,
} from '../../../../../../simulator/aws/services/sqs/store.ts';

type Step =
  | { readonly kind: 'add'; readonly delay: number; readonly age: number }
  | { readonly kind: 'take'; readonly hide: number }
  | { readonly kind: 'remove' | 'show'; readonly which: number }
  | { readonly kind: 'wait'; readonly seconds: number }
  | { readonly kind: 'restore' };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), delay: fc.nat(3), age: fc.nat(3) }),
  fc.record({ kind: fc.constant('take' as const), hide: fc.nat(3) }),
  fc.record({ kind: fc.constantFrom('remove' as const, 'show' as const), which: fc.nat(20) }),
  fc.record({ kind: fc.constant('wait' as const), seconds: fc.nat(3) }),
  fc.constant({ kind: 'restore' as const }),
);

const message = (id: string, sentMs: number, visibleAtMs: number): Omit<Message, 'order'> => ({
  id,
  body: id,
  attributes: {},
  bodyMd5: '',
  attributesMd5: null,
  groupId: null,
  senderId: '',
  sentMs,
  deadLetterSource: null,
  visibleAtMs,
  receiveCount: 0,
  firstReceivedMs: null,
  receivedMs: null,
  receipt: null,
});

const emptyQueue = (): Queue => ({
  name: 'q',
  createdMs: 0,
  modifiedMs: 0,
  purgedMs: null,
  attributes: {},
  tags: {},
  messages: {},
  nextOrder: 0,
});

/** A queue and what has been done to it. */
class Story {
  queue = emptyQueue();
  now = 100;
  #ids = 0;

  all(): Message[] {
    return Object.values(this.queue.messages).toSorted((left, right) => left.order - right.order);
  }

  perform(step: Step): void {
    if (step.kind === 'add') this.#add(step);
    else if (step.kind === 'take') this.#take(step.hide);
    else if (step.kind === 'wait') this.now += step.seconds;
    else if (step.kind === 'restore') this.queue = structuredClone(this.queue);
    else this.#change(step.kind, this.all()[step.which]);
  }

  #add({ age, delay }: { readonly age: number; readonly delay: number }): void {
    this.#ids += 1;
    addMessage(this.queue, message(`m${this.#ids}`, this.now - age, this.now + delay), this.now);
  }

  #take(hide: number): void {
    const expected = this.all().find(({ visibleAtMs }) => visibleAtMs <= this.now);
    const taken = takeFirst(this.queue, this.now);
    expect(taken?.id).toBe(expected?.id);
    if (!taken) return;
    taken.visibleAtMs = this.now + hide;
    taken.receipt = this.#ids;
    replaceMessage(this.queue, taken, this.now);
  }

  #change(how: 'remove' | 'show', chosen: Message | undefined): void {
    if (chosen && how === 'remove') removeMessage(this.queue, chosen, this.now);
    else if (chosen) {
      chosen.visibleAtMs = this.now;
      replaceMessage(this.queue, chosen, this.now);
    }
  }

  check(): void {
    const { queue, now } = this;
    const all = this.all();
    const hidden = all.filter(({ visibleAtMs }) => visibleAtMs > now);
    expect(messageCounts(queue, now)).toEqual({
      visible: all.length - hidden.length,
      inFlight: hidden.filter(({ receipt }) => receipt !== null).length,
      delayed: hidden.filter(({ receipt }) => receipt === null).length,
    });
    expect(firstHiddenMs(queue, now)).toBe(least(hidden.map(({ visibleAtMs }) => visibleAtMs)));
    expect(oldestMessage(queue, now)?.sentMs).toBe(least(all.map(({ sentMs }) => sentMs)));
  }
}

const least = (numbers: readonly number[]) => (numbers.length > 0 ? Math.min(...numbers) : undefined);

describe("a queue's messages in their orders", () => {
  it('are what looking through all of them says, whatever was done, also after a restore', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const story = new Story();
        for (const next of steps) {
          story.perform(next);
          story.check();
        }
      }),
    );
  });
});
