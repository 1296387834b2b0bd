import * as iamSdk from '@aws-sdk/client-iam';
import * as stsSdk from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Cloud } from '../../../../../simulator/aws/cloud.ts';
import { createAuthorizer } from '../../../../../simulator/aws/iam/authorizer.ts';
import { iamService } from '../../../../../simulator/aws/services/iam/service.ts';
import { isRoleUsable } from '../../../../../simulator/aws/services/iam/state.ts';
import { canServiceAssume, stsService } from '../../../../../simulator/aws/services/sts/service.ts';
import { callerOfAccessKey, credentialsFor } from '../../../../../simulator/aws/services/sts/sessions.ts';
import { Simulation } from '../../../../../simulator/core/simulation.ts';

const ACCOUNT = '111122223333';
const deployer = { roleArn: `arn:aws:iam::${ACCOUNT}:role/deployer`, sessionName: 'person' };
const roleArn = (name: string, path = '/') => `arn:aws:iam::${ACCOUNT}:role${path}${name}`;
const as = (name: string) => ({ roleArn: roleArn(name), sessionName: 'session' });

const policy = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });
const trusting = (principal: object, more: object = {}) =>
  policy({ Effect: 'Allow', Principal: principal, Action: ['sts:AssumeRole', 'sts:TagSession'], ...more });
const ec2Trust = trusting({ Service: 'ec2.amazonaws.com' });
const allow = (Action: string | string[], more: object = {}) =>
  policy({ Effect: 'Allow', Action, Resource: '*', ...more });

