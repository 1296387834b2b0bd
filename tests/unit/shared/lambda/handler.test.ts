import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { lambdaHandler } from '../../../../shared/lambda/handler.ts';
import { invocation, realOperation } from '../../../../shared/lambda/invocation.ts';
import { LeaseHeld } from '../../../../shared/ledger/lease.ts';
import { anAwsError } from '../../../support/fakes/calls.ts';

const context = { functionName: 'joinery-dev-cluster' } as Context;
const lines: string[] = [];
beforeEach(() => {
  lines.length = 0;
  // The logger writes to the streams, as Lambda reads them.
  for (const stream of [process.stdout, process.stderr])
    jest.spyOn(stream, 'write').mockImplementation((text) => {
      lines.push(String(text));
      return true;
    });
});
afterEach(() => {
  jest.restoreAllMocks();
});

describe('the chain around a use case', () => {
  it('hands the event on, answers the result, and logs one line', async () => {
    const handler = lambdaHandler(async (event) => ({ ready: true, event }));

    const result = await handler({ step: 'cluster' }, context);

    expect(result).toEqual({ ready: true, event: { step: 'cluster' } });
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { level: 'INFO', message: 'done', functionName: 'joinery-dev-cluster', result: { ready: true } },
    ]);
  });

  it.each([
    ['throttling', anAwsError('ThrottlingException', 'slow down'), 'Throttled', 'ThrottlingException: slow down'],
    [
      'a refusal',
      anAwsError('AccessDeniedException', 'not allowed'),
      'AccessDenied',
      'AccessDeniedException: not allowed',
    ],
    ['a fault of ours', new TypeError('x is not a function'), 'AwsFailed', 'TypeError: x is not a function'],
  ])('throws %s under the name that state machines match', async (_, error, name, message) => {
    const handler = lambdaHandler(async () => {
      throw error;
    });

    await expect(handler({}, context)).rejects.toMatchObject({ name, message });
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([{ level: 'ERROR', code: name }]);
  });

  it('throws an error of our own as it is', async () => {
    const own = new LeaseHeld('banking', 'another', 'now');
    const handler = lambdaHandler(async () => {
      throw own;
    });

    await expect(handler({}, context)).rejects.toBe(own);
  });
});

describe('a real operation', () => {
  it('simply runs in Lambda, and goes through what surrounds it elsewhere', async () => {
    const surrounding = { realOperation: async <T>(operation: () => Promise<T>) => operation() };
    const gate = jest.spyOn(surrounding, 'realOperation');

    const plain = await realOperation(async () => 1);
    const gated = await invocation.run(surrounding, () => realOperation(async () => 2));

    expect([plain, gated]).toEqual([1, 2]);
    expect(gate).toHaveBeenCalledTimes(1);
  });
});
