import { describe, expect, it } from '@jest/globals';
import { decide } from '../../../../../simulator/aws/iam/decide.ts';
import { parsePolicy } from '../../../../../simulator/aws/iam/policy-document.ts';

const QUEUE = 'arn:aws:sqs:eu-west-1:111122223333:banking';
const KEY = 'aws:ResourceTag/k';

type Context = Record<string, string | readonly string[]>;

/** Whether a role may end an instance by a statement under this condition. */
function underCondition(condition: object, context: Context): boolean {
  const statement = { Effect: 'Allow', Action: 'ec2:TerminateInstances', Resource: '*', Condition: condition };
  const principal = {
    kind: 'role',
    roleArn: 'arn:aws:iam::111122223333:role/joinery/router',
    sessionArn: 'arn:aws:sts::111122223333:assumed-role/router/s',
    accountId: '111122223333',
  } as const;
  const resource = 'arn:aws:ec2:eu-west-1:111122223333:instance/i-1';
  const identity = [parsePolicy({ Version: '2012-10-17', Statement: [statement] }, 'identity')];
  return decide({ principal, identity }, { action: 'ec2:TerminateInstances', resource, context }).allowed;
}

describe('condition operators', () => {
  it.each([
    ['StringEquals', 'a', 'a', true],
    ['StringEquals', 'a', 'A', false],
    ['StringEquals', 'a*', 'ab', false],
    ['StringEquals', 'a', undefined, false],
    ['StringEqualsIgnoreCase', 'a', 'A', true],
    ['StringEqualsIgnoreCase', 'a', 'b', false],
    ['StringNotEquals', 'a', 'b', true],
    ['StringNotEquals', 'a', 'a', false],
    ['StringNotEquals', 'a', undefined, true],
    ['StringNotEqualsIgnoreCase', 'a', 'A', false],
    ['StringLike', 'a*', 'abc', true],
    ['StringLike', '*', '', true],
    ['StringLike', 'a?', 'abc', false],
    ['StringLike', '*', undefined, false],
    ['StringNotLike', 'a*', 'abc', false],
    ['StringNotLike', 'a*', 'b', true],
    ['ArnLike', 'arn:aws:sqs:*:*:b*', QUEUE, true],
    ['ArnLike', 'arn:aws:sqs:*:b*', QUEUE, false],
    ['ArnEquals', QUEUE, QUEUE, true],
    ['ArnEquals', 'arn:aws:sqs:eu-west-1:111122223333:other', QUEUE, false],
    ['ArnNotEquals', QUEUE, QUEUE, false],
    ['ArnNotLike', 'arn:aws:sns:*:*:*', QUEUE, true],
    ['Bool', 'false', 'false', true],
    ['Bool', 'false', 'true', false],
    ['Bool', 'false', undefined, false],
    ['Null', 'true', undefined, true],
    ['Null', 'true', 'x', false],
    ['Null', 'false', 'x', true],
    ['NumericEquals', '5', '5.0', true],
    ['NumericNotEquals', '5', '5', false],
    ['NumericLessThan', '5', '4', true],
    ['NumericLessThan', '5', '5', false],
    ['NumericLessThanEquals', '5', '5', true],
    ['NumericGreaterThan', '5', '5', false],
    ['NumericGreaterThanEquals', '5', '5', true],
    ['NumericGreaterThanEquals', '5', 'many', false],
    ['StringEqualsIfExists', 'a', undefined, true],
    ['StringEqualsIfExists', 'a', 'b', false],
    ['ArnLikeIfExists', QUEUE, undefined, true],
    ['BoolIfExists', 'true', 'false', false],
  ])('%s %s against %s is %s', (operator, wanted, actual, expected) => {
    const context: Context = actual === undefined ? {} : { [KEY]: actual };

    expect(underCondition({ [operator]: { [KEY]: wanted } }, context)).toBe(expected);
  });

  it.each([
    ['ForAllValues:StringEquals', ['a', 'b'], true],
    ['ForAllValues:StringEquals', ['a', 'c'], false],
    ['ForAllValues:StringEquals', undefined, true],
    ['ForAnyValue:StringEquals', ['a', 'c'], true],
    ['ForAnyValue:StringEquals', ['c'], false],
    ['ForAnyValue:StringEquals', undefined, false],
    ['ForAnyValue:StringLike', ['abc'], false],
    ['ForAnyValue:StringNotEquals', undefined, false],
    ['ForAnyValue:StringNotEquals', ['a', 'c'], true],
  ])('%s [a, b] against %j is %s', (operator, actual, expected) => {
    const context: Context = actual === undefined ? {} : { 'aws:TagKeys': actual };

    expect(underCondition({ [operator]: { 'aws:TagKeys': ['a', 'b'] } }, context)).toBe(expected);
  });

  it('wants one of the values, every key and every operator', () => {
    const condition = {
      StringEquals: { [KEY]: ['a', 'b'], 'aws:ResourceTag/l': 'c' },
      Bool: { 'aws:SecureTransport': 'true' },
    };
    const context = { [KEY]: 'b', 'aws:resourcetag/L': 'c', 'aws:SecureTransport': 'true' };

    expect(underCondition(condition, context)).toBe(true);
    expect(underCondition(condition, { ...context, [KEY]: 'c' })).toBe(false);
    expect(underCondition(condition, { ...context, 'aws:resourcetag/L': 'd' })).toBe(false);
    expect(underCondition(condition, { ...context, 'aws:SecureTransport': 'false' })).toBe(false);
  });

  it('does not compare several values without a set operator', () => {
    expect(() => underCondition({ StringEquals: { 'aws:TagKeys': 'a' } }, { 'aws:TagKeys': ['a', 'b'] })).toThrow(
      'ForAllValues',
    );
  });
});