describe('the simulated IAM', () => {
  let simulation: Simulation;
  let cloud: Cloud;
  const call = (name: string, input: object, caller = deployer): Promise<Record<string, unknown>> =>
    simulation.runUntil(cloud.call('IAM', name, input, caller)) as Promise<Record<string, unknown>>;
  const role = (RoleName: string, more: object = {}) =>
    call('CreateRole', { RoleName, AssumeRolePolicyDocument: ec2Trust, ...more });
  const grant = (RoleName: string, PolicyDocument: string) =>
    call('PutRolePolicy', { RoleName, PolicyName: 'inline', PolicyDocument });

  beforeEach(() => {
    simulation = new Simulation({ seed: 3, startAt: '2026-11-02T08:00:00Z' });
    cloud = new Cloud({
      simulation,
      accountId: ACCOUNT,
      region: 'eu-west-1',
      services: [
        { service: iamService, sdk: iamSdk },
        { service: stsService, sdk: stsSdk },
      ],
      authorize: createAuthorizer({ deployerRoleArns: [deployer.roleArn] }),
    });
  });
  afterEach(() => simulation.close());

  it('keeps a role as it was created, with its documents encoded as IAM does', async () => {
    await role('node', { Path: '/joinery/', Tags: [{ Key: 'joinery.dev:cluster', Value: 'banking' }] });

    const { Role } = (await call('GetRole', { RoleName: 'node' })) as { Role: iamSdk.Role };

    expect(Role).toMatchObject({
      Arn: roleArn('node', '/joinery/'),
      Tags: [{ Key: 'joinery.dev:cluster', Value: 'banking' }],
    });
    expect(decodeURIComponent(Role.AssumeRolePolicyDocument ?? '')).toBe(ec2Trust);
    await expect(role('NODE')).rejects.toMatchObject({ name: 'EntityAlreadyExistsException' });
  });

  it('says in the words of AWS what a role lacks', async () => {
    await role('poor');
    const denied = call('GetRole', { RoleName: 'poor' }, as('poor'));

    await expect(denied).rejects.toMatchObject({
      name: 'AccessDenied',
      $metadata: { httpStatusCode: 403 },
      message:
        `User: arn:aws:sts::${ACCOUNT}:assumed-role/poor/session is not authorized to perform: iam:GetRole on resource: ` +
        `${roleArn('poor')} because no identity-based policy allows the iam:GetRole action`,
    });
  });

  it('lets a role create others only with its boundary and its tags', async () => {
    await call('CreatePolicy', { PolicyName: 'limit', PolicyDocument: allow('sqs:SendMessage') });
    await role('maker');
    const limit = `arn:aws:iam::${ACCOUNT}:policy/limit`;
    await grant(
      'maker',
      policy(
        {
          Effect: 'Allow',
          Action: 'iam:CreateRole',
          Resource: roleArn('*', '/joinery/'),
          Condition: { StringEquals: { 'iam:PermissionsBoundary': limit, 'aws:RequestTag/cluster': 'a' } },
        },
        { Effect: 'Allow', Action: 'iam:TagRole', Resource: roleArn('*', '/joinery/') },
      ),
    );
    const make = (more: object) =>
      call('CreateRole', { RoleName: 'made', AssumeRolePolicyDocument: ec2Trust, ...more }, as('maker'));
    const right = { Path: '/joinery/', PermissionsBoundary: limit, Tags: [{ Key: 'cluster', Value: 'a' }] };

    await expect(make({ ...right, PermissionsBoundary: undefined })).rejects.toThrow('iam:CreateRole');
    await expect(make({ ...right, Path: '/' })).rejects.toThrow('iam:CreateRole');
    await expect(make({ ...right, Tags: undefined })).rejects.toThrow('iam:CreateRole');
    await expect(make(right)).resolves.toBeDefined();
    await grant('maker', allow('iam:CreateRole'));
    await expect(make({ ...right, RoleName: 'untagged' })).rejects.toThrow('iam:TagRole');
  });

  it('binds a role by its boundary and by what is attached now', async () => {
    await call('CreatePolicy', { PolicyName: 'limit', PolicyDocument: allow('iam:GetRole') });
    await call('CreatePolicy', { PolicyName: 'wide', PolicyDocument: allow('iam:*') });
    await role('bound', { PermissionsBoundary: `arn:aws:iam::${ACCOUNT}:policy/limit` });
    await call('AttachRolePolicy', { RoleName: 'bound', PolicyArn: `arn:aws:iam::${ACCOUNT}:policy/wide` });

    await expect(call('GetRole', { RoleName: 'bound' }, as('bound'))).resolves.toBeDefined();
    await expect(call('DeleteRole', { RoleName: 'bound' }, as('bound'))).rejects.toThrow(
      'because no permissions boundary allows the iam:DeleteRole action',
    );
    await call('DetachRolePolicy', { RoleName: 'bound', PolicyArn: `arn:aws:iam::${ACCOUNT}:policy/wide` });
    await expect(call('GetRole', { RoleName: 'bound' }, as('bound'))).rejects.toThrow('no identity-based policy');
  });

  it('fails for a caller whose role does not exist', async () => {
    await expect(call('ListInstanceProfiles', {}, as('nobody'))).rejects.toThrow('does not exist in this account');
  });

  it.each([
    [
      'a role name of 65 characters',
      'CreateRole',
      { RoleName: 'r'.repeat(65), AssumeRolePolicyDocument: ec2Trust },
      'ValidationError',
    ],
    ['a name with a slash', 'CreateRole', { RoleName: 'a/b', AssumeRolePolicyDocument: ec2Trust }, 'ValidationError'],
    [
      'a path without its last slash',
      'CreateRole',
      { RoleName: 'a', Path: '/joinery', AssumeRolePolicyDocument: ec2Trust },
      'ValidationError',
    ],
    [
      'a trust policy with a resource',
      'CreateRole',
      { RoleName: 'a', AssumeRolePolicyDocument: allow('sts:AssumeRole') },
      'MalformedPolicyDocumentException',
    ],
    [
      'a boundary that does not exist',
      'CreateRole',
      { RoleName: 'a', AssumeRolePolicyDocument: ec2Trust, PermissionsBoundary: `arn:aws:iam::${ACCOUNT}:policy/no` },
      'NoSuchEntityException',
    ],
    [
      'a managed policy over 6,144 characters',
      'CreatePolicy',
      { PolicyName: 'p', PolicyDocument: allow('sqs:SendMessage', { Sid: 'S'.repeat(6100) }) },
      'LimitExceededException',
    ],
    [
      'an AWS policy that does not exist',
      'AttachRolePolicy',
      { RoleName: 'there', PolicyArn: 'arn:aws:iam::aws:policy/AmazonEKSNodePolicy' },
      'NoSuchEntityException',
    ],
    ['a role that does not exist', 'GetRole', { RoleName: 'gone' }, 'NoSuchEntityException'],
    [
      'a service without a linked role',
      'CreateServiceLinkedRole',
      { AWSServiceName: 'spots.amazonaws.com' },
      'InvalidInputException',
    ],
  ])('refuses %s', async (_what, operation, input, name) => {
    await role('there');

    await expect(call(operation, input)).rejects.toMatchObject({ name });
  });

  it('counts inline policies of a role together, without white space', async () => {
    await role('full');
    const half = (sid: string) => allow('sqs:SendMessage', { Sid: sid.repeat(5000) });
    await call('PutRolePolicy', { RoleName: 'full', PolicyName: 'one', PolicyDocument: half('a') });

    const spaced = JSON.stringify(JSON.parse(half('b')), null, 40);
    await call('PutRolePolicy', { RoleName: 'full', PolicyName: 'two', PolicyDocument: spaced });

    const third = { RoleName: 'full', PolicyName: 'three', PolicyDocument: allow('sqs:SendMessage') };
    await expect(call('PutRolePolicy', third)).rejects.toMatchObject({ name: 'LimitExceededException' });
  });

  it('deletes a role only when nothing hangs on it', async () => {
    await role('node');
    await grant('node', allow('sqs:SendMessage'));
    await call('CreateInstanceProfile', { InstanceProfileName: 'node' });
    await call('AddRoleToInstanceProfile', { InstanceProfileName: 'node', RoleName: 'node' });
    const conflict = { name: 'DeleteConflictException' };

    await expect(call('DeleteRole', { RoleName: 'node' })).rejects.toMatchObject(conflict);
    await expect(call('DeleteInstanceProfile', { InstanceProfileName: 'node' })).rejects.toMatchObject(conflict);
    await call('RemoveRoleFromInstanceProfile', { InstanceProfileName: 'node', RoleName: 'node' });
    await expect(call('DeleteRole', { RoleName: 'node' })).rejects.toMatchObject(conflict);
    await call('DeleteRolePolicy', { RoleName: 'node', PolicyName: 'inline' });
    await call('DeleteRole', { RoleName: 'node' });

    await expect(call('GetRole', { RoleName: 'node' })).rejects.toMatchObject({ name: 'NoSuchEntityException' });
  });

  it('wants PassRole for EC2 where a role is put into an instance profile', async () => {
    await role('node');
    await role('maker');
    await call('CreateInstanceProfile', { InstanceProfileName: 'node' });
    const add = () => call('AddRoleToInstanceProfile', { InstanceProfileName: 'node', RoleName: 'node' }, as('maker'));
    const pass = (service: string) => ({
      Effect: 'Allow',
      Action: 'iam:PassRole',
      Resource: roleArn('node'),
      Condition: { StringEquals: { 'iam:PassedToService': service } },
    });
    const change = { Effect: 'Allow', Action: 'iam:AddRoleToInstanceProfile', Resource: '*' };

    await grant('maker', policy(change, pass('eks.amazonaws.com')));
    await expect(add()).rejects.toThrow('iam:PassRole');
    await grant('maker', policy(change, pass('ec2.amazonaws.com')));
    await expect(add()).resolves.toEqual({});
  });

  it('creates a service-linked role once', async () => {
    await call('CreateServiceLinkedRole', { AWSServiceName: 'spot.amazonaws.com' });

    await expect(call('CreateServiceLinkedRole', { AWSServiceName: 'spot.amazonaws.com' })).rejects.toMatchObject({
      name: 'InvalidInputException',
    });
    await expect(call('DeleteRole', { RoleName: 'AWSServiceRoleForEC2Spot' })).rejects.toMatchObject({
      name: 'UnmodifiableEntityException',
    });
  });

  it('keeps five versions of a policy and its default', async () => {
    await call('CreatePolicy', { PolicyName: 'p', PolicyDocument: allow('sqs:SendMessage') });
    const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/p`;
    const next = () => call('CreatePolicyVersion', { PolicyArn, PolicyDocument: allow('sqs:*'), SetAsDefault: true });
    for (let made = 0; made < 4; made += 1) await next();

    await expect(next()).rejects.toMatchObject({ name: 'LimitExceededException' });
    await expect(call('DeletePolicyVersion', { PolicyArn, VersionId: 'v5' })).rejects.toMatchObject({
      name: 'DeleteConflictException',
    });
    await call('DeletePolicyVersion', { PolicyArn, VersionId: 'v1' });
    expect(await call('GetPolicy', { PolicyArn })).toMatchObject({ Policy: { DefaultVersionId: 'v5' } });
  });

  it('gives a role to others only after it has propagated', async () => {
    await role('late');

    const atOnce = isRoleUsable(simulation, roleArn('late'));
    await simulation.runFor(12);

    expect(atOnce).toBe(false);
    expect(isRoleUsable(simulation, roleArn('late'))).toBe(true);
    expect(isRoleUsable(simulation, roleArn('late', '/other/'))).toBe(false);
  });

  it('lets a role be assumed by those whom it trusts, and knows them by their key', async () => {
    await role('reader', { AssumeRolePolicyDocument: trusting({ AWS: roleArn('worker') }) });
    await role('worker');
    await role('stranger');
    await simulation.runFor(12);
    const assume = (who: string) =>
      simulation.runUntil(
        cloud.call('STS', 'AssumeRole', { RoleArn: roleArn('reader'), RoleSessionName: 'job' }, as(who)),
      );

    await grant('stranger', allow('sts:AssumeRole'));

    await expect(assume('stranger')).rejects.toMatchObject({ name: 'AccessDenied' });
    const { Credentials } = (await assume('worker')) as { Credentials: stsSdk.Credentials };

    const key = Credentials.AccessKeyId ?? '';
    expect(callerOfAccessKey(simulation, key)).toEqual({ roleArn: roleArn('reader'), sessionName: 'job' });
    await simulation.runFor(3600);
    expect(callerOfAccessKey(simulation, key)).toBeUndefined();
    expect(callerOfAccessKey(simulation, 'ASIANOBODY')).toBeUndefined();
  });

  it('wants both sides where the trust names the account', async () => {
    await role('reader', { AssumeRolePolicyDocument: trusting({ AWS: `arn:aws:iam::${ACCOUNT}:root` }) });
    await role('worker');
    await simulation.runFor(12);
    const assume = () =>
      simulation.runUntil(
        cloud.call('STS', 'AssumeRole', { RoleArn: roleArn('reader'), RoleSessionName: 'job' }, as('worker')),
      );

    await expect(assume()).rejects.toMatchObject({ name: 'AccessDenied' });
    await grant('worker', allow('sts:AssumeRole'));
    await expect(assume()).resolves.toBeDefined();
  });

  it('lets a service assume a role on the terms of its trust', async () => {
    const condition = {
      Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT, 'aws:RequestTag/eks-cluster-name': 'banking' } },
    };
    await role('controller', { AssumeRolePolicyDocument: trusting({ Service: 'pods.eks.amazonaws.com' }, condition) });
    const keys = {
      'aws:SourceAccount': ACCOUNT,
      'aws:RequestTag/eks-cluster-name': 'banking',
      'aws:TagKeys': ['eks-cluster-name'],
    };
    const can = (service: string, given = keys) =>
      canServiceAssume({ simulation }, roleArn('controller'), service, given);

    const early = can('pods.eks.amazonaws.com');
    await simulation.runFor(12);

    expect(early).toBe(false);
    expect(can('pods.eks.amazonaws.com')).toBe(true);
    expect(can('eks.amazonaws.com')).toBe(false);
    expect(can('pods.eks.amazonaws.com', { ...keys, 'aws:RequestTag/eks-cluster-name': 'other' })).toBe(false);
  });

  it('tells a caller who it is', async () => {
    await role('worker');
    const credentials = credentialsFor(simulation, as('worker'));

    const identity = await simulation.runUntil(cloud.call('STS', 'GetCallerIdentity', {}, as('worker')));

    expect(identity).toMatchObject({ Account: ACCOUNT, Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/worker/session` });
    expect(callerOfAccessKey(simulation, credentials.accessKeyId)).toEqual(as('worker'));
  });
});
