import { Logger } from '@aws-lambda-powertools/logger';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { archiveIn } from '../../shared/aws/documents.ts';
import { invokeAsync } from '../../shared/aws/functions.ts';
import { receiveLetters } from '../../shared/aws/letters.ts';
import { queues } from '../../shared/aws/queues.ts';
import { readEnv } from '../../shared/config/read-env.ts';
import { lambdaHandler } from '../../shared/lambda/handler.ts';
import { ROUTER_VARIABLES, routerClients, routerDeps } from '../router/wiring.ts';
import { redrive } from './redrive.ts';
import { releaseAgain } from './release-again.ts';
import { replayEvents } from './replay-events.ts';
import { parseRequest } from './request.ts';
import { FLEET_KEPT_MS, NOTICE_KEPT_MS, sendBack } from './send-back.ts';
import { deadLetterQueues, QUEUE_VARIABLES } from './sources.ts';

const env = readEnv([
  ...ROUTER_VARIABLES,
  ...QUEUE_VARIABLES,
  'DOCUMENTS_BUCKET',
  'NOTICE_QUEUE_URL',
  'FLEET_QUEUE_URL',
  'RELEASE_FUNCTION_ARN',
]);
const logger = new Logger();
const sqs = new SQSClient({});
const lambda = new LambdaClient({});
const { hide, remove } = queues(sqs);
const warn = (message: string, details: object) => logger.warn(message, { details });
const router = { ...routerDeps(env, routerClients()), warn };
const all = deadLetterQueues(env, {
  events: replayEvents(router),
  notices: sendBack({ queueUrl: env.NOTICE_QUEUE_URL, olderThanMs: NOTICE_KEPT_MS }, router),
  fleet: sendBack({ queueUrl: env.FLEET_QUEUE_URL, olderThanMs: FLEET_KEPT_MS }, router),
  releases: releaseAgain({ invoke: (event) => invokeAsync(lambda, env.RELEASE_FUNCTION_ARN, event) }),
});
const archive = archiveIn({ s3: new S3Client({}), bucket: env.DOCUMENTS_BUCKET, folder: 'redrives' });

export const handler = lambdaHandler((input, context) =>
  redrive(parseRequest(input), all, {
    remainingMs: () => context.getRemainingTimeInMillis(),
    receive: (url, options) => receiveLetters(sqs, url, options),
    hide,
    remove,
    archive: archive(router.clock.now()),
    warn,
  }),
);
