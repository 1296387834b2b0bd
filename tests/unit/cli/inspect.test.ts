import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { runJoinery } from '../../../cli/run.ts';
import { storedFacts } from '../../support/adoption-facts.ts';

const seen = storedFacts();

async function inspect(args: readonly string[], input: unknown = '') {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const text = typeof input === 'string' ? input : JSON.stringify(input);
  const code = await runJoinery(['inspect', ...args], { stdin: Readable.from([Buffer.from(text)]), stdout, stderr });
  return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}

describe('joinery inspect', () => {
  it('says what is wrong, what it breaks, the fix, and where it was seen', async () => {
    const { code, stdout } = await inspect(['--facts', '-'], seen['D1']);

    expect(code).toBe(1);
    expect(stdout).toContain('error: interruption-queue-not-given (D1)');
    expect(stdout).toContain('Seen in: inside.controllers[0].interruptionQueue');
    expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([]);
  });

  it('answers one JSON document, and ends well when nothing above info is found', async () => {
    const well = await inspect(['--facts', '-', '--json'], seen['terraform']);
    const old = await inspect(['--facts', '-', '--json'], seen['D3']);

    expect([well.code, JSON.parse(well.stdout)]).toEqual([
      0,
      { cluster: 'terraform-prod', observedAt: expect.any(String), seenInside: true, findings: [] },
    ]);
    expect([old.code, JSON.parse(old.stdout).findings[0]]).toMatchObject([0, { defect: 'D3', severity: 'info' }]);
  });

  it('refuses what is no facts file, with every fault and its path', async () => {
    const { code, stderr } = await inspect(['--facts', '-'], {
      ...seen['terraform'],
      region: 5,
      addons: [{ name: 'x' }],
    });

    expect(code).toBe(2);
    for (const path of ['-: region: ', '-: addons[0].version: ', '-: addons[0].status: '])
      expect(stderr).toContain(path);
  });

  it.each([
    [[], 'needs a NAME or --facts FILE'],
    [['eksctl', 'cdk'], 'takes one NAME'],
    [['eksctl', '--facts', 'x.json'], 'needs a NAME or --facts FILE'],
    [['--facts', 'nowhere.json'], 'nowhere.json: there is no such file'],
    [['ekctl'], 'did you mean eksctl?'],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await inspect(args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
