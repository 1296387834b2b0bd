import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runJoinery } from '../../../cli/run.ts';

const fixtures = new URL('../../fixtures/nodepools/source-documents/', import.meta.url).pathname;
const workloads = join(fixtures, '002-workloads.yaml');
const compiled = readFileSync(join(fixtures, '002-workloads.v1.yaml'), 'utf8');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'joinery-nodepools-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function joinery(args: string[], input: string | Buffer = '') {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const code = await runJoinery(args, { stdin: Readable.from([Buffer.from(input)]), stdout, stderr });
  return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}

describe('joinery nodepools', () => {
  it('lists its verbs, and names the one that was meant', async () => {
    expect(await joinery(['nodepools', '--help'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Usage: joinery nodepools VERB \[options\]\n\n {2}compile /),
    });
    expect(await joinery(['nodepools'])).toMatchObject({ code: 2, stdout: '' });
    expect(await joinery(['nodepools', 'compil'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^joinery nodepools: there is no verb compil; did you mean compile\?\n/),
    });
  });
});

describe('joinery nodepools compile', () => {
  it('prints the manifests, and the notes for people beside them', async () => {
    const { code, stdout, stderr } = await joinery(['nodepools', 'compile', workloads, '--node-class', 'default']);

    expect(code).toBe(0);
    expect(stdout).toBe(compiled);
    expect(stderr).toContain('002-workloads.yaml:12: spec.template.spec.requirements[0].values: ');
    expect(stderr).toMatch(/: 3 manifests, 9 notes\n$/);
  });

  it('prints nothing when something is wrong, and says where', async () => {
    const { code, stdout, stderr } = await joinery(['nodepools', 'compile', '-'], readFileSync(workloads));

    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('-:8: spec.template.spec.nodeClassRef: error: names no EC2NodeClass');
    expect(stderr).toMatch(/-: 3 errors; nothing was compiled\n$/);
  });

  it('answers with one JSON document', async () => {
    const sound = await joinery(['nodepools', 'compile', workloads, '--json', '--node-class', 'default']);
    const broken = await joinery(['nodepools', 'compile', workloads, '--json']);

    expect(JSON.parse(sound.stdout)).toMatchObject({ manifests: [{}, {}, {}], errors: [] });
    expect(JSON.parse(sound.stdout).notes[0]).toMatchObject({
      resource: 'NodePool/general-workloads',
      rule: 'api-version',
      line: 2,
    });
    expect(JSON.parse(broken.stdout)).toMatchObject({ manifests: [], errors: [{ line: 8 }, {}, {}] });
    expect([sound.code, broken.code, sound.stderr]).toEqual([0, 1, '']);
  });

  it('writes to a file, which compiles to itself', async () => {
    const out = join(folder, 'out.yaml');

    expect(await joinery(['nodepools', 'compile', workloads, '--out', out, '--node-class', 'default'])).toMatchObject({
      code: 0,
      stdout: '',
    });
    expect(readFileSync(out, 'utf8')).toBe(compiled);
    expect(await joinery(['nodepools', 'compile', out])).toMatchObject({ code: 0, stdout: compiled });
  });

  it.each<[string, () => string[], RegExp]>([
    ['no file', () => ['nodepools', 'compile'], /needs a FILE\nUsage: joinery nodepools compile/],
    ['a file that is not there', () => ['nodepools', 'compile', join(folder, 'none')], /there is no such file/],
    [
      '10 MB',
      () => ['nodepools', 'compile', written('big.yaml', Buffer.alloc(10_000_000, 'a'))],
      /it is larger than 4 MiB/,
    ],
    [
      'other bytes than UTF-8',
      () => ['nodepools', 'compile', written('bytes.yaml', Buffer.from([0x61, 0xff]))],
      /it is not UTF-8 text/,
    ],
    [
      'a place that cannot be written',
      () => ['nodepools', 'compile', workloads, '--node-class', 'a', '--out', join(folder, 'no', 'where')],
      /--out .*ENOENT/,
    ],
  ])('ends with 2 for %s', async (_, args, message) => {
    expect(await joinery(args())).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(message) });
  });
});

function written(name: string, content: Buffer): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}
