import { NotSimulatedError } from '../../errors.ts';
import type { AccessRequest, CallContext } from '../../types.ts';
import { attributeOf, parseItem } from './attribute-values.ts';
import { dynamoDbState, type Table } from './tables.ts';

/** The permission for one action on one table, with the partition keys it touches as dynamodb:LeadingKeys. */
export function tableAccess(
  context: CallContext,
  action: string,
  tableName: string,
  keys: readonly unknown[],
  conditions: Readonly<Record<string, string>> = {},
): AccessRequest {
  const table = dynamoDbState(context.simulation).tables[tableName];
  const leadingKeys = table ? [...new Set(keys.flatMap((key) => leadingKey(table, key)))] : [];
  return {
    action: `dynamodb:${action}`,
    resource: `arn:aws:dynamodb:${context.region}:${context.accountId}:table/${tableName}`,
    context: { ...conditions, ...(leadingKeys.length > 0 ? { 'dynamodb:LeadingKeys': leadingKeys } : {}) },
  };
}

function leadingKey(table: Table, key: unknown): string[] {
  const value = attributeOf(parseItem(key ?? {}), table.partitionKey.name);
  if (value && 'S' in value) return [value.S];
  return value && 'N' in value ? [value.N] : [];
}

/** Fails the run when a request uses members that this simulation does not honour. */
export function refuseMembers(operation: string, input: object, honoured: readonly string[]): void {
  for (const [name, value] of Object.entries(input)) {
    if (value === undefined || honoured.includes(name)) continue;
    if ((name === 'ReturnConsumedCapacity' || name === 'ReturnItemCollectionMetrics') && value === 'NONE') continue;
    throw new NotSimulatedError(`DynamoDB ${operation} with ${name}`);
  }
}
