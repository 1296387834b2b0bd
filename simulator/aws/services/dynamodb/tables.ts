import type { Simulation } from '../../../core/simulation.ts';
import { NotSimulatedError, SimulatedAwsError } from '../../errors.ts';
import { type AttributeValue, attributeOf, compareValues, type Item, parseItem } from './attribute-values.ts';
import { noSuchTable, validation } from './failures.ts';

export type KeyAttribute = { readonly name: string; readonly type: 'S' | 'N' };

export type Table = {
  readonly name: string;
  readonly partitionKey: KeyAttribute;
  readonly sortKey: KeyAttribute | null;
  readonly timeToLiveAttribute: string | null;
  readonly deletionProtection: boolean;
  readonly createdMs: number;
  /** By partition key, then by sort key, each spelled as `keyText` spells it. */
  readonly items: Record<string, Record<string, Item>>;
};

type DynamoDbState = { tables: Record<string, Table>; tokens: Record<string, { digest: string; untilMs: number }> };

export function dynamoDbState(simulation: Simulation): DynamoDbState {
  return simulation.state('dynamodb', (): DynamoDbState => ({ tables: {}, tokens: {} }));
}

/** A table as the deployment stack declares it: on demand, without secondary indexes. */
export type TableDefinition = {
  readonly name: string;
  readonly keySchema: readonly { readonly AttributeName: string; readonly KeyType: 'HASH' | 'RANGE' }[];
  readonly attributeDefinitions: readonly { readonly AttributeName: string; readonly AttributeType: string }[];
  readonly timeToLiveAttribute?: string;
  readonly deletionProtection?: boolean;
};

export function createTable(simulation: Simulation, definition: TableDefinition): Table {
  const { tables } = dynamoDbState(simulation);
  if (!/^[A-Za-z0-9_.-]{3,255}$/.test(definition.name)) throw validation(`TableName ${definition.name} is invalid`);
  if (tables[definition.name])
    throw new SimulatedAwsError('ResourceInUseException', `Table already exists: ${definition.name}`);
  const [partitionKey, sortKey = null, ...others] = definition.keySchema.map(({ AttributeName, KeyType }, index) => {
    const type = definition.attributeDefinitions.find((one) => one.AttributeName === AttributeName)?.AttributeType;
    if (KeyType !== (index === 0 ? 'HASH' : 'RANGE')) throw validation('Invalid KeySchema: HASH first, then RANGE');
    if (type !== 'S' && type !== 'N')
      throw new NotSimulatedError(`DynamoDB key attribute ${AttributeName} of type ${type}`);
    return { name: AttributeName, type } as const;
  });
  if (!partitionKey || others.length > 0) throw validation('Invalid KeySchema: one or two attributes');
  if (definition.attributeDefinitions.length !== definition.keySchema.length)
    throw validation('Number of attributes in KeySchema does not exactly match number of attributes defined');
  const table: Table = {
    name: definition.name,
    partitionKey,
    sortKey,
    timeToLiveAttribute: definition.timeToLiveAttribute ?? null,
    deletionProtection: definition.deletionProtection ?? false,
    createdMs: simulation.now(),
    items: {},
  };
  tables[definition.name] = table;
  return table;
}

export function deleteTable(simulation: Simulation, name: string): void {
  const table = findTable(simulation, name);
  if (table.deletionProtection) {
    throw validation(
      `Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first. Table: ${name}`,
    );
  }
  delete dynamoDbState(simulation).tables[name];
}

export function findTable(simulation: Simulation, name: string): Table {
  if (name.startsWith('arn:')) throw new NotSimulatedError('DynamoDB tables by ARN');
  const table = dynamoDbState(simulation).tables[name];
  if (!table) throw noSuchTable();
  return table;
}

/** The key attributes of a table, the partition key first. */
export function keyAttributes(table: Table): readonly KeyAttribute[] {
  return table.sortKey ? [table.partitionKey, table.sortKey] : [table.partitionKey];
}

