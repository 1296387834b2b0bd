import { describe, expect, it } from '@jest/globals';
import { parsePolicy } from '../../../../../simulator/aws/iam/policy-document.ts';

const KEY = 'aws:ResourceTag/k';

const document = (...statements: object[]) => ({ Version: '2012-10-17', Statement: statements });

describe('parsePolicy', () => {
  const statement = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' };

  it.each([
    ['an unknown operator', { Condition: { StringMatches: { [KEY]: 'x' } } }],
    ['an operator that is not simulated', { Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }],
    ['a set prefix on Null', { Condition: { 'ForAnyValue:Null': { [KEY]: 'true' } } }],
    ['an unknown member', { Ressource: '*' }],
    ['both Action and NotAction', { NotAction: 'sqs:ListQueues' }],
    ['an action that AWS does not have', { Action: 'sqs:SendMail' }],
    ['a resource that is no ARN', { Resource: 'banking' }],
    ['a principal on an identity', { Principal: '*' }],
    ['NotPrincipal', { NotPrincipal: { AWS: '*' } }],
    ['an Effect in small letters', { Effect: 'allow' }],
    ['a Sid with a space', { Sid: 'send it' }],
  ])('refuses %s', (_what, more) => {
    expect(() => parsePolicy(document({ ...statement, ...more }), 'identity')).toThrow();
  });

  it('refuses a Sid twice, a variable in an old version, and what is no JSON', () => {
    const twice = document({ ...statement, Sid: 'A' }, { ...statement, Sid: 'A' });
    const old = { Statement: { ...statement, Resource: 'arn:aws:sqs:*:*:${aws:username}' } };

    expect(() => parsePolicy(twice, 'identity')).toThrow('unique');
    expect(() => parsePolicy(old, 'identity')).toThrow('2012-10-17');
    expect(() => parsePolicy('{', 'identity')).toThrow('Json');
  });
});
