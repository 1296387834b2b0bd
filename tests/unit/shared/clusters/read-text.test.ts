import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { readClusterText } from '../../../../shared/clusters/read-text.ts';
import { aFile, parse } from './sample.ts';

function faultsIn(text: string, name = 'cluster.yaml') {
  const read = readClusterText(text, name);
  return read.ok ? [] : read.faults.map(({ message, line, column }) => `${line}:${column} ${message}`);
}

describe('readClusterText', () => {
  it('reads the same value from YAML and from JSON', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), (file) => {
        const value: unknown = JSON.parse(JSON.stringify(file));
        const yaml = readClusterText(stringify(value), 'a.yaml');
        const json = readClusterText(JSON.stringify(value, null, '\t'), 'a.json');

        expect(yaml).toMatchObject({ ok: true });
        expect(yaml.ok && yaml.value).toEqual(value);
        expect(json.ok && json.value).toEqual(value);
      }),
      { numRuns: 60 },
    );
  });

  it('gives the same cluster for both', () => {
    const yaml = readClusterText(stringify(aFile()), 'a.yaml');
    const json = readClusterText(JSON.stringify(aFile()), 'a.json');

    expect(yaml.ok && parse(yaml.value)).toEqual(parse(aFile()));
    expect(json.ok && parse(json.value)).toEqual(parse(aFile()));
  });

  it('reads YAML 1.2: yes and no are words, << is a key', () => {
    const read = readClusterText('a: yes\nb: 2026-11-02\n<<: { c: 010 }\n', 'a.yaml');

    expect(read.ok && read.value).toEqual({ a: 'yes', b: '2026-11-02', '<<': { c: 10 } });
  });

  it.each([
    ['a key twice', 'a: 1\nb:\n  c: 1\n  c: 2\n', '4:3 this key is in the map already'],
    ['two documents', 'a: 1\n---\nb: 2\n', '2:1 has several documents; a cluster file has one'],
    ['nothing but a comment', '# nothing\n', '1:1 is empty'],
    ['a tab for indentation', 'a:\n\tb: 1\n', '2:1 is not valid YAML: Tabs are not allowed as indentation'],
    ['a tag', 'a: 1\nb: !!binary aGk=\n', '2:13 has a YAML tag; only plain values are accepted'],
    ['an alias of nothing', 'a: *b\n', '1:1 has an alias (*name) without its anchor (&name)'],
    ['an alias inside its anchor', 'a: &b { c: *b }\n', '1:1 has an alias inside its own anchor'],
    [
      'aliases that multiply',
      'a: &a [1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b]\n',
      '1:1 has aliases that expand to more than 50 copies',
    ],
    ['100,000 brackets', '['.repeat(100_000), '1:66 is nested more than 64 levels deep'],
  ])('refuses %s', (_, text, fault) => {
    expect(faultsIn(text)).toEqual([fault]);
  });

  it.each([
    ['a syntax error', '{\n  "a": 1,\n  b: 2\n}', '3:3 is not valid JSON'],
    ['an end too soon', '{"a": [1', '1:9 is not valid JSON'],
    ['a key twice', '{\n\t"a": 1,\n\t"a": 2\n}', '3:2 this key is in the map already'],
  ])('refuses JSON with %s', (_, text, fault) => {
    expect(faultsIn(text, 'a.json')).toEqual([expect.stringContaining(fault)]);
  });

  it('finds the line of a path, also through keys with dots, lists and aliases', () => {
    const text = 'a: &x\n  b.c:\n    - d: 1\n    - e: 2\nf: *x\n';
    const read = readClusterText(text, 'a.yaml');
    const lines = (path: string) => (read.ok ? read.lineOf(path) : undefined);

    expect(['', 'a', 'a["b.c"]', 'a.b.c[1].e', 'f["b.c"][0]', 'a.b.c[7]', 'zzz'].map(lines)).toEqual([
      1, 1, 2, 4, 3, 2, 1,
    ]);
  });
});
