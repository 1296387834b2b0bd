import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { runJoinery } from '../../../cli/run.ts';
import { aClass, aPool, isIn, TYPE } from '../shared/nodepools/lint/sample.ts';

const example = fileURLToPath(new URL('../../../examples/banking/cluster.yaml', import.meta.url));
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'joinery-lint-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the verb on documents, or on text as it is. */
async function lint(content: string | readonly unknown[], ...options: string[]) {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const text = typeof content === 'string' ? content : content.map((object) => stringify(object)).join('---\n');
  const stdin = Readable.from([Buffer.from(text)]);
  const code = await runJoinery(['nodepools', 'lint', '-', ...options], { stdin, stdout, stderr });
  return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}

async function rulesIn(content: string | readonly unknown[], ...options: string[]): Promise<string[]> {
  const { stdout } = await lint(content, '--json', ...options);
  const { findings } = JSON.parse(stdout) as { findings: { rule: string; severity: string; resource: string }[] };
  return findings.filter(({ severity }) => severity !== 'info').map(({ rule, resource }) => `${resource} ${rule}`);
}

const tainted = { taints: [{ key: 'a', value: 'x', effect: 'NoSchedule' }] };
const aDeployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'api' },
  spec: { template: { spec: {} } },
};

/** As people wrote pools before Karpenter 1.0. */
const OLD_POOL = `apiVersion: karpenter.sh/v1beta1
kind: NodePool
metadata: { name: too-open }
spec:
  template:
    spec:
      nodeClassRef: { name: default }
      requirements:
        - { key: kubernetes.io/arch, operator: In, values: ["amd64"] }
`;

describe('joinery nodepools lint', () => {
  it('ends with 0 when nothing is above info, and with 1 at a warning or an error', async () => {
    expect((await lint([aPool(), aClass()])).code).toBe(0);
    expect((await lint([aPool({ template: { expireAfter: '5m' } }), aClass()])).code).toBe(1);
    expect((await lint([aPool({ spec: { limits: {} } }), aClass()])).code).toBe(1);
  });

  it('answers with the published shape of a finding', async () => {
    const { stdout } = await lint([aPool({ spec: { limits: {} } }), aClass()], '--json');

    const { findings, off } = JSON.parse(stdout) as { findings: object[]; off: object[] };
    expect(findings[0]).toEqual({
      rule: 'no-limits',
      severity: 'error',
      resource: 'NodePool/general',
      path: 'spec.limits',
      reason: expect.stringContaining('it has no limits'),
      fix: 'under spec: limits: { cpu: "100", memory: 200Gi }',
    });
    expect(off).toEqual([]);
  });

  it('tells people the worst resource first, in lines of at most 80 columns', async () => {
    const { stdout } = await lint([
      aPool({ template: { expireAfter: '5m' } }),
      aPool({ name: 'worse', spec: { limits: {}, weight: 3 } }),
      aClass(),
    ]);

    const lines = stdout.split('\n');
    expect(lines.slice(0, 2)).toEqual(['NodePool/worse', '  error: no-limits at spec.limits']);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines.at(-2)).toMatch(/^-: 1 error, 3 warnings, 1 info$/);
  });

  it('reads a cluster file, and says what its pools cost at most', async () => {
    const stdout = new PassThrough();
    const io = { stdin: Readable.from([]), stdout, stderr: new PassThrough() };

    expect(await runJoinery(['nodepools', 'lint', example], io)).toBe(0);
    expect(String(stdout.read())).toContain('worst-case-cost');
  });

  it('compiles what is older before it lints, and says what of it cannot be carried over', async () => {
    expect(await rulesIn(OLD_POOL)).toEqual(
      expect.arrayContaining(['NodePool/too-open no-limits', 'NodePool/too-open allows-huge-memory']),
    );
    const nameless = await rulesIn(OLD_POOL.replace(/ *nodeClassRef.*\n/, ''));
    expect(nameless[0]).toBe('NodePool/too-open refused-by-karpenter');
    expect(nameless).toContain('NodePool/too-open no-limits');
  });

  it('says of v1 as it is written what Karpenter would refuse, wildcards apart', async () => {
    const pool = aPool({ requirements: [isIn(TYPE, 't3.*')], spec: { weight: 500, limits: { cpu: '9' } } });

    expect(await rulesIn([pool, aClass()])).toEqual([
      'NodePool/general refused-by-karpenter',
      'NodePool/general uncompiled-wildcard',
    ]);
  });

  it('takes workloads from the file, from a list, and from a file of their own', async () => {
    const objects = [aPool({ template: tainted }), aClass()];
    const file = join(folder, 'workloads.yaml');
    writeFileSync(file, stringify(aDeployment));
    const expected = ['NodePool/general taint-not-tolerated'];

    expect(await rulesIn(objects)).toEqual([]);
    expect(await rulesIn([...objects, aDeployment])).toEqual(expected);
    expect(await rulesIn([{ apiVersion: 'v1', kind: 'List', items: [...objects, aDeployment] }])).toEqual(expected);
    expect(await rulesIn(objects, '--workloads', file)).toEqual(expected);
  });

  it.each([
    ['YAML with a key twice', 'kind: NodePool\nkind: NodePool\n', /^joinery nodepools lint: -:2:1: /],
    ['a file without a pool', 'kind: ConfigMap\n', /has no NodePool, EC2NodeClass, Provisioner or AWSNodeTemplate/],
    ['a cluster file with faults', 'apiVersion: joinery.dev/v1\nkind: Cluster\n', /-: metadata: is required/],
    ['nothing at all', '', /it is empty/],
  ])('refuses %s with 2, on standard error', async (_, text, stderr) => {
    const refused = await lint(text);

    expect({ code: refused.code, stdout: refused.stdout }).toEqual({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(stderr);
  });
});
