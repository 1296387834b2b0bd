import type { CallContext } from '../../types.ts';
import { countMetric } from '../cloudwatch/store.ts';

const THROTTLES = ['ThrottlingException', 'ProvisionedThroughputExceededException', 'RequestLimitExceeded'];

type Requests = {
  readonly TableName?: string;
  readonly RequestItems?: Readonly<Record<string, unknown>>;
  readonly TransactItems?: readonly Readonly<Record<string, { readonly TableName?: string }>>[];
};

/** Counts a call that DynamoDB refused or failed on, for each table that it was about, as AWS does. */
export function countFailures(operation: string, input: object, error: unknown, { simulation }: CallContext): void {
  const metric = metricOf(error);
  if (metric === undefined) return;
  for (const TableName of tablesOf(input))
    countMetric(simulation, {
      namespace: 'AWS/DynamoDB',
      name: metric,
      dimensions: { TableName, Operation: operation },
      unit: 'Count',
    });
}

function metricOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (THROTTLES.includes(error.name)) return 'ThrottledRequests';
  return ['InternalServerError', 'ServiceUnavailable'].includes(error.name) ? 'SystemErrors' : undefined;
}

function tablesOf({ TableName, RequestItems = {}, TransactItems = [] }: Requests): ReadonlySet<string> {
  const inTransaction = TransactItems.flatMap((item) => Object.values(item).map((part) => part.TableName));
  return new Set([TableName, ...Object.keys(RequestItems), ...inTransaction].filter((name) => name !== undefined));
}
