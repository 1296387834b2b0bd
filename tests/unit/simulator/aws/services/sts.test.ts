import type * as stsSdk from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { canServiceAssume } from '../../../../../simulator/aws/services/sts/service.ts';
import { callerOfAccessKey, credentialsFor } from '../../../../../simulator/aws/services/sts/sessions.ts';
import { ACCOUNT, allow, as, iamWorld, roleArn, trusting } from './iam-world.ts';

describe('the simulated STS', () => {
  let world: ReturnType<typeof iamWorld>;
  beforeEach(() => {
    world = iamWorld();
  });
  afterEach(() => world.simulation.close());

  it('lets a role be assumed by those whom it trusts, and knows them by their key', async () => {
    await world.role('reader', { AssumeRolePolicyDocument: trusting({ AWS: roleArn('worker') }) });
    await world.role('worker');
    await world.role('stranger');
    await world.simulation.runFor(12);
    const assume = (who: string) =>
      world.simulation.runUntil(
        world.cloud.call('STS', 'AssumeRole', { RoleArn: roleArn('reader'), RoleSessionName: 'job' }, as(who)),
      );

    await world.grant('stranger', allow('sts:AssumeRole'));

    await expect(assume('stranger')).rejects.toMatchObject({ name: 'AccessDenied' });
    const { Credentials } = (await assume('worker')) as { Credentials: stsSdk.Credentials };

    const key = Credentials.AccessKeyId ?? '';
    expect(callerOfAccessKey(world.simulation, key)).toEqual({ roleArn: roleArn('reader'), sessionName: 'job' });
    await world.simulation.runFor(3600);
    expect(callerOfAccessKey(world.simulation, key)).toBeUndefined();
    expect(callerOfAccessKey(world.simulation, 'ASIANOBODY')).toBeUndefined();
  });

  it('wants both sides where the trust names the account', async () => {
    await world.role('reader', { AssumeRolePolicyDocument: trusting({ AWS: `arn:aws:iam::${ACCOUNT}:root` }) });
    await world.role('worker');
    await world.simulation.runFor(12);
    const assume = () =>
      world.simulation.runUntil(
        world.cloud.call('STS', 'AssumeRole', { RoleArn: roleArn('reader'), RoleSessionName: 'job' }, as('worker')),
      );

    await expect(assume()).rejects.toMatchObject({ name: 'AccessDenied' });
    await world.grant('worker', allow('sts:AssumeRole'));
    await expect(assume()).resolves.toBeDefined();
  });

  it('lets a service assume a role on the terms of its trust', async () => {
    const condition = {
      Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT, 'aws:RequestTag/eks-cluster-name': 'banking' } },
    };
    await world.role('controller', {
      AssumeRolePolicyDocument: trusting({ Service: 'pods.eks.amazonaws.com' }, condition),
    });
    const keys = {
      'aws:SourceAccount': ACCOUNT,
      'aws:RequestTag/eks-cluster-name': 'banking',
      'aws:TagKeys': ['eks-cluster-name'],
    };
    const can = (service: string, given = keys) =>
      canServiceAssume({ simulation: world.simulation }, roleArn('controller'), service, given);

    const early = can('pods.eks.amazonaws.com');
    await world.simulation.runFor(12);

    expect(early).toBe(false);
    expect(can('pods.eks.amazonaws.com')).toBe(true);
    expect(can('eks.amazonaws.com')).toBe(false);
    expect(can('pods.eks.amazonaws.com', { ...keys, 'aws:RequestTag/eks-cluster-name': 'other' })).toBe(false);
  });

  it('tells a caller who it is', async () => {
    await world.role('worker');
    const credentials = credentialsFor(world.simulation, as('worker'));

    const identity = await world.simulation.runUntil(world.cloud.call('STS', 'GetCallerIdentity', {}, as('worker')));

    expect(identity).toMatchObject({ Account: ACCOUNT, Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/worker/session` });
    expect(callerOfAccessKey(world.simulation, credentials.accessKeyId)).toEqual(as('worker'));
  });
});
