import type { Letter } from '../../shared/aws/letters.ts';
import type { EntryFault } from '../../shared/aws/queues.ts';
import type { Fate } from './fate.ts';

export type SettlingDeps = {
  readonly remove: (queueUrl: string, receiptHandles: readonly string[]) => Promise<readonly EntryFault[]>;
  readonly hide: (
    queueUrl: string,
    messages: readonly { readonly receiptHandle: string; readonly seconds: number }[],
  ) => Promise<void>;
  /** Writes lines to a new document and says where it is. */
  readonly archive: (name: string, lines: readonly string[]) => Promise<string>;
  readonly warn: (message: string, details: object) => void;
};

export type Counts = {
  readonly looked: number;
  readonly redriven: number;
  readonly dropped: Readonly<Record<string, number>>;
  readonly kept: Readonly<Record<string, number>>;
  /** The documents that have the dropped ones. */
  readonly archivedTo: readonly string[];
  /** Seen to, and in the dead-letter queue all the same: they will be seen to again. */
  readonly notDeleted: number;
};

type Source = { readonly name: string; readonly url: string };
type Dropped = { readonly letter: Letter; readonly reason: string };

const MOST_A_CALL = 10;
/** Dropped messages are archived so many at a time, or when their bodies have so many characters. */
const ARCHIVE_LETTERS = 500;
const ARCHIVE_CHARACTERS = 4_000_000;

/** Does to the messages of one dead-letter queue what their fates ask for, and counts. */
export function settlementOf(source: Source, dryRun: boolean, deps: SettlingDeps) {
  const dropped: Record<string, number> = {};
  const kept: Record<string, number> = {};
  const archivedTo: string[] = [];
  const staying: string[] = [];
  const counts = { looked: 0, redriven: 0, notDeleted: 0, documents: 0 };
  let waiting: Dropped[] = [];

  async function remove(handles: readonly string[]): Promise<void> {
    for (const chunk of chunks(handles)) {
      const faults = await deps.remove(source.url, chunk).catch((error: unknown) => {
        deps.warn('messages that were seen to are not deleted', { queue: source.name, error });
        return chunk;
      });
      counts.notDeleted += faults.length;
    }
  }

  /** Deleted only when they are archived. */
  async function bury(letters: readonly Dropped[]): Promise<void> {
    if (letters.length === 0) return;
    const handles = letters.map(({ letter }) => letter.receiptHandle);
    counts.documents += 1;
    try {
      archivedTo.push(await deps.archive(`${source.name}-${counts.documents}`, letters.map(lineOf)));
    } catch (error) {
      deps.warn('messages that were dropped stay: they could not be archived', { queue: source.name, error });
      for (const _ of letters) add(kept, 'not-archived');
      staying.push(...handles);
      return;
    }
    for (const { reason } of letters) add(dropped, reason);
    await remove(handles);
  }

  function takeWaiting(): readonly Dropped[] {
    const taken = waiting;
    waiting = [];
    return taken;
  }

  return {
    async settle(letters: readonly Letter[], fates: readonly Fate[]): Promise<void> {
      counts.looked += letters.length;
      const sent: string[] = [];
      for (const [index, letter] of letters.entries()) {
        const fate = fates[index] ?? { state: 'kept', reason: 'unknown' };
        if (fate.state === 'redriven') counts.redriven += 1;
        if (fate.state === 'kept') add(kept, fate.reason);
        if (fate.state === 'dropped' && dryRun) add(dropped, fate.reason);
        if (dryRun || fate.state === 'kept') staying.push(letter.receiptHandle);
        else if (fate.state === 'redriven') sent.push(letter.receiptHandle);
        else waiting.push({ letter, reason: fate.reason });
      }
      await remove(sent);
      if (isEnough(waiting)) await bury(takeWaiting());
    },
    async finish(): Promise<Counts> {
      await bury(takeWaiting());
      // What stays is shown again at once: to the alarm, and to the next run. Where that fails it is shown when its time is over.
      for (const chunk of chunks(staying)) {
        const shown = chunk.map((receiptHandle) => ({ receiptHandle, seconds: 0 }));
        await deps.hide(source.url, shown).catch(() => undefined);
      }
      const { looked, redriven, notDeleted } = counts;
      return { looked, redriven, dropped, kept, archivedTo, notDeleted };
    },
  };
}

function isEnough(dropped: readonly Dropped[]): boolean {
  if (dropped.length >= ARCHIVE_LETTERS) return true;
  return dropped.reduce((sum, { letter }) => sum + letter.body.length, 0) >= ARCHIVE_CHARACTERS;
}

function lineOf({ letter: { messageId, sentMs, body }, reason }: Dropped): string {
  const sentAt = sentMs === undefined ? null : new Date(sentMs).toISOString();
  return JSON.stringify({ messageId, sentAt, reason, body });
}

function add(counts: Record<string, number>, reason: string): void {
  counts[reason] = (counts[reason] ?? 0) + 1;
}

function chunks<T>(list: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(list.length / MOST_A_CALL) }, (_, index) =>
    list.slice(index * MOST_A_CALL, (index + 1) * MOST_A_CALL),
  );
}
