import { Logger } from '@aws-lambda-powertools/logger';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { SNSClient } from '@aws-sdk/client-sns';
import type { SQSEvent } from 'aws-lambda';
import { spotPrices } from '../../shared/aws/spot-prices.ts';
import { topicPublisher } from '../../shared/aws/topics.ts';
import { readEnv } from '../../shared/config/read-env.ts';
import { clock } from '../../shared/lambda/clock.ts';
import { lambdaHandler } from '../../shared/lambda/handler.ts';
import { writeLine } from '../../shared/lambda/invocation.ts';
import { timers } from '../../shared/lambda/timers.ts';
import { readHandOvers } from '../../shared/ledger/deliveries.ts';
import { readStored } from '../../shared/ledger/instance-records.ts';
import { recordNotice } from '../../shared/ledger/instances.ts';
import { isFirstOf } from '../../shared/ledger/interruptions.ts';
import { ledgerTable } from '../../shared/ledger/table.ts';
import { countInterruptions } from './count-interruptions.ts';
import { parseForPeople } from './for-people.ts';
import { instanceFacts } from './instance-facts.ts';
import type { Notice } from './notice.ts';
import { type AnnouncedEnd, publishNotices, type SpotPool } from './publish-notices.ts';

const env = readEnv(['TABLE_NAME', 'AWS_REGION', 'KNOWN_ACCOUNT_IDS', 'TOPIC_ARN']);
const table = ledgerTable({ dynamodb: new DynamoDBClient({}), tableName: env.TABLE_NAME });
const ec2 = new EC2Client({ maxAttempts: 2 });
const logger = new Logger();
const place = { region: env.AWS_REGION, accountIds: new Set(env.KNOWN_ACCOUNT_IDS.split(',').filter(Boolean)) };
const warn = (message: string, error: unknown) => logger.warn(message, error as Error);
const counting = {
  clock,
  timers,
  isFirst: (event: { readonly eventId: string; readonly kind: string }) => isFirstOf(table, event, clock.now()),
  writeLine,
  warn,
};
const deps = {
  timers,
  parse: (body: string) => parseForPeople(body, place),
  readInstances: async (ids: readonly string[]) => instanceFacts((await readStored(table, ids)).stored),
  readHandOvers: (expected: Parameters<typeof readHandOvers>[1]) => readHandOvers(table, expected),
  readSpotPrices: (pools: readonly SpotPool[]) => spotPrices(ec2, pools, clock.now()),
  recordNotice: (notice: AnnouncedEnd) => recordNotice(table, notice),
  count: (notices: readonly Notice[]) => countInterruptions(notices, counting),
  publish: topicPublisher(new SNSClient({}), env.TOPIC_ARN),
  warn,
};

export const handler = lambdaHandler((event) =>
  publishNotices(
    (event as SQSEvent).Records.map(({ body }) => body),
    deps,
  ),
);
