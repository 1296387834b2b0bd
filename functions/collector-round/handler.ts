import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { queues } from '../../shared/aws/queues.ts';
import { readEnv } from '../../shared/config/read-env.ts';
import { clock } from '../../shared/lambda/clock.ts';
import { lambdaHandler } from '../../shared/lambda/handler.ts';
import { writeLine } from '../../shared/lambda/invocation.ts';
import { listRegistry } from '../../shared/ledger/registry.ts';
import { ledgerTable } from '../../shared/ledger/table.ts';
import { beginRound } from './begin-round.ts';

const env = readEnv(['TABLE_NAME', 'COLLECTOR_QUEUE_URL']);
const table = ledgerTable({ dynamodb: new DynamoDBClient({}), tableName: env.TABLE_NAME });
const { send } = queues(new SQSClient({}));

export const handler = lambdaHandler((event) =>
  beginRound(event, {
    clock,
    listTargets: async () => (await listRegistry(table)).filter(({ state }) => state === 'active'),
    send: async (bodies) => {
      const messages = bodies.map((body) => ({ body, delaySeconds: 0, attributes: {} }));
      return (await send(env.COLLECTOR_QUEUE_URL, messages)).map(({ index }) => index);
    },
    writeLine,
  }),
);
