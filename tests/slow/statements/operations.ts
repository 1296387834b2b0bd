import { instanceKey } from '../../../shared/ledger/instances.ts';
import { dynamoDbState } from '../../../simulator/aws/services/dynamodb/tables.ts';
import { instancesOf } from '../../../simulator/aws/services/ec2/instances.ts';
import type { Instance } from '../../../simulator/aws/services/ec2/world.ts';
import { emitEvent } from '../../../simulator/aws/services/eventbridge/bus.ts';
import { spotInterruption } from '../../../simulator/aws/services/eventbridge/events/ec2.ts';
import { snsState } from '../../../simulator/aws/services/sns/state.ts';
import { queueUrl } from '../../../simulator/aws/services/sqs/state.ts';
import type { Account } from '../../../simulator/boot/account.ts';
import { SYSTEM_ADMIN } from '../../../simulator/kubernetes/types.ts';
import { spotPool, workload } from '../../../simulator/scenarios/storm-workload.ts';
import { refusalIn } from './refusals.ts';

const PLACE = { accountId: '111122223333', region: 'eu-west-1' };

type Bench = {
  readonly account: Account;
  readonly queueName: string;
  readonly clusterName: string;
  /** Spot nodes of the cluster. */
  readonly nodes: readonly Instance[];
};

/** What people and schedules do with a cluster beside the runs: each gives what went wrong. */
const CHECKS: Readonly<Record<string, (bench: Bench) => Promise<string | undefined>>> = {
  'the canary': async ({ account }) => {
    const [outcome] = (await invoke(account, 'Canary')) as { outcome: string }[];
    return outcome?.outcome === 'arrived' ? undefined : JSON.stringify(outcome);
  },
  'the check of the patterns': async ({ account }) => {
    const report = (await invoke(account, 'CheckEventPatterns')) as { ok: boolean };
    return report.ok ? undefined : JSON.stringify(report);
  },
  'a notice of an instance that the ledger does not know': async (bench) => {
    await forget(bench);
    return noticeFault(bench);
  },
  'a notice while the ledger is away': (bench) => withoutLedger(bench, () => noticeFault(bench)),
  'a notice for a queue whose policy somebody has emptied': (bench) => withoutPolicy(bench, () => noticeFault(bench)),
  'people are told': async (bench) => {
    const told = () => snsState(bench.account.simulation).topics[physicalId(bench.account, 'NoticeTopic')]?.published;
    const before = told()?.length ?? 0;
    const [, instance] = bench.nodes;
    notify(bench, instance);
    await bench.account.simulation.sleep(60);
    return (told()?.length ?? 0) > before ? undefined : 'nobody was';
  },
  'what nobody can read': async ({ account }) => {
    const queues = {
      UrgentIngress: 'IngressDeadLetters',
      FleetQueue: 'FleetDeadLetters',
      CollectorQueue: 'CollectorDeadLetters',
    };
    for (const queue of Object.keys(queues)) await put(account, queue, '{');
    await account.simulation.sleep(60);
    for (const letters of Object.values(queues))
      if ((await lettersIn(account, letters)) === 0) return `it is not in ${letters}`;
    return undefined;
  },
  // Before the other one, from which its environment would remember the clusters.
  'a redrive while the ledger is away': async (bench) => {
    await bury(bench, bench.nodes[0]);
    return withoutLedger(bench, () => redriveFault(bench, 'ingress'));
  },
  'a redrive of everything': async (bench) => {
    // Of another node than the one whose owner it learned from EC2 and remembers: it must ask the ledger.
    await bury(bench, bench.nodes[1]);
    return withoutPolicy(bench, () => redriveFault(bench, 'all'));
  },
  'the reconciliation': async (bench) => {
    await forget(bench);
    await invoke(bench.account, 'ReconcileFleet');
    return hasRow(bench) ? undefined : 'an instance is still not in the ledger';
  },
  'the diagnosis': async ({ account, clusterName }) => {
    const { unread } = (await invoke(account, 'Diagnose', { cluster: clusterName })) as { unread: unknown[] };
    return unread.length === 0 ? undefined : JSON.stringify(unread);
  },
};

/** Some spot nodes come, are measured for three minutes, and then everything is done with them that people and schedules do. */
export async function operationsFault(account: Account, clusterName: string, queueName: string) {
  const { simulation } = account;
  const from = account.cloud.trace.entries.length;
  const api = account.kubernetes.find(clusterName)?.as(SYSTEM_ADMIN);
  const [nodeClass] = api?.list('karpenter.k8s.aws/v1', 'EC2NodeClass') ?? [];
  for (const object of [spotPool(nodeClass?.metadata.name ?? ''), workload(2)]) api?.create(object);
  await simulation.sleep(240);
  const nodes = instancesOf(simulation).filter(
    ({ capacityType, state }) => capacityType === 'spot' && state === 'running',
  );
  if (nodes.length < 2) return 'the spot nodes did not come';
  for (const [what, check] of Object.entries(CHECKS)) {
    freshRouter(account);
    const fault = await check({ account, queueName, clusterName, nodes });
    if (fault) return `${what}: ${fault}`;
  }
  return refusalIn(account.cloud.trace.entries.slice(from));
}

function physicalId({ stack }: Account, logicalId: string): string {
  return stack.resources[logicalId]?.physicalId ?? '';
}

function invoke(account: Account, name: string, event: object = {}): Promise<unknown> {
  const arn = String(account.stack.resources[`${name}LambdaFunction`]?.attributes['Arn'] ?? '');
  return account.runtime.invoke(arn, event);
}

