import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { withoutSenders, withSenders } from '../../../../functions/attachment/queue-policy.ts';

const SENDERS = { queueArn: 'arn:aws:sqs:eu-west-1:111122223333:theirs', senderArns: ['arn:router', 'arn:redrive'] };

const aStatement = fc.record({
  Sid: fc.option(fc.constantFrom('EC2InterruptionPolicy', 'DenyHTTP', 'Owner'), { nil: undefined }),
  Effect: fc.constantFrom('Allow', 'Deny'),
  Principal: fc.constantFrom<unknown>(
    '*',
    { Service: 'events.amazonaws.com' },
    { AWS: 'arn:aws:iam::111122223333:root' },
  ),
  Action: fc.constantFrom('sqs:SendMessage', 'sqs:*'),
});
/** As people and tools write them: spaced or not, one statement as an object, no policy at all. */
const aPolicy = fc.oneof(
  fc.constant(''),
  fc
    .tuple(fc.array(aStatement, { maxLength: 4 }), fc.constantFrom('2008-10-17', '2012-10-17'), fc.constantFrom(0, 2))
    .map(([Statement, Version, space]) => JSON.stringify({ Version, Id: 'theirs', Statement }, undefined, space)),
  aStatement.map((Statement) => JSON.stringify({ Version: '2012-10-17', Statement })),
);

describe('the policy of a queue that is used by consent', () => {
  it('gets one statement more, and every other stays', () => {
    const policy = JSON.stringify({ Version: '2008-10-17', Id: 'x', Statement: { Sid: 'Owner', Effect: 'Allow' } });

    expect(JSON.parse(withSenders(policy, SENDERS) ?? '')).toEqual({
      Version: '2008-10-17',
      Id: 'x',
      Statement: [
        { Sid: 'Owner', Effect: 'Allow' },
        {
          Sid: 'JoineryRouterSends',
          Effect: 'Allow',
          Principal: { AWS: SENDERS.senderArns },
          Action: 'sqs:SendMessage',
          Resource: SENDERS.queueArn,
        },
      ],
    });
  });

  it('is what it was, to the letter, once the statement is taken out again', () => {
    fc.assert(
      fc.property(aPolicy, (before) => {
        const extended = withSenders(before, SENDERS) ?? '';
        expect(withSenders(extended, SENDERS)).toBeUndefined();
        expect(withoutSenders(extended, before)).toBe(before);
      }),
    );
  });

  it('keeps what its owner changed meanwhile', () => {
    const extended = JSON.parse(withSenders('', SENDERS) ?? '') as { Statement: object[] };
    const changed = JSON.stringify({ ...extended, Statement: [...extended.Statement, { Sid: 'New' }] });

    expect(JSON.parse(withoutSenders(changed, '') ?? '')).toMatchObject({ Statement: [{ Sid: 'New' }] });
    expect(withoutSenders('', '')).toBeUndefined();
  });

  it('is recognised in the order and form in which AWS gives it back, and mended where a role was made anew', () => {
    const given = (AWS: unknown) =>
      JSON.stringify({
        Statement: [
          {
            Sid: 'JoineryRouterSends',
            Effect: 'Allow',
            Principal: { AWS },
            Action: 'sqs:SendMessage',
            Resource: SENDERS.queueArn,
          },
        ],
      });

    expect(withSenders(given(['arn:redrive', 'arn:router']), SENDERS)).toBeUndefined();
    expect(withSenders(given('arn:router'), { ...SENDERS, senderArns: ['arn:router'] })).toBeUndefined();
    expect(withSenders(given(['arn:redrive', 'AROAEXAMPLE']), SENDERS)).toContain('arn:router');
  });
});
