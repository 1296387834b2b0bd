import type { DeleteMessageBatchResult } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import type { Cloud } from '../../aws/cloud.ts';
import { NotSimulatedError, SimulatedAwsError } from '../../aws/errors.ts';
import type { Caller } from '../../aws/types.ts';
import type { Simulation } from '../../core/simulation.ts';
import { FunctionError } from '../outcome.ts';
import type { LambdaRuntime } from '../runtime.ts';
import type { MappingConfig } from './mapping-config.ts';
import { failedItems } from './partial-response.ts';

/** A poller sits beside the queue: its calls take no longer than this. */
export const POLLER_LATENCY = [0.003, 0.02] as const;

const BATCH = 10;
const MOST_SECONDS_BETWEEN_TRIES = 10;
const DELETE_TRIES = 3;

type Tools = {
  readonly simulation: Simulation;
  readonly cloud: Cloud;
  readonly runtime: () => Pick<LambdaRuntime, 'invoke' | 'functionOf'>;
};

/**
 * Invokes the function with a batch and gives the records to delete; none when it failed. While the function is throttled the
 * poller tries again, until the messages are about to be visible to others: their receive counts have grown by then.
 */
export async function invokeWithBatch(
  { simulation, runtime }: Tools,
  mapping: MappingConfig,
  event: SQSEvent,
  visibleAgainMs: number,
): Promise<SQSEvent['Records']> {
  for (let wait = 1; ; wait = Math.min(wait * 2, MOST_SECONDS_BETWEEN_TRIES)) {
    try {
      const answer = await runtime().invoke(mapping.targetArn, event);
      if (!mapping.reportsItemFailures) return event.Records;
      const ids = event.Records.map(({ messageId }) => messageId);
      const failed = new Set(failedItems(answer, ids));
      return event.Records.filter(({ messageId }) => !failed.has(messageId));
    } catch (error) {
      if (!(error instanceof FunctionError) || error.cause instanceof NotSimulatedError) throw error;
      if (!error.isThrottled || simulation.now() + wait * 1000 >= visibleAgainMs) return [];
    }
    await simulation.sleep(wait);
  }
}

/** Deletes what was handled, as the function's role. What cannot be deleted comes again. */
export async function deleteHandled(
  { simulation, cloud }: Tools,
  caller: Caller,
  QueueUrl: string,
  records: SQSEvent['Records'],
): Promise<void> {
  for (let start = 0; start < records.length; start += BATCH) {
    let left = records
      .slice(start, start + BATCH)
      .map(({ receiptHandle }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle }));
    for (let tries = 0; left.length > 0 && tries < DELETE_TRIES; tries += 1) {
      if (tries > 0) await simulation.sleep(tries);
      try {
        const answer = await cloud.call(
          'SQS',
          'DeleteMessageBatch',
          { QueueUrl, Entries: left },
          caller,
          POLLER_LATENCY,
        );
        const failed = (answer as DeleteMessageBatchResult).Failed?.map(({ Id }) => Id) ?? [];
        left = left.filter(({ Id }) => failed.includes(Id));
      } catch (error) {
        if (!(error instanceof SimulatedAwsError)) throw error;
      }
    }
  }
}
