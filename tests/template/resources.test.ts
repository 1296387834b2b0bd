import { describe, expect, it } from '@jest/globals';
import { clusterTemplate, compiledTemplate, referenceOf, resourcesOf } from '../support/packaged.ts';
import { policiesOf } from '../support/policy-statements.ts';
import { ROOT } from '../support/source-graph.ts';

const deployment = compiledTemplate();
const cluster = clusterTemplate();
const both = [deployment, cluster];

/** Queues without a dead-letter queue, and why. */
const NO_DEAD_LETTERS: Readonly<Record<string, string>> = {
  RunEndedDeadLetters: 'it is a dead-letter queue itself',
  FailedReleases: 'it is a dead-letter queue itself',
  InterruptionQueue:
    'Karpenter deletes what it cannot read, and a notice is worthless after the two minutes that it announces',
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
    const targets = resourcesOf(deployment, 'AWS::Events::Rule').flatMap(
      ({ properties }) => properties['Targets'] as object[],
    );

    expect(targets.length).toBeGreaterThan(0);
    expect(targets.filter((target) => !('DeadLetterConfig' in target && 'RetryPolicy' in target))).toEqual([]);
  });

  it('alone may send to the queues of what they could not deliver', () => {
    const rules = resourcesOf(deployment, 'AWS::Events::Rule').map(({ id }) => id);
    const senders = policiesOf(deployment)
      .flatMap(({ statements }) => statements)
      .filter(({ Principal }) => JSON.stringify(Principal) === '{"Service":"events.amazonaws.com"}')
      .map(({ Condition }) => Condition as Record<string, Record<string, never>> | undefined);

    expect(senders.map((condition) => referenceOf(condition?.['ArnEquals']?.['aws:SourceArn']))).toEqual(rules);
    expect(senders.map((condition) => condition?.['StringEquals'])).toEqual(
      rules.map(() => ({ 'aws:SourceAccount': { Ref: 'AWS::AccountId' } })),
    );
  });

  it('call no function whose failures would be lost', () => {
    const called = resourcesOf(deployment, 'AWS::Lambda::Permission').map(({ properties }) =>
      referenceOf(properties['FunctionName']),
    );
    const kept = resourcesOf(deployment, 'AWS::Lambda::EventInvokeConfig').filter(
      ({ properties }) => properties['DestinationConfig'] !== undefined,
    );

    expect(kept.map(({ properties }) => referenceOf(properties['FunctionName']))).toEqual(called);
  });

  it('are named by the permission to call a function', () => {
    const rules = resourcesOf(deployment, 'AWS::Events::Rule').map(({ id }) => id);
    const permissions = resourcesOf(deployment, 'AWS::Lambda::Permission');

    expect(permissions.map(({ properties }) => referenceOf(properties['SourceArn']))).toEqual(rules);
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
