import type { CallFault } from '../aws/call-faults.ts';
import { SimulatedAwsError } from '../aws/errors.ts';
import { busFaults } from '../aws/services/eventbridge/state.ts';
import { setLambdaFaults } from '../lambda/faults.ts';
import type { StormStage } from '../storm/storm.ts';
import { isFunctions, isRouters, serverError } from './fault-calls.ts';
import type { FaultMoment, StormFaultPlan } from './fault-plan.ts';

const NO_ANSWER_SECONDS = 1;
const CLUSTER_QUEUE = /\/joinery-cluster-/;

/** Each kind of fault by the name that `--faults` takes. */
export const PLANS: Readonly<Record<string, StormFaultPlan>> = {
  'send-throttling': {
    summary: '20 % of SendMessageBatch calls throttled, 5 % of the entries of the others fail',
    onCall: (moment) => throttledSends(moment, 0.2, 0.05),
  },
  'ambiguous-sends': {
    summary: '5 % of sends are done and the answer is lost',
    onCall: (moment) => ambiguousSends(moment, 0.05),
  },
  crashes: {
    summary: "2 % of the router's environments die after their work, before Lambda has the answer",
    arrange: (stage) => ofRouter(stage, { crashShare: 0.02 }),
  },
  'router-throttled': throttledFor(60),
  'router-throttled-10m': throttledFor(600),
  duplicates: {
    summary: 'the event bus delivers 10 % twice, each up to 60 s late, so that they overtake one another',
    arrange: ({ account }) => {
      Object.assign(busFaults(account.simulation), { duplicateShare: 0.1, reorderWindowSeconds: 60 });
    },
  },
  'dynamodb-outage': { summary: 'DynamoDB fails or does not answer', onCall: dynamodbOutage },
  'ec2-outage': { summary: 'EC2 throttles every DescribeInstances', onCall: ec2Throttled },
  'lookup-outage': {
    summary: 'DynamoDB fails or does not answer, and EC2 throttles every DescribeInstances',
    onCall: (moment) => dynamodbOutage(moment) ?? ec2Throttled(moment),
  },
  'lookup-outage-60s': {
    summary: 'DynamoDB and EC2 are out for a minute',
    onCall: (moment) => (moment.seconds < 60 ? (dynamodbOutage(moment) ?? ec2Throttled(moment)) : undefined),
  },
  'queue-gone': { summary: "the first cluster's queue does not exist any more", arrange: deleteFirstQueue },
  'queue-refuses': { summary: "the first cluster's queue refuses the router", arrange: refuseAtFirstQueue },
  'send-outage-10s': sendOutage(10),
  'send-outage': sendOutage(30),
  'send-outage-60s': sendOutage(60),
  'dead-letter-outage': {
    summary: 'no send to the dead-letter queue succeeds for a minute',
    onCall: ({ call, seconds, note }) => {
      const { QueueUrl = '' } = call.input as { QueueUrl?: string };
      if (call.operation !== 'SendMessageBatch' || seconds >= 60 || !QueueUrl.includes('DeadLetters')) return undefined;
      note('sends failed');
      throw serverError();
    },
  },
  chaos: {
    summary: 'some of everything: throttled and ambiguous sends, crashes, duplicates, half a minute without DynamoDB',
    arrange: (stage) => {
      ofRouter(stage, { crashShare: 0.01, coldStartShare: 0.01 });
      Object.assign(busFaults(stage.account.simulation), { duplicateShare: 0.05, reorderWindowSeconds: 20 });
    },
    onCall: (moment) => {
      const { seconds } = moment;
      if (seconds > 10 && seconds < 40) {
        const fault = dynamodbOutage(moment);
        if (fault) return fault;
      }
      return ambiguousSends(moment, 0.02) ?? throttledSends(moment, 0.1, 0.02);
    },
  },
};

function throttledSends({ call, draw, note }: FaultMoment, share: number, entryShare: number): CallFault | undefined {
  if (!isRouters(call) || call.operation !== 'SendMessageBatch') return undefined;
  if (draw('throttle') < share) {
    note('sends throttled');
    throw new SimulatedAwsError('RequestThrottled', 'Request is throttled.', 403);
  }
  return {
    kind: 'refused-entries',
    refusalOf(entryId) {
      if (draw(`entry:${entryId}`) >= entryShare) return undefined;
      note('entries failed');
      return { Code: 'InternalError', Message: 'An internal error occurred.', SenderFault: false };
    },
  };
}

function ambiguousSends({ call, draw, note }: FaultMoment, share: number): CallFault | undefined {
  if (!isRouters(call) || call.operation !== 'SendMessageBatch' || draw('ambiguous') >= share) return undefined;
  note('messages sent without an answer', (call.input as { Entries?: unknown[] }).Entries?.length ?? 0);
  return { kind: 'no-answer', isPerformed: true, afterSeconds: NO_ANSWER_SECONDS };
}

/** Half of the calls fail at once, the others are never answered. */
function dynamodbOutage({ call, draw, note }: FaultMoment): CallFault | undefined {
  if (call.serviceId !== 'DynamoDB' || !isFunctions(call)) return undefined;
  note('calls of DynamoDB failed');
  if (draw('hangs') < 0.5) return { kind: 'no-answer', isPerformed: false, afterSeconds: NO_ANSWER_SECONDS };
  throw serverError();
}

function ec2Throttled({ call, note }: FaultMoment): undefined {
  if (call.operation !== 'DescribeInstances' || !isFunctions(call)) return undefined;
  note('calls of EC2 throttled');
  throw new SimulatedAwsError('RequestLimitExceeded', 'Request limit exceeded.', 503);
}

function throttledFor(seconds: number): StormFaultPlan {
  return {
    summary: `the router has a concurrency of 0 for ${seconds} s`,
    arrange: (stage) => {
      const { startMs } = stage;
      ofRouter(stage, { throttled: [{ fromMs: startMs, toMs: startMs + seconds * 1000 }] });
    },
  };
}

function sendOutage(seconds: number): StormFaultPlan {
  return {
    summary: `every send to the queue of a cluster fails for ${seconds} s`,
    onCall: ({ call, seconds: now, note }) => {
      const { QueueUrl = '' } = call.input as { QueueUrl?: string };
      if (call.operation !== 'SendMessageBatch' || now >= seconds || !CLUSTER_QUEUE.test(QueueUrl)) return undefined;
      note('sends failed');
      throw serverError();
    },
  };
}

function ofRouter({ account }: StormStage, faults: Parameters<typeof setLambdaFaults>[2]): void {
  const name = [...account.runtime.functions.values()].find((config) => config.name.endsWith('-router'))?.name;
  if (name === undefined) throw new Error('the deployment has no router');
  setLambdaFaults(account.simulation, name, faults);
}

async function deleteFirstQueue({ account, clusters: [first] }: StormStage): Promise<void> {
  await account.cloud.call('SQS', 'DeleteQueue', { QueueUrl: first?.queueUrl }, account.deployer);
}

async function refuseAtFirstQueue({ account, clusters: [first] }: StormStage): Promise<void> {
  const { cloud, deployer, stack } = account;
  const { region, accountId } = cloud.context(deployer);
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Deny',
        Principal: { AWS: String(stack.resources['RouterFunctionRole']?.attributes['Arn']) },
        Action: 'sqs:SendMessage',
        Resource: `arn:aws:sqs:${region}:${accountId}:${first?.queueName ?? ''}`,
      },
    ],
  });
  await cloud.call('SQS', 'SetQueueAttributes', { QueueUrl: first?.queueUrl, Attributes: { Policy } }, deployer);
}
