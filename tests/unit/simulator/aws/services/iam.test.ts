import type * as iamSdk from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { isRoleUsable } from '../../../../../simulator/aws/services/iam/state.ts';
import { ACCOUNT, allow, as, ec2Trust, iamWorld, policy, roleArn } from './iam-world.ts';

describe('the simulated IAM', () => {
  let world: ReturnType<typeof iamWorld>;
  beforeEach(() => {
    world = iamWorld();
  });
  afterEach(() => world.simulation.close());

  it('keeps a role as it was created, with its documents encoded as IAM does', async () => {
    await world.role('node', { Path: '/joinery/', Tags: [{ Key: 'joinery.dev:cluster', Value: 'banking' }] });

    const { Role } = (await world.call('GetRole', { RoleName: 'node' })) as { Role: iamSdk.Role };

    expect(Role).toMatchObject({
      Arn: roleArn('node', '/joinery/'),
      Tags: [{ Key: 'joinery.dev:cluster', Value: 'banking' }],
    });
    expect(decodeURIComponent(Role.AssumeRolePolicyDocument ?? '')).toBe(ec2Trust);
    await expect(world.role('NODE')).rejects.toMatchObject({ name: 'EntityAlreadyExistsException' });
  });

  it('says in the words of AWS what a role lacks', async () => {
    await world.role('poor');
    const denied = world.call('GetRole', { RoleName: 'poor' }, as('poor'));

    await expect(denied).rejects.toMatchObject({
      name: 'AccessDenied',
      $metadata: { httpStatusCode: 403 },
      message:
        `User: arn:aws:sts::${ACCOUNT}:assumed-role/poor/session is not authorized to perform: iam:GetRole on resource: ` +
        `${roleArn('poor')} because no identity-based policy allows the iam:GetRole action`,
    });
  });

  it('lets a role create others only with its boundary and its tags', async () => {
    await world.call('CreatePolicy', { PolicyName: 'limit', PolicyDocument: allow('sqs:SendMessage') });
    await world.role('maker');
    const limit = `arn:aws:iam::${ACCOUNT}:policy/limit`;
    await world.grant(
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
      world.call('CreateRole', { RoleName: 'made', AssumeRolePolicyDocument: ec2Trust, ...more }, as('maker'));
    const right = { Path: '/joinery/', PermissionsBoundary: limit, Tags: [{ Key: 'cluster', Value: 'a' }] };

    await expect(make({ ...right, PermissionsBoundary: undefined })).rejects.toThrow('iam:CreateRole');
    await expect(make({ ...right, Path: '/' })).rejects.toThrow('iam:CreateRole');
    await expect(make({ ...right, Tags: undefined })).rejects.toThrow('iam:CreateRole');
    await expect(make(right)).resolves.toBeDefined();
    await world.grant('maker', allow('iam:CreateRole'));
    await expect(make({ ...right, RoleName: 'untagged' })).rejects.toThrow('iam:TagRole');
  });

  it('binds a role by its boundary and by what is attached now', async () => {
    await world.call('CreatePolicy', { PolicyName: 'limit', PolicyDocument: allow('iam:GetRole') });
    await world.call('CreatePolicy', { PolicyName: 'wide', PolicyDocument: allow('iam:*') });
    await world.role('bound', { PermissionsBoundary: `arn:aws:iam::${ACCOUNT}:policy/limit` });
    await world.call('AttachRolePolicy', { RoleName: 'bound', PolicyArn: `arn:aws:iam::${ACCOUNT}:policy/wide` });

    await expect(world.call('GetRole', { RoleName: 'bound' }, as('bound'))).resolves.toBeDefined();
    await expect(world.call('DeleteRole', { RoleName: 'bound' }, as('bound'))).rejects.toThrow(
      'because no permissions boundary allows the iam:DeleteRole action',
    );
    await world.call('DetachRolePolicy', { RoleName: 'bound', PolicyArn: `arn:aws:iam::${ACCOUNT}:policy/wide` });
    await expect(world.call('GetRole', { RoleName: 'bound' }, as('bound'))).rejects.toThrow('no identity-based policy');
  });

  it('fails for a caller whose role does not exist', async () => {
    await expect(world.call('ListInstanceProfiles', {}, as('nobody'))).rejects.toThrow(
      'does not exist in this account',
    );
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
    await world.role('there');

    await expect(world.call(operation, input)).rejects.toMatchObject({ name });
  });

  it('counts inline policies of a role together, without white space', async () => {
    await world.role('full');
    const half = (sid: string) => allow('sqs:SendMessage', { Sid: sid.repeat(5000) });
    await world.call('PutRolePolicy', { RoleName: 'full', PolicyName: 'one', PolicyDocument: half('a') });

    const spaced = JSON.stringify(JSON.parse(half('b')), null, 40);
    await world.call('PutRolePolicy', { RoleName: 'full', PolicyName: 'two', PolicyDocument: spaced });

    const third = { RoleName: 'full', PolicyName: 'three', PolicyDocument: allow('sqs:SendMessage') };
    await expect(world.call('PutRolePolicy', third)).rejects.toMatchObject({ name: 'LimitExceededException' });
  });

  it('deletes a role only when nothing hangs on it', async () => {
    await world.role('node');
    await world.grant('node', allow('sqs:SendMessage'));
    await world.call('CreateInstanceProfile', { InstanceProfileName: 'node' });
    await world.call('AddRoleToInstanceProfile', { InstanceProfileName: 'node', RoleName: 'node' });
    const conflict = { name: 'DeleteConflictException' };

    await expect(world.call('DeleteRole', { RoleName: 'node' })).rejects.toMatchObject(conflict);
    await expect(world.call('DeleteInstanceProfile', { InstanceProfileName: 'node' })).rejects.toMatchObject(conflict);
    await world.call('RemoveRoleFromInstanceProfile', { InstanceProfileName: 'node', RoleName: 'node' });
    await expect(world.call('DeleteRole', { RoleName: 'node' })).rejects.toMatchObject(conflict);
    await world.call('DeleteRolePolicy', { RoleName: 'node', PolicyName: 'inline' });
    await world.call('DeleteRole', { RoleName: 'node' });

    await expect(world.call('GetRole', { RoleName: 'node' })).rejects.toMatchObject({ name: 'NoSuchEntityException' });
  });

  it('wants PassRole for EC2 where a role is put into an instance profile', async () => {
    await world.role('node');
    await world.role('maker');
    await world.call('CreateInstanceProfile', { InstanceProfileName: 'node' });
    const add = () =>
      world.call('AddRoleToInstanceProfile', { InstanceProfileName: 'node', RoleName: 'node' }, as('maker'));
    const pass = (service: string) => ({
      Effect: 'Allow',
      Action: 'iam:PassRole',
      Resource: roleArn('node'),
      Condition: { StringEquals: { 'iam:PassedToService': service } },
    });
    const change = { Effect: 'Allow', Action: 'iam:AddRoleToInstanceProfile', Resource: '*' };

    await world.grant('maker', policy(change, pass('eks.amazonaws.com')));
    await expect(add()).rejects.toThrow('iam:PassRole');
    await world.grant('maker', policy(change, pass('ec2.amazonaws.com')));
    await expect(add()).resolves.toEqual({});
  });

  it('creates a service-linked role once', async () => {
    await world.call('CreateServiceLinkedRole', { AWSServiceName: 'spot.amazonaws.com' });

    await expect(world.call('CreateServiceLinkedRole', { AWSServiceName: 'spot.amazonaws.com' })).rejects.toMatchObject(
      {
        name: 'InvalidInputException',
      },
    );
    await expect(world.call('DeleteRole', { RoleName: 'AWSServiceRoleForEC2Spot' })).rejects.toMatchObject({
      name: 'UnmodifiableEntityException',
    });
  });

  it('keeps five versions of a policy and its default', async () => {
    await world.call('CreatePolicy', { PolicyName: 'p', PolicyDocument: allow('sqs:SendMessage') });
    const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/p`;
    const next = () =>
      world.call('CreatePolicyVersion', { PolicyArn, PolicyDocument: allow('sqs:*'), SetAsDefault: true });
    for (let made = 0; made < 4; made += 1) await next();

    await expect(next()).rejects.toMatchObject({ name: 'LimitExceededException' });
    await expect(world.call('DeletePolicyVersion', { PolicyArn, VersionId: 'v5' })).rejects.toMatchObject({
      name: 'DeleteConflictException',
    });
    await world.call('DeletePolicyVersion', { PolicyArn, VersionId: 'v1' });
    expect(await world.call('GetPolicy', { PolicyArn })).toMatchObject({ Policy: { DefaultVersionId: 'v5' } });
  });

  it('gives a role to others only after it has propagated', async () => {
    await world.role('late');

    const atOnce = isRoleUsable(world.simulation, roleArn('late'));
    await world.simulation.runFor(12);

    expect(atOnce).toBe(false);
    expect(isRoleUsable(world.simulation, roleArn('late'))).toBe(true);
    expect(isRoleUsable(world.simulation, roleArn('late', '/other/'))).toBe(false);
  });
});
