import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Explanation } from '../../../cli/explain/explain.ts';
import { runJoinery } from '../../../cli/run.ts';
import { fleetJsonSchema } from '../../../scripts/make-schemas.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));
const SPOT = fixture('events/spot-interruption-warning.json');
const BATCH = fixture('events/envelopes/sqs-lambda-batch.mixed-with-poison.json');
const FLEET = fixture('fleet/two-clusters.json');
const NOW = '2026-11-21T09:14:10Z';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'joinery-explain-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(name: string, content: string): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

async function explain(...args: string[]) {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const stdin = Readable.from([readFileSync(SPOT)]);
  const code = await runJoinery(['explain-event', ...args], { stdin, stdout, stderr });
  return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}

async function explained(...args: string[]): Promise<{ code: number; events: Explanation[] }> {
  const { code, stdout } = await explain(...args, '--json');
  return { code, ...(JSON.parse(stdout) as { events: Explanation[] }) };
}

describe('joinery explain-event', () => {
  it('answers in the published shape', async () => {
    const { code, events } = await explained(SPOT, '--fleet', FLEET, '--now', NOW);

    expect(code).toBe(0);
    expect(events).toMatchObject([
      {
        file: SPOT,
        kind: 'spot-interruption',
        action: 'forward',
        reason: 'owner-known',
        instanceIds: ['i-0f3a9c1d2b4e5f607'],
        deadline: '2026-11-21T09:16:07.000Z',
        leadTimeLeftSeconds: 117,
        deliveries: [
          {
            cluster: 'banking-prod',
            queue: 'joinery-cluster-banking-prod',
            delaySeconds: 0,
            attributes: { 'joinery-kind': 'spot-interruption', 'joinery-decision': 'forward' },
            body: readFileSync(SPOT, 'utf8'),
          },
        ],
      },
    ]);
  });

  it('says broadcast where nobody knows the owner: without a fleet, and with one that lacks the instance', async () => {
    const alone = await explained(SPOT, '--now', NOW);
    const inFleet = await explained(
      fixture('events/spot-interruption-warning.stop.json'),
      '--fleet',
      FLEET,
      '--now',
      NOW,
    );

    expect(alone.events).toMatchObject([{ action: 'broadcast', reason: 'owner-unknown', deliveries: [] }]);
    expect(inFleet.events).toMatchObject([{ action: 'broadcast', reason: 'owner-unknown' }]);
    expect(inFleet.events[0]?.deliveries.map(({ queue, delaySeconds }) => `${queue} ${delaySeconds}`)).toEqual([
      'joinery-cluster-banking-prod 0',
      'joinery-cluster-banking-prod 20',
      'joinery-cluster-data-prod 0',
      'joinery-cluster-data-prod 20',
    ]);
  });

  it('takes the accounts and Regions of the clusters for ours', async () => {
    const china = await explained(
      fixture('events/spot-interruption-warning.aws-cn.json'),
      '--fleet',
      FLEET,
      '--now',
      NOW,
    );
    const organization = await explained(
      fixture('events/health/scheduled-change.organization-view.json'),
      '--fleet',
      FLEET,
      '--now',
      NOW,
    );

    expect([china, organization].map(({ events }) => events[0]?.reason)).toEqual(['region', 'account']);
  });

  it('reads a batch of SQS messages, an array, and standard input, each body as it stands', async () => {
    const array = fileOf('array.json', `[ ${readFileSync(SPOT, 'utf8').trim()} ,\n{"n":1.0}]`);

    const batch = await explained(BATCH, '--fleet', FLEET, '--now', NOW);
    const two = await explained(array, '--fleet', FLEET, '--now', NOW);
    const stdin = await explained('-', '--fleet', FLEET, '--now', NOW);

    expect(batch.events.map(({ index, action }) => [index, action])).toEqual([
      [0, 'forward'],
      [1, 'forward'],
      [2, 'quarantine'],
      [3, 'broadcast'],
      [4, 'forward'],
    ]);
    expect(two.events.map(({ index, reason }) => [index, reason])).toEqual([
      [0, 'owner-known'],
      [1, 'not-an-event'],
    ]);
    expect(two.events[0]?.deliveries[0]?.body).toBe(readFileSync(SPOT, 'utf8').trim());
    expect(stdin.events).toMatchObject([{ file: '-', action: 'forward' }]);
  });

  it('ends with 1 when an event would be dead-lettered', async () => {
    const poison = fixture('events/malformed/not-json.txt');

    const { code, events } = await explained(SPOT, poison, '--now', NOW);

    expect(code).toBe(1);
    expect(events[1]).toMatchObject({ file: poison, kind: null, action: 'quarantine', reason: 'not-json' });
  });

  it('tells a person what is sent where and how long is left, within 80 columns', async () => {
    const { stdout } = await explain('-', '--fleet', FLEET, '--now', NOW);
    const batch = await explain('-', BATCH, '--now', NOW);

    expect(stdout).toBe(
      [
        '-: forward, owner-known',
        '  kind       spot-interruption',
        '  instance   i-0f3a9c1d2b4e5f607',
        '  because    owned by banking-prod',
        '  lead time  117 s of 120 left; the instance is lost at 2026-11-21T09:16:07Z',
        '  send to    joinery-cluster-banking-prod  at once',
        '',
      ].join('\n'),
    );
    expect(batch.stdout.endsWith('\n6 events: 5 broadcast, 1 quarantine\n')).toBe(true);
    const own = batch.stdout.split('\n').filter((line) => !line.startsWith(BATCH));
    expect(own.filter((line) => line.length > 80)).toEqual([]);
  });

  it('tells a person how to judge an old event as of its own time', async () => {
    const { stdout } = await explain(SPOT, '--now', '2026-11-21T10:00:00Z');

    expect(stdout).toContain(': drop, stale\n');
    expect(stdout).toContain('sent       2026-11-21T09:14:07Z; judged as of 2026-11-21T10:00:00Z\n');
    expect(stdout).toContain('--now 2026-11-21T09:14:07Z judges it as of then\n');
  });

  it('names every fault of every file, and answers nothing', async () => {
    const fleet = fileOf('fleet.json', '{"clusters":[{"cluster":"a b","accountId":"1","region":"us-west-2"}]}');
    const records = fileOf('records.json', '{"Records":[{"body":1},{"body":"{}"}]}');

    const { code, stdout, stderr } = await explain('no-such.json', SPOT, records, '--fleet', fleet);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.split('\n')).toEqual([
      `joinery explain-event: ${fleet}: clusters[0].cluster: is not the name of a cluster`,
      `joinery explain-event: ${fleet}: clusters[0].accountId: is not an account id of twelve digits`,
      `joinery explain-event: ${fleet}: instances: Invalid input: expected array, received undefined`,
      'joinery explain-event: no-such.json: there is no such file',
      `joinery explain-event: ${records}: Records[0].body: is not a string: this is no batch of SQS messages`,
      '',
    ]);
  });

  it.each([
    [['--now', NOW], 'needs a FILE'],
    [[SPOT, '--now', 'yesterday'], '--now "yesterday" is not a time as RFC 3339 has it, such as 2026-11-21T09:14:10Z'],
    [['-', '--fleet', '-'], 'standard input, -, can be read once'],
  ])('refuses bad usage: %j', async (args, message) => {
    const { code, stderr } = await explain(...args);

    expect(code).toBe(2);
    expect(stderr).toContain(`joinery explain-event: ${message}\nUsage: `);
  });

  it('says where a fleet file stops being JSON', async () => {
    const { stderr } = await explain(SPOT, '--fleet', fileOf('broken.json', '{"clusters": [\n  {,}]}'));

    expect(stderr).toMatch(/broken\.json: is not JSON: .* in line 2, column 4\n$/);
  });
});

describe('docs/schemas/fleet.schema.json', () => {
  const published = JSON.parse(
    readFileSync(new URL('../../../docs/schemas/fleet.schema.json', import.meta.url), 'utf8'),
  ) as object;

  it('is what scripts/make-schemas.ts makes of the schema in the code', () => {
    expect(fleetJsonSchema()).toEqual(published);
  });

  it('accepts an exported fleet, and refuses one without owners', () => {
    const validate = new Ajv2020({ validateFormats: false }).compile(published);
    const fleet = JSON.parse(readFileSync(FLEET, 'utf8')) as { instances: Record<string, unknown>[] };

    expect(validate(fleet)).toBe(true);
    for (const instance of fleet.instances) delete instance['cluster'];
    expect(validate(fleet)).toBe(false);
  });
});
