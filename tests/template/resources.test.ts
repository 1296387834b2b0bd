import { describe, expect, it } from '@jest/globals';
import { clusterTemplate, compiledTemplate, referenceOf, resourcesOf } from '../support/packaged.ts';
import { policiesOf } from '../support/policy-statements.ts';
import { ROOT } from '../support/source-graph.ts';

const deployment = compiledTemplate();
const cluster = clusterTemplate();
const both = [deployment, cluster];

/** Queues without a dead-letter queue, and why. */
const NO_DEAD_LETTERS: Readonly<Record<string, string>> = {
  CollectorDeadLetters: 'it is a dead-letter queue itself',
  FleetDeadLetters: 'it is a dead-letter queue itself',
  CostReportDeadLetters: 'it is a dead-letter queue itself',
  NoticeDeadLetters: 'it is a dead-letter queue itself',
  RunEndedDeadLetters: 'it is a dead-letter queue itself',
  FailedReleases: 'it is a dead-letter queue itself',
  IngressDeadLetters: 'it is a dead-letter queue itself',
  RuleDeadLetters: 'it is a dead-letter queue itself',
  InterruptionQueue:
    'Karpenter deletes what it cannot read, and a notice is worthless after the two minutes that it announces',
};

/** Schedules whose next round makes up for one that was lost. */
const COMES_AGAIN: Readonly<Record<string, string>> = {
  CanarySchedule: 'in five minutes; its alarm fires when it does not',
  CollectorSchedule: 'in a minute; a missing heartbeat tells of one that does not come',
  PatternCheckSchedule: 'tomorrow',
};

const refusesPlainHttp = (owner: string) =>
  both
    .flatMap(policiesOf)
    .filter((place) => place.owner === owner)
    .flatMap(({ statements }) => statements)
    .some(
      ({ Effect, Principal, Condition }) =>
        Effect === 'Deny' &&
        Principal === '*' &&
        JSON.stringify(Condition) === JSON.stringify({ Bool: { 'aws:SecureTransport': 'false' } }),
    );

describe('the queues', () => {
  const queues = both.flatMap((template) => resourcesOf(template, 'AWS::SQS::Queue'));

  it('have a dead-letter queue, or a reason to have none', () => {
    const without = queues.filter(({ properties }) => properties['RedrivePolicy'] === undefined);

    expect(without.map(({ id }) => id).sort()).toEqual(Object.keys(NO_DEAD_LETTERS).sort());
  });

  it('keep dead letters for two weeks', () => {
    const deadLetters = resourcesOf(deployment, 'AWS::SQS::Queue').filter(
      ({ properties }) => properties['RedrivePolicy'] === undefined,
    );

    expect(deadLetters.map(({ properties }) => properties['MessageRetentionPeriod'])).toEqual(
      deadLetters.map(() => 14 * 24 * 3600),
    );
  });

  it('are encrypted, and refuse plain HTTP', () => {
    const policies = both.flatMap((template) => resourcesOf(template, 'AWS::SQS::QueuePolicy'));
    const protectedQueues = policies
      .filter(({ id }) => refusesPlainHttp(id))
      .flatMap(({ properties }) => (properties['Queues'] as never[]).map(referenceOf));

    expect(queues.filter(({ properties }) => properties['SqsManagedSseEnabled'] !== true)).toEqual([]);
    expect(protectedQueues.sort()).toEqual(queues.map(({ id }) => id).sort());
  });
});

describe('the rules', () => {
  it('keep what they could not deliver', () => {
    const targets = resourcesOf(deployment, 'AWS::Events::Rule')
      .filter(({ id }) => !(id in COMES_AGAIN))
      .flatMap(({ properties }) => properties['Targets'] as object[]);

    expect(targets.length).toBeGreaterThan(0);
    expect(targets.filter((target) => !('DeadLetterConfig' in target && 'RetryPolicy' in target))).toEqual([]);
  });

  const rules = resourcesOf(deployment, 'AWS::Events::Rule').map(({ id, properties }) => ({
    id,
    queues: (properties['Targets'] as { Arn: never; DeadLetterConfig?: { Arn: never } }[]).flatMap((target) =>
      [referenceOf(target.Arn), target.DeadLetterConfig && referenceOf(target.DeadLetterConfig.Arn)].filter(
        (name) => deployment.Resources[name ?? '']?.Type === 'AWS::SQS::Queue',
      ),
    ),
    functions: (properties['Targets'] as { Arn: never }[])
      .map(({ Arn }) => referenceOf(Arn))
      .filter((name) => deployment.Resources[name ?? '']?.Type === 'AWS::Lambda::Function'),
  }));

  it('alone may send to the queues that are their targets or keep what they could not deliver', () => {
    const senders = policiesOf(deployment)
      .flatMap(({ statements }) => statements)
      .filter(({ Principal }) => JSON.stringify(Principal) === '{"Service":"events.amazonaws.com"}')
      .filter(({ Action }) => Action === 'sqs:SendMessage')
      .map(({ Resource, Condition }) => ({
        queue: referenceOf(Resource as never),
        condition: Condition as Record<string, Record<string, never>>,
      }));
    const allowed = senders.flatMap(({ queue, condition }) =>
      [(condition['ArnEquals'] ?? condition['ArnLike'])?.['aws:SourceArn'] as never]
        .flat()
        .flatMap((arn) => (referenceOf(arn) === undefined ? [] : [`${referenceOf(arn)} to ${queue}`])),
    );

    expect(allowed.sort()).toEqual(
      rules.flatMap(({ id, queues }) => queues.map((queue) => `${id} to ${queue}`)).sort(),
    );
    expect(senders.map(({ condition }) => condition['StringEquals'])).toEqual(
      senders.map(() => ({ 'aws:SourceAccount': { Ref: 'AWS::AccountId' } })),
    );
  });

  it('call no function whose failures would be lost', () => {
    const called = resourcesOf(deployment, 'AWS::Lambda::Permission')
      .filter(({ properties }) => !((referenceOf(properties['SourceArn'] as never) ?? '') in COMES_AGAIN))
      .map(({ properties }) => referenceOf(properties['FunctionName']));
    const kept = resourcesOf(deployment, 'AWS::Lambda::EventInvokeConfig').filter(
      ({ properties }) => properties['DestinationConfig'] !== undefined,
    );

    expect(kept.map(({ properties }) => referenceOf(properties['FunctionName']))).toEqual(called);
  });

  it('are named by the permission to call a function', () => {
    const permissions = resourcesOf(deployment, 'AWS::Lambda::Permission').map(
      ({ properties }) => `${referenceOf(properties['SourceArn'])} to ${referenceOf(properties['FunctionName'])}`,
    );

    expect(permissions.sort()).toEqual(
      rules.flatMap(({ id, functions }) => functions.map((name) => `${id} to ${name}`)).sort(),
    );
  });
});

