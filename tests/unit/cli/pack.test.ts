import { readFileSync } from 'node:fs';
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { runJoinery } from '../../../cli/run.ts';

const EXAMPLE = ['--pods', 'examples/pack/pods.yaml', '--prices', 'examples/pack/prices.json'];

async function pack(args: readonly string[], stdin = '') {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const code = await runJoinery(['pack', ...args], { stdin: Readable.from([stdin]), stdout, stderr });
  return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}

/** The example with some of its text replaced. */
function packEdited(...edits: readonly (readonly [string, string])[]) {
  const text = edits.reduce(
    (before, [from, to]) => {
      if (!before.includes(from)) throw new Error(`the example has no ${from}`);
      return before.replace(from, to);
    },
    readFileSync('examples/pack/pods.yaml', 'utf8'),
  );
  return pack(['--pods', '-', '--prices', 'examples/pack/prices.json'], text);
}

describe("joinery pack, of the documents' example", () => {
  it('needs ten t3.small as a node group: half of the memory is kept back, so one pod fits where two were drawn', async () => {
    const { code, stdout } = await pack([...EXAMPLE, '--json']);
    const { fixed } = JSON.parse(stdout);

    // t3.small: 2 vCPU less 60m + 10m = 1930m. 2048 MiB x 0.925 = 1894, less 255 + 11 x 11 pods + 100 = 476: 1418 MiB.
    // 1 GB = 953.7 MiB: one fits, two (1907.3) do not. 10 x 0.0208 = 0.208 an hour, x 730 = 151.84 a month.
    // CPU 10 x 500 / 10 x 1930 = 25.9 %; memory 953.7 / 1418 = 67.3 %.
    expect(code).toBe(0);
    expect(fixed).toMatchObject({
      nodes: 10,
      perHour: '0.208000',
      perMonth: '151.840000',
      utilisation: { cpu: 25.9, memory: 67.3 },
      complete: true,
    });
    expect(fixed.nodeList[0]).toMatchObject({
      instanceType: 't3.small',
      allocatable: { cpu: '1930m', memory: '1418Mi' },
      pods: [{ name: 'web', count: 1 }],
    });
  });

  it('needs one node of eight vCPUs under Karpenter, which is dearer: it packs pods together, not the cheapest mix', async () => {
    const { stdout } = await pack([...EXAMPLE, '--json']);
    const { karpenter, difference } = JSON.parse(stdout);

    // 5 CPUs and 9537 MiB fit on a node of 8 vCPUs and up, not of 4 (3920m): t3.2xlarge 0.3328, c5.2xlarge 0.34,
    // c5a.2xlarge 0.308, m5.2xlarge 0.384, m5a.2xlarge 0.344. c5a.2xlarge: 8 vCPU less 60 + 10 + 10 + 10 = 7910m: 5000 / 7910 = 63.2 %;
    // 16384 MiB x 0.925 = 15155, less 255 + 11 x 58 + 100 = 993: 14162 MiB; 9536.7 / 14162 = 67.3 %. 0.308 x 730 = 224.84.
    expect(karpenter).toMatchObject({
      nodes: 1,
      perHour: '0.308000',
      perMonth: '224.840000',
      utilisation: { cpu: 63.2, memory: 67.3 },
    });
    expect(karpenter.nodeList).toMatchObject([{ instanceType: 'c5a.2xlarge', capacityType: 'on-demand' }]);
    // 0.308 - 0.208 = 0.1; 0.1 / 0.208 = 48.1 %.
    expect(difference).toEqual({ nodes: -9, perHour: '0.100000', perMonth: '73.000000', percent: 48.1 });
  });

  it('needs four t3.large, not two: each has two vCPUs and takes three of the pods', async () => {
    const { stdout } = await packEdited(['instanceTypes: [t3.small]', 'instanceTypes: [t3.large]']);

    // 1930m / 500m = 3; 10 / 3 = 4 nodes x 0.0832 = 0.3328.
    expect(stdout).toMatch(/fixed node groups +4 .* 0\.3328/);
    expect(stdout).toContain('4 x t3.large on-demand of small, 0.0832 an hour each');
    expect(stdout).toContain('Karpenter costs 7.5 % less.');
  });
});

