import { describe, expect, it } from '@jest/globals';
import { HOSTILE } from '../../../../bench/nodepools/hostile-texts.ts';
import { readYaml } from '../../../../shared/clusters/read-yaml.ts';
import { compileText } from '../../../../shared/nodepools/compile/compile.ts';

const NESTED = 'is nested more than 64 levels deep';
const KEYS = 'has a map of more than 500 keys';
const LIST = 'has a list of more than 5000 entries: split it';
const DOCUMENTS = 'has more than 3000 documents: split it';
const PROPERTIES = 'has more than 1000 anchors, aliases and tags: write them out';
const SEPARATORS = 'has more than 200000 lines and values: split it';

describe('a text that is made to take a reader long', () => {
  it.each<[kind: string, size: number, line: number, message: string]>([
    ['brackets within brackets', 20_000, 1, NESTED],
    ['braces within braces', 20_000, 1, NESTED],
    ['lists within lists', 20_000, 1, NESTED],
    ['maps within maps', 20_000, 66, NESTED],
    ['question marks', 20_000, 1, NESTED],
    ['brackets side by side', 20_000, 1, LIST],
    ['dashes on lines', 20_000, 5001, LIST],
    ['a list of numbers', 20_000, 1, LIST],
    ['one map of many keys', 20_000, 501, KEYS],
    ['one map of one key', 20_000, 501, KEYS],
    ['one line of many keys', 20_000, 1, KEYS],
    ['many documents', 40_000, 5999, DOCUMENTS],
    ['empty documents', 20_000, 3000, DOCUMENTS],
    ['ends of documents', 20_000, 3000, DOCUMENTS],
    ['many anchors', 20_000, 1001, PROPERTIES],
    ['many aliases', 20_000, 1001, PROPERTIES],
    ['many tags', 20_000, 1001, PROPERTIES],
    ['aliases that multiply', 20_000, 1, 'has aliases that expand to more than 50 copies'],
    ['many directives', 20_000, 51, 'has more than 50 YAML directives (%): take them out'],
    ['many comments', 400_000, 50_002, 'has more than 50000 lines of comments: take some out'],
    ['a long plain text', 2_000_000, 1, 'has a line of more than 1048576 letters: break it'],
    ['a quote that does not end', 2_000_000, 1, 'has a line of more than 1048576 letters: break it'],
    ['empty lines', 300_000, 1, SEPARATORS],
    ['colons', 300_000, 1, SEPARATORS],
    ['a quote that does not end', 20_000, 1, 'is not valid YAML: Missing closing "quote'],
    ['closing brackets', 20_000, 1, 'is not valid YAML: Unexpected flow-seq-end token in YAML document: "]"'],
  ])('is refused: %s, %d letters', (kind, size, line, message) => {
    const read = readYaml(HOSTILE[kind]?.(size) ?? '', 'pools.yaml');
    expect(read).toMatchObject({
      ok: false,
      faults: expect.arrayContaining([expect.objectContaining({ line, message })]),
    });
  });

  it('is refused with ten errors at most, however many there are', () => {
    for (const kind of ['errors in every document', 'closing brackets', 'stars', 'errors on every line']) {
      const read = readYaml(HOSTILE[kind]?.(20_000) ?? '', 'pools.yaml');
      expect(read.ok ? 0 : read.faults.length).toBeGreaterThan(0);
      expect(read.ok ? 0 : read.faults.length).toBeLessThanOrEqual(10);
    }
  });

  it('is refused for its patterns when each of very many would be compared with all others', () => {
    const { errors } = compileText(HOSTILE['patterns']?.(10_000) ?? '', 'pools.yaml');
    const message = expect.stringMatching(
      /^is the first of \d+ patterns; a requirement has at most 200: write families or sizes$/,
    );
    expect(errors).toContainEqual(expect.objectContaining({ line: 9, message }));
  });

  it('is refused for a pattern without its length in the message', () => {
    const { errors } = compileText(HOSTILE['patterns of stars']?.(20_000) ?? '', 'pools.yaml');
    expect(errors.every(({ message }) => message.length < 200)).toBe(true);
    expect(errors.some(({ message }) => message.includes('matches no instance type'))).toBe(true);
  });
});
