import type { EntryFault, OutgoingMessage } from '../../shared/aws/queues.ts';
import type { Timers } from '../../shared/lambda/timers.ts';

/** What became of one message. `failed` may be tried again; `refused` never will do. */
export type Sent =
  | { readonly state: 'sent'; readonly atMs: number }
  | { readonly state: 'failed' | 'refused'; readonly code: string };

export type Addressed = OutgoingMessage & { readonly queueUrl: string };

export type SendDeps = {
  readonly send: (queueUrl: string, messages: readonly OutgoingMessage[]) => Promise<readonly EntryFault[]>;
  readonly clock: { now(): number };
  readonly timers: Timers;
};

/** SQS's own limits for one call. */
export const MAX_ENTRIES = 10;
export const MAX_BYTES = 1_048_576;

/** A call is given up after so long; the client's own limit is a little shorter. */
const CALL_MS = 1_100;
/** Waits before the second and the third attempt of what was not taken. */
const WAITS_MS = [50, 150];

/** The queue is gone or does not take anything from us: no attempt will change that. */
const REFUSALS: ReadonlySet<string> = new Set([
  'AWS.SimpleQueueService.NonExistentQueue',
  'AccessDenied',
  'AccessDeniedException',
  'InvalidAddress',
  'KmsAccessDenied',
  'KmsDisabled',
  'KmsInvalidKeyUsage',
  'KmsInvalidState',
  'KmsNotFound',
  'KmsOptInRequired',
  'QueueDoesNotExist',
]);

/**
 * Sends every message to its queue, grouped into batches, all queues at once; what is not taken is tried again while there is
 * time to. Gives what became of each, in the order of the messages. Never throws.
 */
export async function sendAll(messages: readonly Addressed[], untilMs: number, deps: SendDeps): Promise<Sent[]> {
  const results: Sent[] = new Array(messages.length);
  await Promise.all(batchesOf(messages).map((batch) => sendBatch(messages, batch, results, untilMs, deps)));
  return results;
}

/** Indices of messages that go together in one call. */
function batchesOf(messages: readonly Addressed[]): number[][] {
  const batches: number[][] = [];
  const open = new Map<string, { indices: number[]; bytes: number }>();
  for (const [index, message] of messages.entries()) {
    const bytes = sizeOf(message);
    const last = open.get(message.queueUrl);
    if (last && last.indices.length < MAX_ENTRIES && last.bytes + bytes <= MAX_BYTES) {
      last.indices.push(index);
      last.bytes += bytes;
      continue;
    }
    const next = { indices: [index], bytes };
    open.set(message.queueUrl, next);
    batches.push(next.indices);
  }
  return batches;
}

/** As SQS counts: body, and names, types and values of the attributes. */
export function sizeOf({ body, attributes }: OutgoingMessage): number {
  let bytes = Buffer.byteLength(body);
  for (const name in attributes) bytes += name.length + 'String'.length + Buffer.byteLength(attributes[name] ?? '');
  return bytes;
}

async function sendBatch(
  messages: readonly Addressed[],
  batch: readonly number[],
  results: Sent[],
  untilMs: number,
  deps: SendDeps,
): Promise<void> {
  let rest = batch;
  for (let attempt = 0; ; attempt += 1) {
    rest = await sendOnce(messages, rest, results, deps);
    const wait = WAITS_MS[attempt];
    if (rest.length === 0 || wait === undefined || deps.clock.now() + wait + CALL_MS > untilMs) return;
    await deps.timers.sleep(wait);
  }
}

/** One call; gives the indices of what may be tried again. */
async function sendOnce(
  messages: readonly Addressed[],
  batch: readonly number[],
  results: Sent[],
  { send, clock, timers }: SendDeps,
): Promise<number[]> {
  const chosen: Addressed[] = [];
  for (const index of batch) {
    const message = messages[index];
    if (message) chosen.push(message);
  }
  const queueUrl = chosen[0]?.queueUrl ?? '';
  let faults: readonly EntryFault[];
  try {
    faults = await timers.within(CALL_MS, 'sending', send(queueUrl, chosen));
  } catch (error) {
    const code = error instanceof Error ? error.name : 'unknown';
    faults = batch.map((_, index) => ({ index, code }));
  }
  const atMs = clock.now();
  for (const index of batch) results[index] = { state: 'sent', atMs };
  const again: number[] = [];
  for (const { index, code } of faults) {
    const original = batch[index];
    if (original === undefined) continue;
    const isRefused = REFUSALS.has(code);
    results[original] = { state: isRefused ? 'refused' : 'failed', code };
    if (!isRefused) again.push(original);
  }
  return again;
}
