import { Heap } from '../../../core/heap.ts';
import type { Message, Queue } from './state.ts';

/** Where a message is: to be received, received and hidden, or not yet to be received. */
type Place = 'visible' | 'inFlight' | 'delayed' | 'gone';
type Entry = { readonly message: Message; place: Place };

/**
 * Orders over a queue's messages, made anew from them when there are none, as after a restore. Entries that no longer hold are
 * left in the heaps and passed over; when they are the greater part they are thrown away.
 */
type Index = {
  readonly entries: Map<string, Entry>;
  readonly counts: Record<Place, number>;
  /** By the order in the queue. */
  readonly visible: Heap<Entry>;
  /** By the time at which they become visible. */
  readonly hidden: Heap<Entry>;
  /** By the time at which they were sent. */
  readonly aging: Heap<Entry>;
};

const indexes = new WeakMap<Queue, Index>();
const FEW = 64;

function indexOf(queue: Queue, now: number): Index {
  let index = indexes.get(queue);
  if (!index) {
    index = {
      entries: new Map(),
      counts: { visible: 0, inFlight: 0, delayed: 0, gone: 0 },
      visible: new Heap(),
      hidden: new Heap(),
      aging: new Heap(),
    };
    indexes.set(queue, index);
    for (const message of Object.values(queue.messages)) enter(index, message, now);
  }
  showDue(index, now);
  return index;
}

function enter(index: Index, message: Message, now: number): void {
  const entry: Entry = { message, place: 'gone' };
  index.entries.set(message.id, entry);
  index.aging.push(message.sentMs, entry);
  place(index, entry, now);
  tidy(index);
}

/** Puts an entry where its message's times say. */
function place(index: Index, entry: Entry, now: number): void {
  const { message } = entry;
  const isVisible = message.visibleAtMs <= now;
  if (isVisible && entry.place === 'visible') return;
  move(index, entry, isVisible ? 'visible' : message.receipt === null ? 'delayed' : 'inFlight');
  if (isVisible) index.visible.push(message.order, entry);
  else index.hidden.push(message.visibleAtMs, entry);
}

function move(index: Index, entry: Entry, to: Place): void {
  if (entry.place !== 'gone') index.counts[entry.place] -= 1;
  if (to !== 'gone') index.counts[to] += 1;
  entry.place = to;
}

const isHidden = (atMs: number, { place: at, message }: Entry) =>
  (at === 'inFlight' || at === 'delayed') && message.visibleAtMs === atMs;

function showDue(index: Index, now: number): void {
  for (let next = index.hidden.peek(); next && next.key <= now; next = index.hidden.peek()) {
    index.hidden.pop();
    if (isHidden(next.key, next.value)) place(index, next.value, now);
  }
}

function tidy(index: Index): void {
  const most = 2 * index.entries.size + FEW;
  if (index.aging.size > most) index.aging.keep((_, entry) => entry.place !== 'gone');
  if (index.visible.size > most) index.visible.keep((_, entry) => entry.place === 'visible');
  if (index.hidden.size > most) index.hidden.keep(isHidden);
}

/** Puts a message at the end of the queue. */
export function addMessage(queue: Queue, message: Omit<Message, 'order'>, now: number): void {
  const index = indexOf(queue, now);
  queue.nextOrder += 1;
  const added: Message = { ...message, order: queue.nextOrder };
  queue.messages[added.id] = added;
  enter(index, added, now);
}

export function removeMessage(queue: Queue, message: Message, now: number): void {
  const index = indexOf(queue, now);
  const entry = index.entries.get(message.id);
  delete queue.messages[message.id];
  index.entries.delete(message.id);
  if (entry) move(index, entry, 'gone');
  tidy(index);
}

/** To be called after a message's times or its receipt have changed. */
export function replaceMessage(queue: Queue, message: Message, now: number): void {
  const index = indexOf(queue, now);
  const entry = index.entries.get(message.id);
  if (entry) place(index, entry, now);
  tidy(index);
}

/** Takes the first visible message out of sight; what becomes of it is for the caller to say, by one of the functions above. */
export function takeFirst(queue: Queue, now: number): Message | undefined {
  const index = indexOf(queue, now);
  for (let first = index.visible.pop(); first; first = index.visible.pop()) {
    if (first.value.place !== 'visible') continue;
    move(index, first.value, 'inFlight');
    return first.value.message;
  }
  return undefined;
}

/** The message that was sent first. */
export function oldestMessage(queue: Queue, now: number): Message | undefined {
  const { aging } = indexOf(queue, now);
  for (let first = aging.peek(); first; first = aging.peek()) {
    if (first.value.place !== 'gone') return first.value.message;
    aging.pop();
  }
  return undefined;
}

/** When the next hidden message becomes visible. */
export function firstHiddenMs(queue: Queue, now: number): number | undefined {
  const { hidden } = indexOf(queue, now);
  for (let first = hidden.peek(); first; first = hidden.peek()) {
    if (isHidden(first.key, first.value)) return first.key;
    hidden.pop();
  }
  return undefined;
}

export function messageCounts(queue: Queue, now: number): { visible: number; inFlight: number; delayed: number } {
  const { visible, inFlight, delayed } = indexOf(queue, now).counts;
  return { visible, inFlight, delayed };
}

export function clearMessages(queue: Queue): void {
  queue.messages = {};
  indexes.delete(queue);
}
