import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { leanClient, leanSettings } from '../../shared/aws/lean-client.ts';
import { queues } from '../../shared/aws/queues.ts';
import { QUEUE_PREFIX } from '../../shared/clusters/names.ts';
import { clock } from '../../shared/lambda/clock.ts';
import { realOperation, writeLine } from '../../shared/lambda/invocation.ts';
import { timers } from '../../shared/lambda/timers.ts';
import { readClusterQueues } from '../../shared/ledger/cluster-queues.ts';
import { deliveryRows } from '../../shared/ledger/deliveries.ts';
import { readOwners } from '../../shared/ledger/instances.ts';
import { ledgerTable } from '../../shared/ledger/table.ts';
import { newContainer } from './container.ts';
import { lazily } from './lazily.ts';
import type { RouterDeps } from './route-batch.ts';

type Settings = Pick<DynamoDBClientConfig, 'credentials' | 'region' | 'requestHandler'>;

/**
 * Attempts are the router's own affair, since it knows how much time there is. SQS's checksums of what TLS protects already would
 * cost as much as the rest of a send.
 */
export function routerClients(settings: Settings = {}) {
  const requestHandler = { connectionTimeout: 500, requestTimeout: 1_000, throwOnRequestTimeout: true };
  const patience = { ...leanSettings(), requestHandler, ...settings };
  return {
    sqs: leanClient(new SQSClient({ ...patience, md5: false })),
    dynamodb: leanClient(new DynamoDBClient(patience)),
  };
}

export const ROUTER_VARIABLES = [
  'TABLE_NAME',
  'AWS_REGION',
  'ACCOUNT_ID',
  'KNOWN_ACCOUNT_IDS',
  'URGENT_INGRESS_URL',
  'BULK_INGRESS_URL',
  'DEAD_LETTER_URL',
] as const;

export type RouterEnvironment = Readonly<Record<(typeof ROUTER_VARIABLES)[number], string>>;

/** All that one container has, with an empty memory. */
export function routerDeps(env: RouterEnvironment, clients: ReturnType<typeof routerClients>): RouterDeps {
  const sqs = queues(clients.sqs);
  const table = ledgerTable({ dynamodb: clients.dynamodb, tableName: env.TABLE_NAME });
  const container = newContainer(clock);
  const lookup = lazily(async () => {
    const { ec2Lookup } = await realOperation(() => import('./ec2-lookup.ts'));
    return ec2Lookup({ table, clock, region: env.AWS_REGION });
  });
  return {
    clock,
    timers,
    writeLine,
    seen: container.seen,
    region: env.AWS_REGION,
    accountIds: new Set(env.KNOWN_ACCOUNT_IDS.split(',').filter(Boolean)),
    ingress: { urgentUrl: env.URGENT_INGRESS_URL, bulkUrl: env.BULK_INGRESS_URL },
    deadLetterUrl: env.DEAD_LETTER_URL,
    send: sqs.send,
    queues: sqs,
    record: (records) => table.batchPut(deliveryRows(records)),
    owners: {
      memory: container.owners,
      breaker: container.breaker,
      timers,
      sources: {
        readLedger: (ids) => readOwners(table, ids, clock.now()),
        askEc2: async (ids) => (await lookup())(ids),
      },
    },
    queueList: {
      region: env.AWS_REGION,
      accountId: env.ACCOUNT_ID,
      clock,
      timers,
      memory: container.queues,
      sources: { readRegistry: () => readClusterQueues(table), listQueues: () => sqs.list(QUEUE_PREFIX) },
    },
  };
}
