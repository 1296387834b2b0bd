import { describe, expect, it } from '@jest/globals';
import {
  readTransformer,
  transformed,
} from '../../../../../../simulator/aws/services/eventbridge/input-transformer.ts';

const EVENT = { time: '2026-11-21T02:15:00Z', detail: { state: 'running', count: 3, tags: ['a'] } } as never;
const of = (InputPathsMap: Record<string, string>, InputTemplate: string) =>
  readTransformer('t', { InputPathsMap, InputTemplate });

describe('an input transformer', () => {
  it('puts values of the event into the template, texts in quotes', () => {
    const transformer = of(
      { at: '$.time', n: '$.detail.count', tags: '$.detail.tags' },
      '{"period":"daily","at":<at>,"n":[<n>,<n>],"tags":<tags>}',
    );

    expect(JSON.parse(transformed(transformer, EVENT))).toEqual({
      period: 'daily',
      at: '2026-11-21T02:15:00Z',
      n: [3, 3],
      tags: ['a'],
    });
  });

  it.each([
    ['a placeholder without a path', {}, '{"at":<at>}', 'Invalid placeholder <at>'],
    ['a name that AWS keeps for itself', { 'aws-time': '$.time' }, '{"at":<aws-time>}', 'invalid key'],
    ['no template', {}, '', '1 to 8192'],
    ['a path into a list', { at: '$.detail.tags[0]' }, '{"at":<at>}', 'not simulated'],
    ['a template that is no JSON', { at: '$.time' }, 'it is <at>', 'not simulated'],
    ['a placeholder inside a text', { at: '$.time' }, '{"at":"it is <at>"}', 'not simulated'],
  ])('refuses %s', (_, paths, template, message) => {
    expect(() => of(paths as Record<string, string>, template)).toThrow(message);
  });

  it('fails on an event without what it names: what AWS sends then is not JSON', () => {
    expect(() => transformed(of({ at: '$.detail.time' }, '{"at":<at>}'), EVENT)).toThrow('without $.detail.time');
  });
});