describe('joinery pack', () => {
  it('exits with 1 and compares nothing where a group is full, and says which pods are left', async () => {
    const { code, stdout } = await packEdited(['maxSize: 20', 'maxSize: 4']);

    expect(code).toBe(1);
    expect(stdout).toContain('not placed: 6 x web: every node group that takes it is at its maxSize');
    expect(stdout).toContain('Not compared');
  });

  it('stays within the limits of a NodePool', async () => {
    const { code, stdout } = await packEdited(['limits: { cpu: "100" }', 'limits: { cpu: "4" }']);

    // A node of 4 vCPUs and 3920m takes seven pods; the limit is spent.
    expect(code).toBe(1);
    expect(stdout).toContain('not placed: 3 x web: no NodePool (default) has a priced instance type and room');
  });

  it('lists nodes without a price, and leaves them out of the sum', async () => {
    const { code, stdout } = await packEdited(['instanceTypes: [t3.small]', 'instanceTypes: [t2.small]']);

    expect(code).toBe(1);
    expect(stdout).toContain('without a price, and not in the sum: 10 x t2.small on-demand');
  });

  it('takes the group that would waste least, and draws one by the seed when it is asked to', async () => {
    const two = '- { name: small, instanceTypes: [t3.small], maxSize: 20 }';
    const groups = `${two}\n    - { name: large, instanceTypes: [m5.4xlarge], maxSize: 20 }`;
    const least = await packEdited([two, groups]);
    const drawn = await Promise.all(
      [1, 2, 3, 4, 5, 6].map((seed) =>
        packEdited([two, groups], ['expander: least-waste', `expander: random\n  seed: ${seed}`]),
      ),
    );

    // Ten t3.small waste 1 - 5/20 of the CPU and 1 - 9537/20480 of the memory, 1.28; an m5.4xlarge 1 - 5/16 and 1 - 9537/65536, 1.54.
    expect(least.stdout).toContain('10 x t3.small');
    expect(least.stdout).not.toContain('m5.4xlarge');
    expect(new Set(drawn.map(({ stdout }) => (stdout.includes('1 x m5.4xlarge') ? 'large' : 'small'))).size).toBe(2);
  });

  it('lists every fault of both files with file, line and path, and exits with 2', async () => {
    const { code, stdout, stderr } = await packEdited(
      ['cpu: 500m', 'cpu: half'],
      ['count: 10', 'count: 0'],
      ['instanceTypes: [t3.small], maxSize: 20', 'instanceTypes: [t33.small], minSize: 3, maxSize: 2'],
      ['operator: In, values: [amd64]', 'operator: Im, values: [amd64]'],
      ['expander: least-waste', 'expandr: least-waste'],
    );

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.split('\n').filter((line) => line !== '')).toEqual([
      expect.stringMatching(/^joinery pack: -:5: pods\[0\]\.count: must be at least 1, is 0/),
      expect.stringMatching(/-:6: pods\[0\]\.requests\.cpu: must be a CPU quantity such as "500m", is "half"/),
      expect.stringMatching(/-:8: fixed\.expandr: unknown key; did you mean expander\?/),
      expect.stringMatching(/-:10: fixed\.nodeGroups\[0\]\.maxSize: is 2, below minSize 3/),
      expect.stringMatching(/-:10: fixed\.nodeGroups\[0\]\.instanceTypes\[0\]: .*did you mean t3\.small\?/),
      expect.stringMatching(/karpenter\.nodePools\[0\]\.manifest\.spec\.template\.spec\.requirements\[1\]\.operator: /),
    ]);
  });

  it('refuses prices of another Region, and bad usage', async () => {
    const elsewhere = await packEdited(['region: us-east-1', 'region: eu-west-1']);

    expect(elsewhere.code).toBe(2);
    expect(elsewhere.stderr).toBe(
      'joinery pack: examples/pack/prices.json: onDemand: has no prices of eu-west-1, the Region of the pods\n',
    );
    expect((await pack(['--pods', 'examples/pack/pods.yaml'])).stderr).toContain('needs --prices');
    expect((await pack(['--pods', 'no-such-file.yaml', '--prices', 'examples/pack/prices.json'])).code).toBe(2);
  });
});
