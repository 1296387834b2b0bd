import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runJoinery } from '../../../cli/run.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'joinery-diagnose-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(name: string, content: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

async function run(...args: string[]) {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const code = await runJoinery(['diagnose', ...args], { stdin: Readable.from([]), stdout, stderr });
  return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}

const named = (kind: string, name: string, rest: object = {}) => ({
  kind,
  metadata: { name, namespace: 'kube-system', labels: { 'app.kubernetes.io/name': 'karpenter' } },
  ...rest,
});
const running = [
  named('Deployment', 'karpenter', { status: { availableReplicas: 2 } }),
  named('Lease', 'karpenter-leader-election', { spec: { holderIdentity: 'karpenter-1_x' } }),
  named('Pod', 'karpenter-1', { status: { phase: 'Running' } }),
  named('Node', 'ip-10-0-0-1.ec2.internal'),
];

describe('joinery diagnose FILE', () => {
  it('reads what kubectl wrote, names what is missing, and exits with 1', async () => {
    const answer = await run(
      fileOf('cluster.json', { items: running }),
      '--log',
      fileOf('log.txt', 'INFO all is well'),
    );

    expect([answer.code, answer.stderr]).toEqual([1, '']);
    expect(answer.stdout).toContain('ERROR no-node-pools: NodePool');
  });

  it('answers one JSON document with --json', async () => {
    const { code, stdout } = await run(
      fileOf('again.json', { items: running }),
      '--now',
      '2026-11-02T10:00:00Z',
      '--json',
    );

    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      causes: [{ id: 'no-node-pools', about: 'nodes', severity: 'error' }],
      unread: [{ what: 'log' }],
    });
  });

  it.each([
    [['none.json'], /no such file/],
    [['--log', 'x'], /--log goes with a FILE/],
    [['x.json', '--seed', '1'], /--seed goes without a FILE/],
    [['x.json', 'y.json'], /takes one FILE/],
    [['--ailment', 'gout'], /there is none of that name; there are subnets-without-tag/],
    [['--seed', 'x'], /whole number/],
  ])('refuses %j', async (args, words) => {
    const { code, stdout, stderr } = await run(...args);

    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(words);
  });

  it('tells every fault of a file with its place', async () => {
    const { code, stderr } = await run(fileOf('bad.json', { items: [{}, { kind: 'Pod' }] }));

    expect(code).toBe(2);
    expect(stderr).toMatch(/bad\.json: items\[0\]: .*\n.*bad\.json: items\[1\]: /);
  });
});
