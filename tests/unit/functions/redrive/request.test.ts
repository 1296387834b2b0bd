import { describe, expect, it } from '@jest/globals';
import { parseRequest } from '../../../../functions/redrive/request.ts';

describe('the request of a redrive', () => {
  it('names one queue or all, and has no limit unless it says one', () => {
    expect(parseRequest({ queue: 'ingress' })).toEqual({ queues: ['ingress'], dryRun: false, limit: Infinity });
    expect(parseRequest({ queue: 'all', dryRun: true, limit: 5 })).toEqual({
      queues: ['ingress', 'rules', 'notices', 'fleet', 'releases'],
      dryRun: true,
      limit: 5,
    });
  });

  it('is refused with everything that is wrong with it, and an example', () => {
    expect(() => parseRequest({ queue: 'Ingress', dryRun: 'yes', limit: 0, dry: true })).toThrow(
      'The input is not as it must be: "dry" is not known; queue is one of ingress, rules, notices, fleet, releases, all; ' +
        'dryRun is true or false; limit is a whole number of at least 1. For example: {"queue": "ingress", "dryRun": true}',
    );
  });

  it.each([null, [], 'ingress', 7, {}, { queue: 'ingress', limit: 1.5 }, { queue: 'ingress', limit: Number.NaN }])(
    'is refused: %j',
    (input) => {
      expect(() => parseRequest(input)).toThrow(expect.objectContaining({ name: 'InvalidRequest' }));
    },
  );
});