/** Another version of the same code, so that nothing is remembered of what was routed before. */
function freshRouter({ stack, runtime }: Account): void {
  const functionArn = String(stack.resources['RouterLambdaFunction']?.attributes['Arn'] ?? '');
  runtime.setRoute(stack.resources['RouterAlias']?.physicalId ?? '', { version: runtime.publishVersion(functionArn) });
}

function notify({ account }: Bench, instance: Instance | undefined): string {
  return emitEvent(account.simulation, spotInterruption(instance?.zone ?? '', instance?.id ?? '', 'terminate'));
}

/** Whether a notice of the first node is sent to the cluster's queue within the half minute. */
async function noticeFault(bench: Bench): Promise<string | undefined> {
  const from = bench.account.cloud.trace.entries.length;
  const id = notify(bench, bench.nodes[0]);
  await bench.account.simulation.sleep(30);
  return wasSent(bench, from, id) ? undefined : 'it was not sent';
}

function wasSent({ account, queueName }: Bench, from: number, id: string): boolean {
  return account.cloud.trace.entries.slice(from).some(({ operation, outcome, input }) => {
    const text = JSON.stringify(input);
    return operation === 'SendMessageBatch' && outcome === 'ok' && text.includes(queueName) && text.includes(id);
  });
}

async function put(account: Account, queueId: string, MessageBody: string): Promise<void> {
  await account.cloud.call(
    'SQS',
    'SendMessage',
    { QueueUrl: physicalId(account, queueId), MessageBody },
    account.deployer,
  );
}

async function lettersIn(account: Account, queueId: string): Promise<number> {
  const AttributeNames = ['ApproximateNumberOfMessages'];
  const input = { QueueUrl: physicalId(account, queueId), AttributeNames };
  const answer = await account.cloud.call('SQS', 'GetQueueAttributes', input, account.deployer);
  return Number((answer as { Attributes: Record<string, string> }).Attributes['ApproximateNumberOfMessages']);
}

const BURIED = 'buried-1';
const STALE = 'buried-2';

/** A notice in time and one that came too late among the ingress's dead letters, and something in each other queue. */
async function bury({ account }: Bench, instance: Instance | undefined): Promise<void> {
  const notice = (id: string, ageMs: number) =>
    JSON.stringify({
      version: '0',
      id,
      'detail-type': 'EC2 Spot Instance Interruption Warning',
      source: 'aws.ec2',
      account: PLACE.accountId,
      time: new Date(account.simulation.now() - ageMs).toISOString(),
      region: PLACE.region,
      resources: [],
      detail: { 'instance-id': instance?.id, 'instance-action': 'terminate' },
    });
  const detail = {
    executionArn: 'arn:aws:states:eu-west-1:111122223333:execution:x:y',
    status: 'ABORTED',
    input: '{}',
  };
  const ended = { 'detail-type': 'Step Functions Execution Status Change', detail };
  await put(account, 'IngressDeadLetters', notice(BURIED, 0));
  await put(account, 'IngressDeadLetters', notice(STALE, 3_600_000));
  await put(account, 'FailedReleases', JSON.stringify({ version: '1.0', requestPayload: ended }));
  await put(account, 'NoticeDeadLetters', '{"a notice": true}');
  await put(account, 'FleetDeadLetters', '{"a state change": true}');
}

async function redriveFault(bench: Bench, queue: string): Promise<string | undefined> {
  const from = bench.account.cloud.trace.entries.length;
  const { reports } = (await invoke(bench.account, 'Redrive', { queue })) as { reports: object[] };
  await bench.account.simulation.sleep(30);
  return wasSent(bench, from, BURIED) ? undefined : `the notice was not sent: ${JSON.stringify(reports)}`;
}

function tableOf({ account }: Bench) {
  const { tables } = dynamoDbState(account.simulation);
  const name = physicalId(account, 'FleetTable');
  const table = tables[name];
  if (!table) throw new Error('there is no ledger');
  return { tables, name, table };
}

function rowsOf(bench: Bench): [key: string, items: unknown][] {
  const { pk } = instanceKey(bench.nodes[0]?.id ?? '');
  return Object.entries(tableOf(bench).table.items).filter(([key]) => key.includes(String(pk)));
}

const hasRow = (bench: Bench): boolean => rowsOf(bench).length > 0;

/** The ledger no longer knows the first node. */
async function forget(bench: Bench): Promise<void> {
  for (const [key] of rowsOf(bench)) delete tableOf(bench).table.items[key];
  if (hasRow(bench)) throw new Error('the ledger does not forget');
}

async function withoutLedger<T>(bench: Bench, work: () => Promise<T>): Promise<T> {
  const { tables, name, table } = tableOf(bench);
  const { entries } = bench.account.cloud.trace;
  const from = entries.length;
  delete tables[name];
  try {
    return await work();
  } finally {
    tables[name] = table;
    // Refused because there is no such table: nothing that a statement could change.
    entries.push(...entries.splice(from).filter(({ service }) => service !== 'DynamoDB'));
  }
}

async function withoutPolicy<T>({ account, queueName }: Bench, work: () => Promise<T>): Promise<T> {
  const { cloud, deployer } = account;
  const QueueUrl = queueUrl(PLACE, queueName);
  const asked = { QueueUrl, AttributeNames: ['Policy'] };
  const answer = await cloud.call('SQS', 'GetQueueAttributes', asked, deployer);
  const { Policy } = (answer as { Attributes: Record<string, string> }).Attributes;
  const set = (policy: string | undefined) =>
    cloud.call('SQS', 'SetQueueAttributes', { QueueUrl, Attributes: { Policy: policy } }, deployer);
  await set('');
  try {
    return await work();
  } finally {
    await set(Policy);
  }
}