/** A key as a request gives it, checked against the table's schema: these attributes, of these types, not empty. */
export function parseKey(table: Table, input: unknown): Item {
  const key = parseItem(input);
  const attributes = keyAttributes(table);
  const matches = attributes.every(({ name, type }) => type in (attributeOf(key, name) ?? {}));
  if (!matches || Object.keys(key).length !== attributes.length)
    throw validation('The provided key element does not match the schema');
  for (const { name } of attributes) checkKeyValue(name, key[name]);
  return key;
}

const MAX_KEY_BYTES = [2048, 1024] as const;

/** The key of an item that is to be written. */
export function keyOf(table: Table, item: Item): Item {
  const entries = keyAttributes(table).map(({ name, type }, index): [string, AttributeValue] => {
    const value = attributeOf(item, name);
    if (!value) throw validation(`One or more parameter values were invalid: Missing the key ${name} in the item`);
    if (!(type in value)) {
      throw validation(
        `One or more parameter values were invalid: Type mismatch for key ${name} expected: ${type} actual: ${Object.keys(value)[0]}`,
      );
    }
    checkKeyValue(name, value);
    if ('S' in value && Buffer.byteLength(value.S) > (MAX_KEY_BYTES[index] ?? 0)) {
      throw validation(
        `One or more parameter values were invalid: Size of ${index === 0 ? 'hashkey' : 'rangekey'} has exceeded the maximum size limit of ${MAX_KEY_BYTES[index]} bytes`,
      );
    }
    return [name, value];
  });
  return Object.fromEntries(entries);
}

function checkKeyValue(name: string, value: AttributeValue | undefined): void {
  if (!value || !('S' in value) || value.S !== '') return;
  throw validation(
    `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: ${name}`,
  );
}

/** A key value as a property name: never one that an object has already. */
function keyText(value: AttributeValue | undefined): string {
  return value ? JSON.stringify(value) : '-';
}

export function readItem(simulation: Simulation, table: Table, key: Item): Item | undefined {
  const [partition, sort] = placeOf(table, key);
  const item = table.items[partition]?.[sort];
  if (!item || !isSwept(simulation, table, item)) return item;
  writeItem(table, key, undefined);
  return undefined;
}

/** Puts the item under its key; undefined deletes it. */
export function writeItem(table: Table, key: Item, item: Item | undefined): void {
  const [partition, sort] = placeOf(table, key);
  // In place: a partition may hold as many rows as a fleet has instances.
  const rows = table.items[partition] ?? {};
  table.items[partition] = rows;
  if (item) rows[sort] = item;
  else delete rows[sort];
}

/** The items of one partition in the order of their sort keys. */
export function readPartition(simulation: Simulation, table: Table, partition: AttributeValue): Item[] {
  const rows = Object.values(table.items[keyText(partition)] ?? {});
  const { sortKey } = table;
  const live = rows.filter((item) => !isSwept(simulation, table, item));
  if (!sortKey) return live;
  return live.toSorted((left, right) => {
    const [one, other] = [attributeOf(left, sortKey.name), attributeOf(right, sortKey.name)];
    return one && other ? (compareValues(one, other) ?? 0) : 0;
  });
}

function placeOf(table: Table, key: Item): [string, string] {
  return [keyText(key[table.partitionKey.name]), keyText(table.sortKey ? key[table.sortKey.name] : undefined)];
}

const SWEEP_WITHIN_SECONDS = 48 * 3600;
const FIVE_YEARS_SECONDS = 5 * 365 * 86_400;

/** Whether DynamoDB has deleted an item whose time to live is over: some time within two days, not at once. */
function isSwept(simulation: Simulation, table: Table, item: Item): boolean {
  const until = table.timeToLiveAttribute === null ? undefined : attributeOf(item, table.timeToLiveAttribute);
  if (!until || !('N' in until)) return false;
  const overdueSeconds = simulation.now() / 1000 - Number(until.N);
  if (overdueSeconds <= 0 || overdueSeconds > FIVE_YEARS_SECONDS) return false;
  const place = placeOf(table, item).join();
  return overdueSeconds > simulation.between(`dynamodb:ttl:${table.name}:${place}`, 0, SWEEP_WITHIN_SECONDS);
}
