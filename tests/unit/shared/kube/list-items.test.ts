import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { listReader } from '../../../../shared/kube/list-items.ts';

const readIn = (text: string, cuts: readonly number[]) => {
  const items: unknown[] = [];
  const reader = listReader((item) => items.push(item));
  const bytes = Buffer.from(text);
  let from = 0;
  for (const cut of [...cuts.map((part) => Math.floor(part * bytes.length)), bytes.length].toSorted((a, b) => a - b)) {
    const chunk = Buffer.from(bytes.subarray(from, cut));
    reader.write(chunk);
    // A socket may use its buffer again.
    chunk.fill(0x7b);
    from = cut;
  }
  return { items, envelope: reader.end() };
};

describe('a list that arrives in pieces', () => {
  const json = fc.jsonValue({ maxDepth: 4 }).filter((value) => !Object.is(value, -0));
  const object = fc.dictionary(fc.string({ unit: 'grapheme' }), json);

  it('comes apart into the same items as the whole, wherever it is cut', () => {
    const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 });
    fc.assert(
      fc.property(fc.array(object, { maxLength: 5 }), cuts, fc.constantFrom(undefined, 1, 2), (items, at, space) => {
        const list = {
          kind: 'List',
          metadata: { resourceVersion: '7', continue: 'a"]{' },
          others: [[{}]],
          items,
          end: [1],
        };
        const text = JSON.stringify(list, null, space);

        const read = readIn(text, at);

        expect(JSON.stringify(read.items)).toBe(JSON.stringify(items));
        expect(read.envelope).toEqual({ ...list, items: [] });
      }),
      { numRuns: 200 },
    );
  });

  it('of no items is a list', () => {
    expect(readIn('{"metadata":{},"items":null}', [])).toEqual({ items: [], envelope: { metadata: {}, items: null } });
  });

  it('that ends too early is none', () => {
    expect(() => readIn('{"items":[{"a":1},{"b":', [])).toThrow(SyntaxError);
  });
});
