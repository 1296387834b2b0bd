import { describe, expect, it } from '@jest/globals';
import { decide, type Policies } from '../../../../../simulator/aws/iam/decide.ts';
import { type PolicyKind, parsePolicy } from '../../../../../simulator/aws/iam/policy-document.ts';

const INSTANCE = 'arn:aws:ec2:eu-west-1:111122223333:instance/i-1';
const ROLE = {
  kind: 'role',
  roleArn: 'arn:aws:iam::111122223333:role/joinery/router',
  sessionArn: 'arn:aws:sts::111122223333:assumed-role/router/s',
  accountId: '111122223333',
} as const;

const policy = (statement: object, kind: PolicyKind = 'identity') =>
  parsePolicy({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'ec2:*', ...statement }] }, kind);

const ofRole = (statement: object): Policies => ({ principal: ROLE, identity: [policy(statement)] });

const ask = (policies: Policies, context: Record<string, string | readonly string[]> = {}, resource = INSTANCE) =>
  decide(policies, { action: 'ec2:TerminateInstances', resource, context });

describe('a decision', () => {
  it('is taken once for requests that differ in what no policy reads', () => {
    const policies = ofRole({ Resource: '*', Condition: { StringEquals: { 'ec2:Region': 'eu-west-1' } } });

    const first = ask(policies, { 'ec2:Region': 'eu-west-1', 'ec2:InstanceType': 'm7g.large' });

    expect(ask(policies, { 'ec2:Region': 'eu-west-1', 'ec2:InstanceType': 'c7g.large' })).toBe(first);
    expect(first.allowed).toBe(true);
  });

  it.each<[string, object, Record<string, string | readonly string[]>, Record<string, string | readonly string[]>]>([
    [
      'a tag that a condition tests, in any case',
      { Resource: '*', Condition: { StringEquals: { 'AWS:ResourceTag/Team': 'shop' } } },
      { 'aws:ResourceTag/team': 'shop' },
      { 'aws:ResourceTag/team': 'bank' },
    ],
    [
      'a tag that is absent',
      { Resource: '*', Condition: { Null: { 'aws:ResourceTag/team': 'true' } } },
      {},
      { 'aws:ResourceTag/team': 'none' },
    ],
    [
      'a variable in a resource',
      { Resource: `arn:aws:ec2:*:*:instance/\${aws:ResourceTag/id}` },
      { 'aws:ResourceTag/id': 'i-1' },
      { 'aws:ResourceTag/id': 'i-2' },
    ],
    [
      'a variable with a fallback in a value',
      {
        Resource: '*',
        Condition: { StringEquals: { 'aws:ResourceTag/a': `\${aws:PrincipalTag/b, 'c'}` } },
      },
      { 'aws:ResourceTag/a': 'c' },
      { 'aws:ResourceTag/a': 'c', 'aws:PrincipalTag/b': 'd' },
    ],
    [
      'one of several values',
      { Resource: '*', Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] } } },
      { 'aws:TagKeys': ['team'] },
      { 'aws:TagKeys': ['team', 'id'] },
    ],
  ])('is not taken over for %s', (_what, statement, allowed, denied) => {
    const policies = ofRole(statement);

    const decisions = [allowed, denied, allowed, denied].map((context) => ask(policies, context).allowed);

    expect(decisions).toEqual([true, false, true, false]);
  });

  it('is not taken over from another resource, principal, boundary or policy of the resource', () => {
    const own = ofRole({ Resource: '*' });
    const elsewhere = policy({ Resource: 'arn:aws:ec2:*:*:volume/*' });
    const trusting = policy({ Resource: '*', Principal: { AWS: ROLE.sessionArn } }, 'resource');
    const asked: [Policies, boolean][] = [
      [own, true],
      [{ ...own, boundary: [elsewhere] }, false],
      [{ ...own, boundary: [] }, false],
      [{ ...own, resourceMustAllow: true }, false],
      [{ ...own, resourceMustAllow: true, resource: trusting }, true],
      [{ ...own, identity: [elsewhere], resource: trusting }, true],
      [
        {
          ...own,
          identity: [elsewhere],
          resource: trusting,
          principal: { ...ROLE, sessionArn: `${ROLE.sessionArn}2` },
        },
        false,
      ],
      [{ ...own, identity: [elsewhere] }, false],
    ];

    const twice = [...asked, ...asked].map(([policies]) => ask(policies).allowed);

    expect(twice).toEqual([...asked, ...asked].map(([, allowed]) => allowed));
    expect(ask(ofRole({ Resource: INSTANCE }), {}, `${INSTANCE}0`).allowed).toBe(false);
    expect(ask(ofRole({ Resource: INSTANCE })).allowed).toBe(true);
  });
});
