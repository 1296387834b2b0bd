import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CanaryOutcome } from '../../functions/canary/send-canary.ts';
import type { PatternReport } from '../../functions/check-event-patterns/check-event-patterns.ts';
import { instanceKey } from '../../shared/ledger/instances.ts';
import { emitEvent } from '../../simulator/aws/services/eventbridge/bus.ts';
import { spotInterruption } from '../../simulator/aws/services/eventbridge/events/ec2.ts';
import { snsState } from '../../simulator/aws/services/sns/state.ts';
import type { Account } from '../../simulator/boot/account.ts';
import { SYSTEM_ADMIN } from '../../simulator/kubernetes/types.ts';
import { abandonedEvents } from '../../simulator/lambda/asynchronous.ts';
import { ledgerReader } from '../../simulator/ledger-reader.ts';
import { spotPool, workload } from '../../simulator/scenarios/storm-workload.ts';
import { aBootstrappedAccount } from '../support/simulated-run.ts';
import { widgetsWithoutData } from '../support/widgets-without-data.ts';

/** One world for all of it, in the order of a bad morning. */
describe('the operation of the interruption path', () => {
  let account: Account;
  beforeAll(async () => {
    account = await aBootstrappedAccount();
  });
  afterAll(() => account.close());

  const attribute = (logicalId: string, name: string) =>
    String(account.stack.resources[logicalId]?.attributes[name] ?? '');
  const physicalId = (logicalId: string) => account.stack.resources[logicalId]?.physicalId ?? '';
  const call = <T>(service: string, operation: string, input: object) =>
    account.simulation.runUntil(account.cloud.call(service, operation, input, account.deployer)) as Promise<T>;
  const invoke = <T>(logicalId: string, event: object = {}) =>
    account.simulation.runUntil(account.runtime.invoke(attribute(logicalId, 'Arn'), event)) as Promise<T>;
  const lettersIn = async (logicalId: string) => {
    const answer = await call<{ Attributes: Record<string, string> }>('SQS', 'GetQueueAttributes', {
      QueueUrl: physicalId(logicalId),
      AttributeNames: ['ApproximateNumberOfMessages'],
    });
    return Number(answer.Attributes['ApproximateNumberOfMessages']);
  };
  type Redriven = { reports: { deadLetters: string; looked: number; redriven: number }[] };

  it("brings the canary by way of bus, ingress, router and queue to the leader's counter", async () => {
    const outcomes = await invoke<CanaryOutcome[]>('CanaryLambdaFunction');

    expect(outcomes).toMatchObject([{ cluster: 'banking-prod', outcome: 'arrived' }]);
    // The third look is at 15 s.
    expect(outcomes[0]?.seconds).toBeLessThan(16);
  });

  it('finds no fault in the rules as deployed, and each that somebody makes by hand', async () => {
    const before = await invoke<PatternReport>('CheckEventPatternsLambdaFunction');
    const Name = physicalId('SpotRule');
    const { EventPattern } = await call<{ EventPattern: string }>('EventBridge', 'DescribeRule', { Name });
    const narrow = { ...(JSON.parse(EventPattern) as object), region: ['eu-central-1'] };
    await call('EventBridge', 'PutRule', { Name, EventPattern: JSON.stringify(narrow) });
    const after = await invoke<PatternReport>('CheckEventPatternsLambdaFunction');
    await call('EventBridge', 'PutRule', { Name, EventPattern });

    expect(before).toMatchObject({ ok: true, faults: [] });
    expect(before.checked).toHaveLength(7);
    expect(after.faults).toEqual([`SpotRule: the pattern of ${Name} misses a spot interruption event`]);
    expect(await invoke('CheckEventPatternsLambdaFunction')).toMatchObject({ ok: true });
  });

  it('tells people of a notice, with what the ledger knows of the instance and when it was handed over', async () => {
    const { Reservations = [] } = await call<{
      Reservations: {
        Instances: { InstanceId: string; InstanceType: string; Placement: { AvailabilityZone: string } }[];
      }[];
    }>('EC2', 'DescribeInstances', { Filters: [{ Name: 'tag:eks:cluster-name', Values: ['banking-prod'] }] });
    const [instance] = Reservations.flatMap(({ Instances }) => Instances);
    if (!instance) throw new Error('the cluster has no node');

    const { AvailabilityZone: zone } = instance.Placement;
    emitEvent(account.simulation, spotInterruption(zone, instance.InstanceId, 'terminate'));
    await account.simulation.runFor(60);

    const { published = [] } = snsState(account.simulation).topics[physicalId('NoticeTopic')] ?? {};
    expect(published.map(({ subject }) => subject)).toEqual([
      `Joinery: Spot interruption of ${instance.InstanceId} in banking-prod`,
    ]);
    expect(published[0]?.message).toContain(`Instance type: ${instance.InstanceType}`);
    expect(published[0]?.message).toMatch(/Handed over: +with 11\d\.\d s left/);
    expect(published[0]?.publisher).toContain('notices');
    expect(await lettersIn('NoticeDeadLetters')).toBe(0);
    const row = await account.simulation.runUntil(ledgerReader(account).table.get(instanceKey(instance.InstanceId)));
    expect(row).toMatchObject({ noticeKind: 'spot-interruption', noticeAt: expect.stringMatching(/^2026-11-02T/) });
  });

  it('misses the canary when the router may not send, and loses nothing: a redrive brings what it set aside', async () => {
    const role = { RoleName: physicalId('RouterFunctionRole'), PolicyName: 'a-mistake' };
    const Statement = { Effect: 'Deny', Action: 'sqs:SendMessage', Resource: 'arn:aws:sqs:*:*:joinery-cluster-*' };
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await call('IAM', 'PutRolePolicy', { ...role, PolicyDocument });
    await account.simulation.runFor(60);
    const broken = await invoke<CanaryOutcome[]>('CanaryLambdaFunction');
    const setAside = await lettersIn('IngressDeadLetters');
    await call('IAM', 'DeleteRolePolicy', role);
    await account.simulation.runFor(60);

    const planned = await invoke<Redriven>('RedriveLambdaFunction', { queue: 'ingress', dryRun: true });
    const stillThere = await lettersIn('IngressDeadLetters');
    const done = await invoke<Redriven>('RedriveLambdaFunction', { queue: 'ingress' });
    const mended = await invoke<CanaryOutcome[]>('CanaryLambdaFunction');

    expect(broken).toMatchObject([{ cluster: 'banking-prod', outcome: 'lost' }]);
    expect(setAside).toBeGreaterThan(0);
    expect(planned.reports).toMatchObject([{ looked: setAside, redriven: setAside }]);
    expect(stillThere).toBe(setAside);
    expect(done.reports).toMatchObject([{ looked: setAside, redriven: setAside, kept: {}, dropped: {} }]);
    expect(await lettersIn('IngressDeadLetters')).toBe(0);
    expect(mended).toMatchObject([{ outcome: 'arrived' }]);
  });

  it('redrives every queue at once: back to its function, or archived where it is too old', async () => {
    const ended = {
      'detail-type': 'Step Functions Execution Status Change',
      detail: { executionArn: 'arn:aws:states:eu-west-1:111122223333:execution:x:y', status: 'ABORTED', input: '{}' },
    };
    const letters: Record<string, string> = {
      FailedReleases: JSON.stringify({ version: '1.0', requestPayload: ended }),
      NoticeDeadLetters: '{"a notice": true}',
      FleetDeadLetters: '{"a state change": true}',
      RuleDeadLetters: '{',
    };
    for (const [queue, MessageBody] of Object.entries(letters))
      await call('SQS', 'SendMessage', { QueueUrl: physicalId(queue), MessageBody });
    const traced = account.cloud.trace.entries.length;

    const { reports } = await invoke<Redriven>('RedriveLambdaFunction', { queue: 'all' });
    await account.simulation.runFor(30);

    const byQueue = Object.fromEntries(reports.map(({ deadLetters, ...report }) => [deadLetters, report]));
    expect(byQueue).toMatchObject({
      IngressDeadLetters: { looked: 0 },
      RuleDeadLetters: { looked: 1, redriven: 0, kept: { 'not-json': 1 } },
      FailedReleases: { looked: 1, redriven: 1 },
      RunEndedDeadLetters: { looked: 0 },
      NoticeDeadLetters: { looked: 1, redriven: 1 },
      FleetDeadLetters: { looked: 1, redriven: 1 },
    });
    const operations = account.cloud.trace.entries
      .slice(traced)
      .map(({ service, operation }) => `${service} ${operation}`);
    expect(operations).toContain('Lambda Invoke');
    expect(abandonedEvents(account.simulation)).toEqual([]);
    expect(await lettersIn('RuleDeadLetters')).toBe(1);
  });

  it('archives what came too late, and deletes it', async () => {
    const body = JSON.stringify({
      version: '0',
      id: 'late-1',
      'detail-type': 'EC2 Spot Instance Interruption Warning',
      source: 'aws.ec2',
      account: '111122223333',
      time: '2026-11-02T08:00:00Z',
      region: 'eu-west-1',
      resources: [],
      detail: { 'instance-id': 'i-0123456789abcdef0', 'instance-action': 'terminate' },
    });
    await call('SQS', 'SendMessage', { QueueUrl: physicalId('IngressDeadLetters'), MessageBody: body });

    const { reports } = await invoke<Redriven & { reports: { archivedTo: string[] }[] }>('RedriveLambdaFunction', {
      queue: 'ingress',
    });

    expect(reports).toMatchObject([{ looked: 1, redriven: 0, dropped: { stale: 1 } }]);
    const [location = ''] = reports[0]?.archivedTo ?? [];
    const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(redrives\/.*)$/.exec(location) ?? [];
    const object = await call<{ Body: { transformToString(): Promise<string> } }>('S3', 'GetObject', { Bucket, Key });
    expect(JSON.parse(await object.Body.transformToString())).toMatchObject({ reason: 'stale', body });
    expect(await lettersIn('IngressDeadLetters')).toBe(0);
  });

  it('leaves no graph of the dashboard without data, once nodes have come that stay', async () => {
    const api = account.kubernetes.find('banking-prod')?.as(SYSTEM_ADMIN);
    const [nodeClass] = api?.list('karpenter.k8s.aws/v1', 'EC2NodeClass') ?? [];
    api?.create(spotPool(nodeClass?.metadata.name ?? ''));
    api?.create(workload(2));
    await account.simulation.runFor(240);

    expect(await widgetsWithoutData(account)).toEqual([]);
  });
});
