import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Composer, type Document, isMap, isScalar, isSeq, type Node, Parser } from 'yaml';
import { printDocument } from '../../../../shared/yaml/usual/print.ts';
import { readUsualDocument } from '../../../../shared/yaml/usual/read.ts';

const OPTIONS = { version: '1.2', schema: 'core', merge: false, stringKeys: true, prettyErrors: false } as const;

function byLibrary(text: string): Document.Parsed[] {
  return [...new Composer(OPTIONS).compose(new Parser().parse(text))];
}

/** All that is known of a tree. */
function facts(node: unknown): unknown {
  if (!(isScalar(node) || isMap(node) || isSeq(node))) return node;
  const { range, commentBefore, comment, spaceBefore } = node as Node;
  const common = [range, commentBefore || '', comment || '', spaceBefore === true];
  if (isScalar(node)) return [...common, node.value, node.source, node.type, node.format, node.minFractionDigits];
  if (isSeq(node)) return [...common, node.flow === true, node.items.map(facts)];
  return [...common, node.flow === true, node.items.map(({ key, value }) => [facts(key), facts(value)])];
}

function documentFacts({ range, commentBefore, comment, errors, directives, contents }: Document.Parsed): unknown {
  return {
    range,
    commentBefore,
    comment,
    errors: errors.length,
    start: directives?.docStart,
    contents: facts(contents),
  };
}

const USUAL = [
  ...[
    'a',
    'On',
    'true',
    'False',
    '~',
    'null',
    '0',
    '-5',
    '+7',
    '007',
    'v1.2',
    't3.*',
    '"x y"',
    "'it'",
    '"#a: b"',
    '""',
  ],
  ...[
    "'[x]'",
    'a b',
    '1d2h',
    'a#b',
    'a:b',
    '-x',
    '[]',
    '{}',
    '[a, "b"]',
    '[ 1 , t3.* ]',
    '{ a: b, c: [d] }',
    '{a: {b: 1}}',
  ],
  ...['[[x], y ]', "it's", 'say "so"', '"it\'s"', "'\"'", '<a>', '$(a)', 'é'],
];
const ODD = [
  ...['0x1f', '1.50', '1e3', '.inf', '- x', 'x: y', '*a', '&b c', '!t d', '[a, ]', '|', '[a b]', '?', '? a', ':a'],
  ...['"a\\tb"', "'it''s'", '[a', '{a}'],
];
const TAILS = ['', '', '', '', '', '', '', ' # note', '  #x', '#no', ' # a '];
const KEYS = ['a', 'b', 'c.d/e', '"q"', "'s'", 'k-1', 'true', 'd', 'e', 'f', 'g', 'h', '1'];
const ABOVE = ['# c\n', '\n', '\n# c\n', '# c\n# d\n', '\n\n', '# c\n\n', '  # e\n', '#\n', '# \n'];

/** Writes a text by numbers: what a number chooses is what stands first when the test looks for the smallest text. */
function textOf(numbers: readonly number[]): string {
  let at = 0;
  const pick = <T>(choices: readonly T[]): T => {
    at += 1;
    return choices[(numbers[at % numbers.length] ?? 0) % choices.length] as T;
  };
  const oneIn = (count: number) => pick(Array.from({ length: count }, (_, index) => index)) === 0;
  const above = (pad: string) => (oneIn(5) ? pick(ABOVE).replaceAll('#', () => `${pad}#`) : '');
  const scalar = () => `${pick(oneIn(30) ? ODD : USUAL)}${pick(TAILS)}\n`;
  const value = (column: number, depth: number): string => {
    const kind = depth > 3 ? 'scalar' : pick(['scalar', 'scalar', 'scalar', 'map', 'list', 'flat', 'nothing']);
    if (kind === 'scalar') return ` ${scalar()}`;
    const tail = oneIn(6) ? `${pick(TAILS)}\n` : '\n';
    if (kind === 'nothing') return tail;
    if (kind === 'map') return `${tail}${map(column + pick([2, 2, 4]), depth + 1)}`;
    return `${tail}${list(kind === 'flat' ? column : column + 2, depth + 1)}`;
  };
  const map = (column: number, depth: number, isInLine = false): string => {
    const pad = ' '.repeat(column);
    const first = pick([0, 1, 2, 3, 4]);
    return KEYS.slice(first, first + pick([1, 2, 3]))
      .map((key, index) => `${isInLine && index === 0 ? '' : above(pad) + pad}${key}:${value(column, depth)}`)
      .join('');
  };
  const list = (column: number, depth: number): string => {
    const pad = ' '.repeat(column);
    const item = () => (pick([0, 1]) === 0 ? scalar() : map(column + 2, depth + 1, true));
    return Array.from({ length: pick([1, 2, 3]) }, () => `${above(pad)}${pad}- ${item()}`).join('');
  };
  return `${oneIn(8) ? pick(['--- # c\n', '\n']) : pick(['', '---\n'])}${map(0, 0)}${oneIn(8) ? pick(['\n', '# end\n']) : ''}`;
}

const texts = fc.array(fc.nat(10_000), { minLength: 20, maxLength: 60 }).map(textOf);

describe('documents in the usual style', () => {
  it('are read as the library reads them, node for node, or left to it', () => {
    let read = 0;
    fc.assert(
      fc.property(texts, (text) => {
        const usual = readUsualDocument(text, 0, text.length);
        if (!usual) return;
        read += 1;
        expect([usual].map(documentFacts)).toEqual(byLibrary(text).map(documentFacts));
      }),
      { numRuns: 1000, seed: 4 },
    );
    expect(read).toBeGreaterThan(100);
  });

  it('are printed as the library prints them, letter for letter, or left to it', () => {
    let printed = 0;
    fc.assert(
      fc.property(texts, fc.boolean(), (text, indentSeq) => {
        const [document, second] = byLibrary(text);
        if (!document || second || document.errors.length > 0) return;
        if (document.directives) document.directives.docStart = null;
        const mine = printDocument(document, { indentSeq });
        if (mine === undefined) return;
        printed += 1;
        expect(mine).toBe(document.toString({ lineWidth: 0, indentSeq, flowCollectionPadding: false }));
      }),
      { numRuns: 1000, seed: 4 },
    );
    expect(printed).toBeGreaterThan(100);
  });

  it('are read with their places in the whole text', () => {
    const text = '---\nfirst: 1\n---\nsecond: [a]\n';
    const document = readUsualDocument(text, 13, text.length);
    expect(document?.range).toEqual([13, 29, 29]);
    expect(document?.toJS()).toEqual({ second: ['a'] });
  });

  it.each([
    ['a key twice', 'a: 1\na: 2\n'],
    ['a tab', 'a:\t1\n'],
    ['an anchor', 'a: &b 1\n'],
    ['an alias', 'a: *b\n'],
    ['a tag', 'a: !!str 1\n'],
    ['a block of text', 'a: |\n  b\n'],
    ['a text over several lines', 'a: b\n  c\n'],
    ['a key with a question mark', '? a\n: b\n'],
    ['a list at the root', '- a\n'],
    ['a second document', 'a: 1\n---\nb: 2\n'],
  ])('leave %s to the library', (_, text) => {
    expect(readUsualDocument(text, 0, text.length)).toBeUndefined();
  });
});