describe('the way of a notice', () => {
  const rulesInto = (queue: string) =>
    resourcesOf(deployment, 'AWS::Events::Rule')
      .filter(({ properties }) => referenceOf((properties['Targets'] as { Arn: never }[])[0]?.Arn) === queue)
      .map(({ id, properties }) => ({ id, targets: (properties['Targets'] as object[]).length }));

  it('has nothing else on its rules', () => {
    expect([...rulesInto('UrgentIngress'), ...rulesInto('BulkIngress')]).toEqual(
      ['SpotRule', 'CapacityReservationRule', 'HealthRule', 'CanaryRule', 'RebalanceRule', 'StateChangeRule'].map(
        (id) => ({ id, targets: 1 }),
      ),
    );
  });

  it('leads from each ingress queue to the alias of the router, ten at a time, and reports each item', () => {
    const mappings = resourcesOf(deployment, 'AWS::Lambda::EventSourceMapping').filter(
      ({ properties }) => referenceOf(properties['FunctionName']) === 'RouterAlias',
    );

    expect(mappings.map(({ properties }) => referenceOf(properties['EventSourceArn']))).toEqual([
      'UrgentIngress',
      'BulkIngress',
    ]);
    for (const { properties } of mappings)
      expect(properties).toMatchObject({
        BatchSize: 10,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: { Ref: expect.stringMatching(/^(Urgent|Bulk)Concurrency$/) } },
      });
    expect(mappings.some(({ properties }) => 'MaximumBatchingWindowInSeconds' in properties)).toBe(false);
  });

  it('gives a message six times the timeout of the router before it comes again, and twenty receives', () => {
    const timeout = Number(deployment.Resources['RouterLambdaFunction']?.Properties?.['Timeout']);

    for (const queue of ['UrgentIngress', 'BulkIngress'])
      expect(deployment.Resources[queue]?.Properties).toMatchObject({
        VisibilityTimeout: 6 * timeout,
        RedrivePolicy: { maxReceiveCount: 100 },
      });
  });

  it('goes through the version that this deployment publishes', () => {
    const version = deployment.Resources['RouterAlias']?.Properties?.['FunctionVersion'];

    expect(deployment.Resources[referenceOf(version as never) ?? '']).toMatchObject({
      Type: 'AWS::Lambda::Version',
      Properties: { FunctionName: { Ref: 'RouterLambdaFunction' } },
    });
  });

  it("has no queue of the deployment that could be taken for a cluster's", () => {
    const named = resourcesOf(deployment, 'AWS::SQS::Queue').filter(({ properties }) => 'QueueName' in properties);

    expect(named.map(({ id }) => id)).toEqual([]);
  });
});

describe('the table', () => {
  it('survives the stack, and every mistake of the last 35 days', () => {
    const tables = resourcesOf(deployment, 'AWS::DynamoDB::Table');

    expect(tables).toHaveLength(1);
    expect(tables[0]?.resource).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true },
      },
    });
  });
});

describe('the buckets', () => {
  const buckets = resourcesOf(deployment, 'AWS::S3::Bucket');

  it.each(buckets.map((bucket) => [bucket.id, bucket] as const))('%s is encrypted and never public', (_, bucket) => {
    expect(bucket.properties).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: { ServerSideEncryptionConfiguration: expect.any(Array) },
    });
  });

  it('that hold documents survive the stack', () => {
    expect(deployment.Resources['DocumentsBucket']).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
    });
  });
});

describe('the outputs', () => {
  it('say which charts the deployment carries', () => {
    const stamp = JSON.parse(String(deployment.Outputs?.['KarpenterCharts']?.Value)) as Record<string, unknown>;

    expect(stamp).toEqual({
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      origin: expect.any(String),
      digests: {
        karpenter: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
        'karpenter-crd': expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      },
    });
  });
});

describe('the templates', () => {
  it('know nothing of the machine that made them', () => {
    const text = JSON.stringify(both);

    const paths = text.match(/"\/(root|home|Users|tmp)\/[^"]*/g) ?? [];
    expect([...paths, ...(text.includes(ROOT.replace(/\/$/, '')) ? [ROOT] : [])]).toEqual([]);
  });
});
