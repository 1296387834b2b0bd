import { describe, expect, it } from '@jest/globals';
import { mayUseKey } from '../../../../functions/preflight/key-policy.ts';

const user = { roleArn: 'arn:aws:iam::111122223333:role/joinery/a', accountId: '111122223333', region: 'eu-west-1' };
const allow = (part: object) => ({ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'kms:*', Resource: '*', ...part });
const verdict = (...Statement: object[]) => mayUseKey(JSON.stringify({ Version: '2012-10-17', Statement }), user);

describe('who may use a key by its policy', () => {
  it.each([
    ['everyone', [allow({})], 'yes'],
    ['the role itself', [allow({ Principal: { AWS: [user.roleArn] } })], 'yes'],
    ['another role', [allow({ Principal: { AWS: `${user.roleArn}b` } })], 'no'],
    ["the account's root, which leaves it to other policies", [allow({ Principal: { AWS: '111122223333' } })], 'no'],
    ['no grants', [allow({ Action: ['kms:Decrypt', 'kms:GenerateDataKey*'] })], 'no'],
    ['patterns of actions', [allow({ Action: ['kms:Decrypt', 'kms:generatedatakey*', 'kms:CreateGrant'] })], 'yes'],
    ['EC2 of the Region', [allow({ Condition: via('ec2.eu-west-1.amazonaws.com') })], 'yes'],
    ['another service', [allow({ Condition: via('rds.eu-west-1.amazonaws.com') })], 'no'],
    [
      'roles under a path',
      [allow({ Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/joinery/*' } } })],
      'yes',
    ],
    [
      'a key that nobody here knows',
      [allow({ Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } })],
      'unknown',
    ],
    ['everyone, with a denial', [allow({}), allow({ Effect: 'Deny', Action: 'kms:CreateGrant' })], 'no'],
    ['everyone, with a denial to others', [allow({}), allow({ Effect: 'Deny', Principal: { AWS: 'arn:b' } })], 'yes'],
    [
      'everyone, with a denial that cannot be judged',
      [allow({}), { Effect: 'Deny', NotPrincipal: {}, Action: '*' }],
      'unknown',
    ],
  ])('a policy for %s', (_, statements, expected) => {
    expect(verdict(...statements)).toBe(expected);
  });

  it('does not judge what it cannot read', () => {
    expect(mayUseKey('no JSON', user)).toBe('unknown');
  });
});

function via(service: string) {
  return { StringEquals: { 'kms:ViaService': service, 'kms:CallerAccount': '111122223333' } };
}
