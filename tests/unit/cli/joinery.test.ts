import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runJoinery } from '../../../cli/run.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const example = join(root, 'examples', 'banking', 'cluster.yaml');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'joinery-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(content: string | Buffer, name = 'cluster.yaml'): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

/** Runs a command line in this process. */
async function joinery(args: string[], input = '') {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const code = await runJoinery(args, { stdin: Readable.from([Buffer.from(input)]), stdout, stderr });
  return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}

describe('the joinery command', () => {
  it.each([
    [
      'a sound file',
      ['validate', example],
      0,
      /: ok\nbanking-prod in eu-west-1, .*\n {2}default .* at most \$\d+\.\d\d an hour\n {2}banking-general .*\n {2}banking-compute .*\n/,
      /^$/,
    ],
    [
      'a file that is not there',
      ['validate', 'no-such.yaml'],
      2,
      /^$/,
      /^joinery validate: no-such\.yaml: there is no such file\n$/,
    ],
    ['an unknown verb', ['validat'], 2, /^$/, /^joinery: there is no verb validat; did you mean validate\?\n/],
  ])('ends as promised for %s', (_, args, status, stdout, stderr) => {
    const result = spawnSync(process.execPath, [join(root, 'cli', 'joinery.ts'), ...args], {
      cwd: folder,
      encoding: 'utf8',
    });

    expect(result.stderr).toMatch(stderr);
    expect(result.stdout).toMatch(stdout);
    expect(result.status).toBe(status);
  });

  it('prints its verbs for --help, and as a complaint when no verb is given', async () => {
    const asked = await joinery(['--help']);
    const nothing = await joinery([]);

    expect(asked).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('validate') });
    expect(nothing).toMatchObject({ code: 2, stdout: '', stderr: asked.stdout });
  });

  it('prints the help of a verb wherever --help stands', async () => {
    const after = await joinery(['validate', '--help']);

    expect(after).toMatchObject({ code: 0, stdout: expect.stringContaining('Usage: joinery validate FILE') });
    expect(await joinery(['--help', 'validate'])).toEqual(after);
  });

  it.each([
    [
      'an unknown option',
      ['validate', '--jsno', 'a'],
      'joinery validate: there is no option --jsno; did you mean --json?',
    ],
    [
      'an unknown option before the verb',
      ['--jsn', 'validate'],
      'joinery: there is no option --jsn; did you mean --json?',
    ],
    [
      'a value for a switch',
      ['validate', '--json=yes', 'a'],
      "joinery validate: Option '--json' does not take an argument",
    ],
    ['no file', ['validate'], 'joinery validate: needs a FILE'],
    [
      'two kinds of answer',
      ['validate', '--print', '--json', 'a'],
      'joinery validate: --print is JSON already; leave --json out',
    ],
    ['two files', ['validate', 'a', 'b'], 'joinery validate: takes one FILE, was given 2'],
    ['the name of an inherited property', ['constructor'], 'joinery: there is no verb constructor'],
  ])('refuses %s with exit 2 and nothing on stdout', async (_, args, message) => {
    const result = await joinery(args);

    expect(result).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(`${message}\n`) });
  });
});

describe('joinery validate', () => {
  it('lists every fault with its line and path', async () => {
    const file = fileOf(
      'apiVersion: joinery.dev/v1\nkind: Cluster\nmetadata: { name: a }\nspec:\n  region: Ireland\n  regio: x\n',
    );

    const human = await joinery(['validate', file]);
    const json = await joinery(['--json', 'validate', file]);

    expect(human.code).toBe(2);
    expect(human.stdout.split('\n')).toEqual([
      `${file}:4: spec.kubernetesVersion: is required`,
      `${file}:4: spec.network: is required`,
      `${file}:5: spec.region: must be a Region such as eu-west-1, is "Ireland"`,
      `${file}:6: spec.regio: unknown key; did you mean region?`,
      `${file}: 4 faults`,
      '',
    ]);
    expect(json.code).toBe(2);
    expect(JSON.parse(json.stdout)).toMatchObject({
      file,
      ok: false,
      faults: [{ line: 4 }, { line: 4 }, { path: 'spec.region', line: 5 }, { path: 'spec.regio', line: 6 }],
    });
  });

  it('shows the budget of each pool beside what it may cost, and that of the cluster', async () => {
    const budget =
      'budget: { dollarsPerHour: "25", dollarsPerMonth: "15000", nodePools: { default: { dollarsPerHour: "4" } } }';
    const minimal = readFileSync(join(root, 'examples', 'minimal', 'cluster.yaml'), 'utf8');
    const file = fileOf(`${minimal}\n  ${budget}\n`);

    const human = await joinery(['validate', file]);
    const json = await joinery(['validate', file, '--json']);

    expect(human.stdout).toMatch(/ {2}default +137 instance types, at most \$6\.24 an hour, budget \$4 an hour\n/);
    expect(human.stdout).toMatch(/Budget of the cluster: \$25 an hour, \$15000 a month\.\n$/);
    expect(JSON.parse(json.stdout).budget).toMatchObject({ dollarsPerHour: '25' });
  });

  it('answers for a sound file in JSON', async () => {
    const { code, stdout } = await joinery(['validate', example, '--json']);

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      file: example,
      ok: true,
      faults: [],
      pools: [
        { name: 'default', dollarsPerHourAtMost: '6.24' },
        { name: 'banking-general' },
        { name: 'banking-compute' },
      ],
    });
  });

  it('prints a sound file as the JSON that a state machine takes, and takes it back unchanged', async () => {
    const printed = await joinery(['validate', '--print', example]);

    expect(printed).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(printed.stdout)).toMatchObject({
      apiVersion: 'joinery.dev/v1',
      metadata: { name: 'banking-prod' },
      spec: { kubernetesVersion: '1.35', supportType: 'EXTENDED', karpenter: { namespace: 'kube-system' } },
    });
    expect(await joinery(['validate', '--print', fileOf(printed.stdout, 'printed.json')])).toEqual(printed);
  });

  it('prints nothing of a file with faults', async () => {
    const file = fileOf('apiVersion: joinery.dev/v1\n');

    expect(await joinery(['validate', '--print', file])).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/spec: is required\n.*: 3 faults\n$/s),
    });
  });

  it('reads standard input for -', async () => {
    expect(await joinery(['validate', '-'], 'a: 1\na: 2\n')).toMatchObject({
      code: 2,
      stdout: '-:2:1: this key is in the map already\n-: 1 fault\n',
    });
  });

  it.each([
    ['a directory', () => folder, 'it is a directory, not a file'],
    ['an empty file', () => fileOf('', 'empty.yaml'), 'it is empty'],
    ['what is not UTF-8', () => fileOf(Buffer.from([0x61, 0xff, 0xfe]), 'latin.yaml'), 'it is not UTF-8 text'],
    ['what is huge', () => fileOf(Buffer.alloc(1024 * 1024 + 1, 0x20), 'huge.yaml'), 'it is larger than 1 MiB'],
  ])('refuses %s with one message', async (_, make, reason) => {
    const file = make();

    expect(await joinery(['validate', file])).toEqual({
      code: 2,
      stdout: '',
      stderr: `joinery validate: ${file}: ${reason}\n`,
    });
    expect(JSON.parse((await joinery(['validate', '--json', file])).stdout)).toEqual({
      file,
      ok: false,
      faults: [{ path: '', message: reason }],
    });
  });
});
