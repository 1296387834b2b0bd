import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { listSteps, type RunStep } from '../shared/ledger/run-steps.ts';
import { ledgerTable } from '../shared/ledger/table.ts';
import type { Account } from './boot/account.ts';

const seconds = z.object({
  decision: z.number(),
  launch: z.number(),
  register: z.number(),
  initialize: z.number(),
  bind: z.number(),
  total: z.number(),
});

/** The part of a smoke test's record that the summary shows. */
export const latencySchema = z.object({ pods: z.number(), nodes: z.number(), seconds });

/** Reads the product's own ledger as the deployer, through the product's own code. */
export function ledgerReader(account: Account) {
  const { cloud, deployer, stack } = account;
  const send = (command: { schema: readonly string[]; input: object }) =>
    cloud.call('DynamoDB', command.schema[2] ?? '', command.input, deployer);
  const tableName = stack.resources['FleetTable']?.physicalId ?? '';
  const table = ledgerTable({ dynamodb: { send } as unknown as Pick<DynamoDBClient, 'send'>, tableName });
  return {
    table,
    steps: (execution: string): Promise<RunStep[]> => listSteps(table, execution),
    smokeTest: async (execution: string): Promise<unknown> => {
      const row = await table.get({ pk: `RUN#${execution}`, sk: 'smoke-test' });
      return typeof row?.['latency'] === 'string' ? (JSON.parse(row['latency']) as unknown) : undefined;
    },
  };
}
