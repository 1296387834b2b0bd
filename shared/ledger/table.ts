import {
  type AttributeValue,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { toOpsError } from '../aws/errors.ts';
import { fromAttributes, type Row, type RowValue, toAttributes } from './attributes.ts';
import { type BatchAnswer, type BatchOptions, batchGet, batchPut, type KeyedRow, keyAttributes } from './batches.ts';
import { ConditionFailed, type LedgerKey } from './condition-failed.ts';

/** DynamoDB's expressions, with JSON values. Names that DynamoDB reserves need a `#placeholder` in `names`. */
export type LedgerChange = {
  readonly update: string;
  readonly condition?: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly values?: Readonly<Record<string, RowValue>>;
};

/** The one table: each kind of row has its own module, and this is what they share. Reads are consistent. */
export type LedgerTable = {
  get(key: LedgerKey): Promise<Row | undefined>;
  put(key: LedgerKey, row: Row): Promise<void>;
  /** Makes or changes a row and gives it back as it is now; throws ConditionFailed when the condition does not hold. */
  update(key: LedgerKey, change: LedgerChange): Promise<Row>;
  /** Every row of a partition by sort key, page after page; `from`: those whose sort key is no less. */
  list(pk: string, options?: { readonly pageSize?: number; readonly from?: string }): AsyncGenerator<Row>;
  /** Deletes a row, and gives it as it was: undefined where there was none, so of two that delete it one knows. */
  remove(key: LedgerKey): Promise<Row | undefined>;
  /** At most a hundred rows in one call, in any order, each with its key; `projection` names the attributes wanted. */
  batchGet(keys: readonly LedgerKey[], options?: { readonly projection?: readonly string[] }): Promise<BatchAnswer>;
  /** Writes rows whatever was there before; of two with one key the last. Throws when DynamoDB leaves some undone. */
  batchPut(rows: readonly KeyedRow[]): Promise<void>;
};

type LedgerOptions = Omit<BatchOptions, 'pause'> & Partial<BatchOptions>;

export function ledgerTable({ dynamodb, tableName, pause = sleep }: LedgerOptions): LedgerTable {
  const batches = { dynamodb, tableName, pause };
  const failure = (error: unknown, doing: string, { pk, sk }: LedgerKey) =>
    toOpsError(error, `${doing} the ledger row ${pk} / ${sk}`, { pk, sk });
  return {
    async get(key) {
      const command = new GetItemCommand({ TableName: tableName, Key: keyAttributes(key), ConsistentRead: true });
      try {
        const { Item } = await dynamodb.send(command);
        return Item && fromAttributes(Item);
      } catch (error) {
        throw failure(error, 'reading', key);
      }
    },
    async put(key, row) {
      const command = new PutItemCommand({
        TableName: tableName,
        Item: { ...toAttributes(row), ...keyAttributes(key) },
      });
      try {
        await dynamodb.send(command);
      } catch (error) {
        throw failure(error, 'writing', key);
      }
    },
    async update(key, { update, condition, names, values }) {
      const command = new UpdateItemCommand({
        TableName: tableName,
        Key: keyAttributes(key),
        UpdateExpression: update,
        ...(condition === undefined ? {} : { ConditionExpression: condition }),
        ...(names === undefined ? {} : { ExpressionAttributeNames: { ...names } }),
        ...(values === undefined ? {} : { ExpressionAttributeValues: toAttributes(values) }),
        ReturnValues: 'ALL_NEW',
      });
      try {
        const { Attributes } = await dynamodb.send(command);
        return fromAttributes(Attributes ?? {});
      } catch (error) {
        if (error instanceof Error && error.name === 'ConditionalCheckFailedException')
          throw new ConditionFailed(key, error);
        throw failure(error, 'updating', key);
      }
    },
    async remove(key) {
      const command = new DeleteItemCommand({ TableName: tableName, Key: keyAttributes(key), ReturnValues: 'ALL_OLD' });
      try {
        const { Attributes } = await dynamodb.send(command);
        return Attributes && fromAttributes(Attributes);
      } catch (error) {
        throw failure(error, 'deleting', key);
      }
    },
    async *list(pk, { pageSize, from } = {}) {
      let startKey: Record<string, AttributeValue> | undefined;
      do {
        const command: QueryCommand = new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: from === undefined ? 'pk = :pk' : 'pk = :pk AND sk >= :from',
          ExpressionAttributeValues: { ':pk': { S: pk }, ...(from === undefined ? {} : { ':from': { S: from } }) },
          ConsistentRead: true,
          ...(pageSize === undefined ? {} : { Limit: pageSize }),
          ...(startKey === undefined ? {} : { ExclusiveStartKey: startKey }),
        });
        const page = await dynamodb.send(command).catch((error: unknown) => {
          throw toOpsError(error, `listing the ledger rows of ${pk}`, { pk });
        });
        for (const item of page.Items ?? []) yield fromAttributes(item);
        startKey = page.LastEvaluatedKey;
      } while (startKey !== undefined);
    },
    batchGet: (keys, { projection } = {}) => batchGet(batches, keys, projection),
    batchPut: (rows) => batchPut(batches, rows),
  };
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
