import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { runJoinery } from '../../../cli/run.ts';
import { profileNodePool } from '../../../shared/nodepools/profiles/catalogue.ts';
import { deployment } from '../shared/placement/deployment.ts';

const banking = fileURLToPath(new URL('../../../examples/banking/', import.meta.url));
const cluster = join(banking, 'cluster.yaml');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'joinery-place-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(content: string, name = 'a.yaml'): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

async function place(args: string[], input = '') {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const stdin = Readable.from([Buffer.from(input)]);
  const code = await runJoinery(['place', ...args], { stdin, stdout, stderr });
  return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}

describe('joinery place', () => {
  it('makes the placed services of the example, each on the pool of the cluster file', async () => {
    const { code, stdout, stderr } = await place([join(banking, 'services.yaml'), '--cluster', cluster]);

    expect([code, stdout]).toEqual([0, readFileSync(join(banking, 'services-placed.yaml'), 'utf8')]);
    expect(stderr).toContain(
      'Deployment/api-gateway on banking-compute\n  + tolerations, node affinity, spot preferred, spread\n',
    );
  });

  it('takes standard input, and finds nothing to do in what it made', async () => {
    const first = await place(['-', '--pool', 'balanced'], deployment());
    const second = await place(['-', '--pool', 'balanced'], first.stdout);

    expect(second).toEqual({
      code: 0,
      stdout: first.stdout,
      stderr: 'Deployment/auth on balanced\n  has it all already\n',
    });
  });

  it('takes the pools of a file of manifests', async () => {
    const pools = fileOf(
      `${JSON.stringify(profileNodePool('batch-jobs', { name: 'nightly' }))}\n---\nkind: Other\n`,
      'pools.yaml',
    );

    const { code, stdout } = await place(['-', '--pool', 'nightly', '--cluster', pools], deployment());

    expect([code, stdout]).toEqual([0, expect.stringContaining('values: [nightly]')]);
  });

  it('prints patches, one for each workload', async () => {
    const { code, stdout } = await place([join(banking, 'services.yaml'), '--cluster', cluster, '--patch']);

    const patches = parseAllDocuments(stdout).map((document) => document.toJS() as { metadata: { name: string } });
    expect([code, patches.map(({ metadata }) => metadata.name)]).toEqual([
      0,
      ['auth-service', 'account-service', 'api-gateway', 'audit-service', 'other-services'],
    ]);
    expect(stdout).not.toContain('image');
  });

  it('prints nothing where a workload says something contrary, and says where', async () => {
    const file = fileOf(deployment('      nodeSelector:\n        karpenter.sh/nodepool: web\n'));

    const { code, stdout, stderr } = await place([file, '--pool', 'balanced']);

    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      /a\.yaml:19: spec\.template\.spec\.nodeSelector.*: says .* contrary to .*\n1 fault; nothing was written\n$/,
    );
  });

  it('refuses a workload that is none of the services', async () => {
    const { code, stderr } = await place(['-', '--cluster', cluster], deployment());

    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('-:2: Deployment/auth is none of the services of the cluster file'),
    ]);
  });

  it('answers in JSON: what was added, faults, and the text', async () => {
    const fine = await place(['-', '--pool', 'balanced', '--json'], deployment());
    const contrary = await place(['-', '--pool', 'balanced', '--json'], deployment('      nodeName: a\n'));

    expect(JSON.parse(fine.stdout)).toMatchObject({
      ok: true,
      objects: [{ kind: 'Deployment', name: 'auth', namespace: null, pool: 'balanced', line: 2, warnings: [] }],
      faults: [],
      output: expect.stringContaining('values: [balanced]'),
    });
    expect(JSON.parse(contrary.stdout)).toMatchObject({ ok: false, faults: [{ line: 18 }], output: null });
    expect([fine.code, contrary.code]).toEqual([0, 1]);
  });

  it.each([
    ['no file', [], '', /needs a FILE/],
    ['no pool', ['-'], deployment(), /needs --pool NAME, or --cluster FILE with services/],
    [
      'an unknown pool',
      ['-', '--pool', 'balancd'],
      deployment(),
      /the catalogue has no pool balancd; did you mean balanced\?/,
    ],
    [
      'an unknown choice',
      ['-', '--pool', 'balanced', '--spot', 'maybe'],
      deployment(),
      /--spot must be one of preferred, required, never/,
    ],
    ['no workload', ['-', '--pool', 'balanced'], 'kind: Service\n', /has no workload/],
    ['text that is no YAML', ['-', '--pool', 'balanced'], 'a: [\n', /^-:\d+:\d+: is not valid YAML/],
    ['a template', ['-', '--pool', 'balanced'], 'kind: {{ .Values.kind }}\n', /^-:1:\d+: /],
    ['a cluster file with faults', ['-', '--cluster', '/dev/null'], deployment(), /it is empty/],
  ])('ends with 2 for %s', async (_, args, input, message) => {
    const { code, stdout, stderr } = await place(args, input);

    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });

  it('tells each fault of the cluster file', async () => {
    const broken = fileOf(
      readFileSync(cluster, 'utf8').replace('region: eu-west-1', 'region: Ireland'),
      'cluster.yaml',
    );

    const { code, stderr } = await place(['-', '--cluster', broken, '--pool', 'default'], deployment());

    expect([code, stderr]).toEqual([2, expect.stringMatching(/cluster\.yaml:\d+: spec\.region: must be a Region/)]);
  });
});
