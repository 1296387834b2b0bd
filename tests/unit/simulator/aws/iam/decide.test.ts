import { describe, expect, it } from '@jest/globals';
import { type Decision, decide, type Principal } from '../../../../../simulator/aws/iam/decide.ts';
import { parsePolicy } from '../../../../../simulator/aws/iam/policy-document.ts';

const role: Principal = {
  kind: 'role',
  roleArn: 'arn:aws:iam::111122223333:role/joinery/router',
  sessionArn: 'arn:aws:sts::111122223333:assumed-role/router/s',
  accountId: '111122223333',
};
const INSTANCE = 'arn:aws:ec2:eu-west-1:111122223333:instance/i-1';
const QUEUE = 'arn:aws:sqs:eu-west-1:111122223333:banking';

type Statement = Record<string, unknown>;
type Context = Record<string, string | readonly string[]>;

const document = (...statements: Statement[]) => ({ Version: '2012-10-17', Statement: statements });
const identity = (...statements: Statement[]) => [parsePolicy(document(...statements), 'identity')];
const allow = (more: Statement = {}): Statement => ({
  Effect: 'Allow',
  Action: 'ec2:TerminateInstances',
  Resource: '*',
  ...more,
});

const terminate = (statement: Statement, context: Context = {}, resource = INSTANCE) =>
  decide({ principal: role, identity: identity(statement) }, { action: 'ec2:TerminateInstances', resource, context });

const underCondition = (condition: object, context: Context) =>
  terminate(allow({ Condition: condition }), context).allowed;

