import type { BatchResultErrorEntry } from '@aws-sdk/client-sqs';
import { SimulatedAwsError } from '../../errors.ts';
import { batchFailure } from './failures.ts';

const MAX_ENTRIES = 10;

/** Runs each entry of a batch on its own: what fails is in the answer, with the reason, and does not fail the others. */
export function runBatch<E extends { readonly Id?: string | undefined }, R>(
  entries: readonly E[] | undefined,
  perform: (entry: E) => R,
): { Successful: (R & { Id: string })[]; Failed?: BatchResultErrorEntry[] } {
  const checked = checkEntries(entries ?? []);
  const Successful: (R & { Id: string })[] = [];
  const Failed: BatchResultErrorEntry[] = [];
  for (const [Id, entry] of checked) {
    try {
      Successful.push({ Id, ...perform(entry) });
    } catch (error) {
      if (!(error instanceof SimulatedAwsError)) throw error;
      Failed.push({ Id, SenderFault: true, Code: error.Code, Message: error.message });
    }
  }
  return { Successful, ...(Failed.length > 0 ? { Failed } : {}) };
}

function checkEntries<E extends { readonly Id?: string | undefined }>(entries: readonly E[]): [string, E][] {
  if (entries.length === 0)
    throw batchFailure('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (entries.length > MAX_ENTRIES) {
    throw batchFailure(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${MAX_ENTRIES}. You have sent ${entries.length}.`,
    );
  }
  const ids = entries.map((entry) => entry.Id ?? '');
  if (!ids.every((id) => /^[A-Za-z0-9_-]{1,80}$/.test(id))) {
    throw batchFailure(
      'InvalidBatchEntryId',
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
    );
  }
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeated !== undefined) throw batchFailure('BatchEntryIdsNotDistinct', `Id ${repeated} repeated.`);
  return entries.map((entry, index) => [ids[index] ?? '', entry]);
}
