import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type DynamoDBClient,
  type KeysAndAttributes,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { toOpsError } from '../aws/errors.ts';
import { OpsError } from '../errors/ops-error.ts';
import { fromAttributes, type Row, toAttributes } from './attributes.ts';
import type { LedgerKey } from './condition-failed.ts';

/** What one call takes. */
const MAX_KEYS = 100;
const MAX_WRITES = 25;
/** DynamoDB may leave part of a batch undone, when it is throttled or the answer is too large. */
const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 25;

export type BatchOptions = {
  readonly dynamodb: Pick<DynamoDBClient, 'send'>;
  readonly tableName: string;
  /** Waits between attempts. */
  readonly pause: (milliseconds: number) => Promise<void>;
};

/** `unanswered`: DynamoDB did not say whether there is such a row. */
export type BatchAnswer = { readonly rows: readonly Row[]; readonly unanswered: readonly LedgerKey[] };

export type KeyedRow = { readonly key: LedgerKey; readonly row: Row };

export async function batchGet(
  options: BatchOptions,
  keys: readonly LedgerKey[],
  projection?: readonly string[],
): Promise<BatchAnswer> {
  const asked = unique(keys);
  if (asked.length > MAX_KEYS) throw new RangeError(`${asked.length} rows in one read: DynamoDB takes ${MAX_KEYS}`);
  const rows: Row[] = [];
  let request: KeysAndAttributes | undefined =
    asked.length > 0 ? { Keys: asked.map(keyAttributes), ConsistentRead: true, ...projected(projection) } : undefined;
  for (let attempt = 1; request && attempt <= ATTEMPTS; attempt += 1) {
    if (attempt > 1) await options.pause(FIRST_PAUSE_MS * 2 ** (attempt - 2));
    const page = await send(options, request);
    rows.push(...page.items.map(fromAttributes));
    request = page.left;
  }
  return { rows, unanswered: (request?.Keys ?? []).map(keyOf) };
}

async function send({ dynamodb, tableName }: BatchOptions, request: KeysAndAttributes) {
  try {
    const answer = await dynamodb.send(new BatchGetItemCommand({ RequestItems: { [tableName]: request } }));
    const left = answer.UnprocessedKeys?.[tableName];
    return { items: answer.Responses?.[tableName] ?? [], left: left?.Keys?.length ? left : undefined };
  } catch (error) {
    throw toOpsError(error, `reading ${request.Keys?.length} ledger rows at once`);
  }
}

export async function batchPut(options: BatchOptions, given: readonly KeyedRow[]): Promise<void> {
  const byKey = new Map(given.map((entry) => [textOf(entry.key), entry]));
  const requests = [...byKey.values()].map(({ key, row }) => ({
    PutRequest: { Item: { ...toAttributes(row), ...keyAttributes(key) } },
  }));
  for (let start = 0; start < requests.length; start += MAX_WRITES) {
    await putSome(options, requests.slice(start, start + MAX_WRITES));
  }
}

async function putSome({ dynamodb, tableName, pause }: BatchOptions, requests: readonly WriteRequest[]): Promise<void> {
  let left = [...requests];
  for (let attempt = 1; left.length > 0; attempt += 1) {
    if (attempt > ATTEMPTS) {
      throw new OpsError('Throttled', `DynamoDB did not take ${left.length} of ${requests.length} ledger rows`, {
        retryable: true,
      });
    }
    if (attempt > 1) await pause(FIRST_PAUSE_MS * 2 ** (attempt - 2));
    try {
      const answer = await dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [tableName]: left } }));
      left = answer.UnprocessedItems?.[tableName] ?? [];
    } catch (error) {
      throw toOpsError(error, `writing ${left.length} ledger rows at once`);
    }
  }
}

/** Every name gets a placeholder: whether DynamoDB reserves it does not matter then. */
function projected(names: readonly string[] | undefined): Partial<KeysAndAttributes> {
  if (!names) return {};
  const wanted = [...new Set(['pk', 'sk', ...names])];
  return {
    ProjectionExpression: wanted.map((_, index) => `#p${index}`).join(', '),
    ExpressionAttributeNames: Object.fromEntries(wanted.map((name, index) => [`#p${index}`, name])),
  };
}

export function keyAttributes({ pk, sk }: LedgerKey): Record<string, AttributeValue> {
  return { pk: { S: pk }, sk: { S: sk } };
}

function keyOf(attributes: Record<string, AttributeValue>): LedgerKey {
  return { pk: attributes['pk']?.S ?? '', sk: attributes['sk']?.S ?? '' };
}

function unique(keys: readonly LedgerKey[]): LedgerKey[] {
  return [...new Map(keys.map((key) => [textOf(key), key])).values()];
}

/** Unambiguous, whatever the two hold. */
function textOf({ pk, sk }: LedgerKey): string {
  return `${pk.length} ${pk}${sk}`;
}