describe('decide', () => {
  it('allows what a statement allows and names it', () => {
    expect(terminate(allow({ Sid: 'Ends' }))).toEqual({
      allowed: true,
      reason: 'allowed by an identity-based policy',
      statementSid: 'Ends',
    });
  });

  it.each([
    ['another action', { Action: 'ec2:StopInstances' }],
    ['another action by wildcard', { Action: 'ec2:Describe*' }],
    ['another instance', { Resource: 'arn:aws:ec2:eu-west-1:111122223333:instance/i-2' }],
    ['a resource without the type', { Resource: 'arn:aws:ec2:eu-west-1:111122223333:volume/*' }],
    ['a shorter part that would match only across a colon', { Resource: 'arn:aws:ec2:*:instance/*:*' }],
    ['everything but this action', { Action: undefined, NotAction: 'ec2:Terminate*' }],
    ['everything but this resource', { Resource: undefined, NotResource: 'arn:aws:ec2:*:*:instance/*' }],
  ])('denies what is allowed for %s', (_what, more) => {
    const given = Object.fromEntries(Object.entries(allow(more)).filter(([, value]) => value !== undefined));

    expect(terminate(given)).toEqual({
      allowed: false,
      reason: 'because no identity-based policy allows the ec2:TerminateInstances action',
    });
  });

  it.each([
    { Action: 'EC2:terminate*' },
    { Action: '*' },
    { Resource: 'arn:aws:ec2:*:*:instance/i-?' },
    { Resource: ['arn:aws:ec2:*:*:volume/*', 'arn:aws:ec2:*:111122223333:instance/*'] },
    { Action: undefined, NotAction: 'ec2:Start*' },
    { Resource: undefined, NotResource: 'arn:aws:ec2:*:*:volume/*' },
  ])('matches %j', (more) => {
    const given = Object.fromEntries(Object.entries(allow(more)).filter(([, value]) => value !== undefined));

    expect(terminate(given).allowed).toBe(true);
  });

  it('matches an action that has no resource with "*" alone', () => {
    const request = { action: 'ec2:DescribeInstances', resource: '*' };
    const of = (Resource: string): Decision =>
      decide(
        { principal: role, identity: identity({ Effect: 'Allow', Action: 'ec2:DescribeInstances', Resource }) },
        request,
      );

    expect(of('*').allowed).toBe(true);
    expect(of('arn:aws:ec2:*:*:*').allowed).toBe(false);
    expect(of('arn:aws:ec2:*:*:instance/*').allowed).toBe(false);
  });

  it('lets an explicit deny win over every allow, wherever it stands', () => {
    const deny = { Sid: 'Never', Effect: 'Deny', Action: 'sqs:*', Resource: '*' };
    const send = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' };
    const request = { action: 'sqs:SendMessage', resource: QUEUE };
    const toAll = { Principal: '*' };

    const own = decide({ principal: role, identity: identity(send, deny) }, request);
    const boundary = decide({ principal: role, identity: identity(send), boundary: identity(send, deny) }, request);
    const queue = decide(
      { principal: role, identity: identity(send), resource: parsePolicy(document({ ...deny, ...toAll }), 'resource') },
      request,
    );

    expect(own).toEqual({
      allowed: false,
      reason: 'with an explicit deny in an identity-based policy',
      statementSid: 'Never',
    });
    expect(boundary.reason).toBe('with an explicit deny in a permissions boundary');
    expect(queue.reason).toBe('with an explicit deny in a resource-based policy');
  });

  it('takes the intersection with a permissions boundary', () => {
    const send = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' };
    const request = { action: 'sqs:SendMessage', resource: QUEUE };

    const inside = decide({ principal: role, identity: identity(send), boundary: identity(send) }, request);
    const outside = decide({ principal: role, identity: identity(send), boundary: identity(allow()) }, request);
    const nothing = decide({ principal: role, identity: [], boundary: identity(send) }, request);

    expect(inside.allowed).toBe(true);
    expect(outside.reason).toBe('because no permissions boundary allows the sqs:SendMessage action');
    expect(nothing.reason).toBe('because no identity-based policy allows the sqs:SendMessage action');
  });

  it('takes a resource policy that names the role, but not one that names the account, for a permission', () => {
    const request = { action: 'sqs:SendMessage', resource: QUEUE };
    const by = (AWS: string) =>
      decide(
        {
          principal: role,
          identity: [],
          resource: parsePolicy(
            document({ Effect: 'Allow', Principal: { AWS }, Action: 'sqs:SendMessage', Resource: QUEUE }),
            'resource',
          ),
        },
        request,
      ).allowed;

    expect(by('arn:aws:iam::111122223333:role/joinery/router')).toBe(true);
    expect(by('arn:aws:iam::111122223333:root')).toBe(false);
    expect(by('arn:aws:iam::111122223333:role/router')).toBe(false);
  });

  it('lets a service in by its name and its source alone', () => {
    const policy = parsePolicy(
      document({
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: QUEUE,
        Condition: { ArnEquals: { 'aws:SourceArn': 'arn:aws:events:eu-west-1:111122223333:rule/spot' } },
      }),
      'resource',
    );
    const asked = (service: string, context: Context) =>
      decide(
        { principal: { kind: 'service', service }, identity: [], resource: policy },
        { action: 'sqs:SendMessage', resource: QUEUE, context },
      ).allowed;
    const source = { 'aws:SourceArn': 'arn:aws:events:eu-west-1:111122223333:rule/spot' };

    expect(asked('events.amazonaws.com', source)).toBe(true);
    expect(asked('sns.amazonaws.com', source)).toBe(false);
    expect(asked('events.amazonaws.com', {})).toBe(false);
    expect(asked('events.amazonaws.com', { 'aws:SourceArn': 'arn:aws:events:eu-west-1:111122223333:rule/x' })).toBe(
      false,
    );
  });

  it('replaces policy variables, literally, and matches nothing when one has no value', () => {
    const own = allow({ Resource: 'arn:aws:ec2:*:*:instance/${aws:PrincipalTag/joinery.dev:instance}' });
    const tag = 'aws:PrincipalTag/joinery.dev:instance';

    expect(terminate(own, { [tag]: 'i-1' }).allowed).toBe(true);
    expect(terminate(own, { [tag]: 'i-*' }).allowed).toBe(false);
    expect(terminate(own, {}).allowed).toBe(false);
    expect(
      underCondition(
        { StringEquals: { 'aws:ResourceTag/owner': '${aws:PrincipalTag/owner}' } },
        { 'aws:ResourceTag/owner': 'x', 'aws:PrincipalTag/owner': 'x' },
      ),
    ).toBe(true);
  });

  it.each([
    ['an action that AWS does not have', 'ec2:TerminateInstance', INSTANCE],
    ['a service that AWS does not have', 'ec3:TerminateInstances', INSTANCE],
    ['an action in another spelling', 'ec2:terminateInstances', INSTANCE],
    ['a resource of a type that the action is not made on', 'ec2:TerminateInstances', QUEUE],
    ['"*" for an action that is made on a resource', 'ec2:TerminateInstances', '*'],
    ['a resource for an action that has none', 'ec2:DescribeInstances', INSTANCE],
  ])('refuses a request for %s', (_what, action, resource) => {
    expect(() =>
      decide({ principal: role, identity: identity(allow({ Action: '*' })) }, { action, resource }),
    ).toThrow();
  });
});
