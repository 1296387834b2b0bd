import type { Queues } from '../../shared/aws/queues.ts';
import { faultText } from './fault-text.ts';
import type { Item, Outcome } from './item.ts';
import { type Addressed, MAX_BYTES, MAX_ENTRIES, type SendDeps, sendAll, sizeOf } from './send-deliveries.ts';

export type AsideDeps = SendDeps & {
  readonly queues: Pick<Queues, 'hide' | 'remove'>;
  readonly deadLetterUrl: string;
};

type Judged = { readonly item: Item; readonly outcome: Outcome };

const CALL_MS = 700;

/**
 * Takes dead items to the dead-letter queue and out of the ingress queue, and says of some others when they come again. Gives the
 * ids of the dead items that reached the dead-letter queue. Never throws: what fails here, the visibility timeout mends.
 */
export async function setAside(
  judged: readonly Judged[],
  ingressUrl: string,
  untilMs: number,
  deps: AsideDeps,
  faults: string[],
): Promise<ReadonlySet<string>> {
  const dead = judged.flatMap(({ item, outcome }) => (outcome.state === 'dead' ? [{ item, outcome }] : []));
  const soon = judged.flatMap(({ item: { receiptHandle }, outcome }) =>
    outcome.state === 'retry' && outcome.seconds !== undefined ? [{ receiptHandle, seconds: outcome.seconds }] : [],
  );
  if (dead.length === 0 && soon.length === 0) return new Set();
  const [buried] = await Promise.all([
    bury(dead, ingressUrl, untilMs, deps, faults),
    ...chunks(soon).map((chunk) => guarded('retrying soon', faults, deps, deps.queues.hide(ingressUrl, chunk))),
  ]);
  return buried;
}

type Dead = { readonly item: Item; readonly outcome: Extract<Outcome, { state: 'dead' }> };

async function bury(
  dead: readonly Dead[],
  ingressUrl: string,
  untilMs: number,
  deps: AsideDeps,
  faults: string[],
): Promise<ReadonlySet<string>> {
  if (dead.length === 0) return new Set();
  const results = await sendAll(
    dead.map((one) => deadLetter(one, deps.deadLetterUrl)),
    untilMs,
    deps,
  );
  const buried = dead.flatMap(({ item }, index) => {
    const result = results[index];
    if (result?.state === 'sent') return [item];
    faults.push(`dead-letter queue: ${result?.code ?? 'unknown'}`);
    return [];
  });
  const handles = buried.map(({ receiptHandle }) => receiptHandle);
  await Promise.all(
    chunks(handles).map((chunk) => guarded('removing dead items', faults, deps, deps.queues.remove(ingressUrl, chunk))),
  );
  return new Set(buried.map(({ messageId }) => messageId));
}

/** The body as it came, and why it is here; the words give way to a body that needs all the room. */
function deadLetter({ item, outcome }: Dead, queueUrl: string): Addressed {
  const attributes = {
    'joinery-reason': outcome.reason,
    'joinery-source-message-id': item.messageId,
    'joinery-detail': outcome.detail.slice(0, 256) || 'none',
  };
  const whole = { queueUrl, body: item.body, delaySeconds: 0, attributes };
  if (sizeOf(whole) <= MAX_BYTES) return whole;
  return { ...whole, attributes: { 'joinery-reason': outcome.reason } };
}

async function guarded(doing: string, faults: string[], { timers }: AsideDeps, work: Promise<unknown>): Promise<void> {
  try {
    await timers.within(CALL_MS, doing, work);
  } catch (error) {
    faults.push(faultText(doing, error));
  }
}

function chunks<T>(list: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(list.length / MAX_ENTRIES) }, (_, index) =>
    list.slice(index * MAX_ENTRIES, (index + 1) * MAX_ENTRIES),
  );
}
