import * as z from 'zod/mini';
import type { DeadLetter } from '../../shared/aws/dead-letters.ts';
import { type CollectorMessage, readMessage } from '../../shared/clusters/collector-message.ts';
import { emfLines } from '../../shared/metrics/emf.ts';
import { METRICS } from '../../shared/metrics/names.ts';
import type { Collection } from './collect-cluster.ts';

const batchSchema = z.object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })) });

type Deps = {
  readonly clock: { now(): number };
  readonly collect: (message: CollectorMessage) => Promise<Collection>;
  readonly bury: (letter: DeadLetter) => Promise<void>;
  readonly writeLine: (line: string) => void;
};

export type BatchResponse = {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
  readonly collections: readonly Collection[];
};

/** After this the next round has begun, and it looks at the same. */
const WORTH_MS = 60_000;

/**
 * Collects what the messages ask for. One that is older than its minute is dropped and counted: after a backlog only what is now
 * matters. What is no message goes to the dead-letter queue at once.
 */
export async function collectBatch(input: unknown, deps: Deps): Promise<BatchResponse> {
  const { Records: records } = batchSchema.parse(input);
  const collections: Collection[] = [];
  const failed: string[] = [];
  const work = async ({ messageId, body }: (typeof records)[number]): Promise<void> => {
    const message = messageIn(body);
    if (message === undefined) {
      const letter = { body, messageId, reason: 'malformed', detail: 'is no message of the collector' };
      await deps.bury(letter).catch(() => failed.push(messageId));
    } else if (deps.clock.now() - message.roundMs >= WORTH_MS) {
      reportStale(message, deps);
    } else {
      collections.push(await deps.collect(message));
    }
  };
  for (const record of records) await work(record);
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })), collections };
}

function messageIn(body: string): CollectorMessage | undefined {
  try {
    return readMessage(body);
  } catch {
    return undefined;
  }
}

function reportStale({ cluster, roundMs }: CollectorMessage, { clock, writeLine }: Deps): void {
  const lines = emfLines({
    timestampMs: clock.now(),
    dimensions: { Cluster: cluster, Part: 'round' },
    metrics: [{ name: METRICS.partialCollections, unit: 'Count', values: 1 }],
    properties: { round: new Date(roundMs).toISOString(), ageSeconds: (clock.now() - roundMs) / 1000 },
  });
  for (const line of lines) writeLine(line);
}
