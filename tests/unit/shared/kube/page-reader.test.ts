import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pageReader } from '../../../../shared/kube/page-reader.ts';

const WANTED = new Map([
  ['a_total', ['x', 'y']],
  ['b', []],
]);

function read(text: string, cuts: readonly number[] = []) {
  const reader = pageReader(WANTED);
  const bytes = Buffer.from(text);
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  for (const [at, from] of places.entries()) {
    const chunk = Buffer.from(bytes.subarray(from, places[at + 1] ?? bytes.length));
    reader.write(chunk);
    // A chunk is the connection's again once it was read.
    chunk.fill(0x21);
  }
  return reader.end();
}

describe('a metrics page', () => {
  it.each([
    ['a_total{x="1",z="2"} 3', { x: '1' }, 3],
    ['a_total{x="1",} 3 1700000000', { x: '1' }, 3],
    ['a_total{z="{},a=\\"b\\" 9",x="q\\\\\\n\\"}"} 1e-3', { x: 'q\\\n"}' }, 0.001],
    ['a_total{x="ü",y=""} +Inf', { x: 'ü', y: '' }, Infinity],
    ['a_total -4', {}, -4],
    ['b{x="1"}\t5', {}, 5],
  ])('is read as the text format says: %s', (line, labels, value) => {
    expect(read(`${line}\n`)).toMatchObject({ samples: [{ labels, value }], malformed: 0, isWhole: true });
  });

  it.each([
    'a_total',
    'a_total{',
    'a_total{x="1"',
    'a_total{x="1} 3',
    'a_total{x=1} 3',
    'a_total{x=1,y="2"} 3',
    'a_total{x="1"y="2"} 3',
    'a_total{="1"} 3',
    'a_total{x="1\\"} 3',
    'a_total{x="1"} three',
    'a_total{x="1"} NaN',
    'a_total{x="1"} 1 2 3',
    'a_total{x="1"}',
    'a_total {} 1',
  ])('has lines that say nothing: %s', (line) => {
    expect(read(`${line}\nb 1\n`)).toMatchObject({ samples: [{ name: 'b', value: 1 }], malformed: 1 });
  });

  it('passes over comments and other families, however they look', () => {
    expect(read('# TYPE b gauge\nb_total 1\nab 1\n\nc{"} 1\n# b 1\n')).toMatchObject({ samples: [], malformed: 0 });
  });

  it('is not whole when its last line has no end', () => {
    expect(read('b 1\nc 2')).toMatchObject({ samples: [{ value: 1 }], isWhole: false });
  });

  it('does not gather a line that never ends', () => {
    const reader = pageReader(WANTED);
    for (let at = 0; at < 4; at += 1) reader.write(Buffer.alloc(2 ** 19, 'a'));
    reader.write(Buffer.from(' 1\nb 2\n'));

    expect(reader.end()).toMatchObject({ samples: [{ name: 'b', value: 2 }], malformed: 1, isWhole: true });
  });

  it('reads the same wherever the chunks end', () => {
    const text = '# HELP b Ä\na_total{x="ü\\"\n",z="é"} 1\nab 7\nb 2\na_total{y="ß"} 3\nb 4\n';
    const whole = read(text);

    expect(whole.samples).toHaveLength(3);
    fc.assert(
      fc.property(fc.array(fc.nat(200), { maxLength: 12 }), (cuts) => {
        expect(read(text, cuts)).toEqual(whole);
      }),
    );
  });

  it('reads any labels that are written as the text format says', () => {
    const label = fc.string({ unit: 'grapheme', maxLength: 12 });
    const escaped = (text: string) => text.replace(/[\\"\n]/g, (found) => (found === '\n' ? '\\n' : `\\${found}`));
    fc.assert(
      fc.property(label, label, fc.double({ noNaN: true }), (x, z, value) => {
        const number = Math.abs(value) === Infinity ? `${value > 0 ? '+' : '-'}Inf` : String(value);
        const { samples } = read(`a_total{x="${escaped(x)}",z="${escaped(z)}"} ${number}\n`);
        expect(samples).toEqual([{ name: 'a_total', labels: { x }, value: value === 0 ? Number(number) : value }]);
      }),
    );
  });
});
