import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { build, type Plugin } from 'esbuild';
import { leanSdk, namesIn, withoutUnused } from '../../../../scripts/bundling/lean-sdk.ts';
import { ROOT } from '../../../support/source-graph.ts';

describe('barrels', () => {
  const kept = (modules: readonly string[], used: readonly string[]): string[] =>
    withoutUnused(modules.map((name) => `export * from "./${name}";\n`).join(''), new Set(used))
      .split('\n')
      .flatMap((line) => line.match(/\.\/(\w+)/)?.[1] ?? []);

  it('keep the commands, paginators and waiters that are named, and all that is neither', () => {
    const modules = [
      'DescribeImagesCommand',
      'DescribeHostsCommand',
      'DescribeImagesPaginator',
      'DescribeHostsPaginator',
      'waitForImageAvailable',
      'waitForImageExists',
      'waitForSnapshotCompleted',
      'Interfaces',
      'schemas_0',
    ];
    const used = ['DescribeImagesCommand', 'paginateDescribeHosts', 'waitUntilImageAvailable', 'waitForImageExists'];

    expect(kept(modules, used)).toEqual([
      'DescribeImagesCommand',
      'DescribeHostsPaginator',
      'waitForImageAvailable',
      'waitForImageExists',
      'Interfaces',
      'schemas_0',
    ]);
  });

  it('lose the client that has every command as a method', () => {
    expect(kept(['EC2Client', 'EC2', 'commands'], [])).toEqual(['EC2Client', 'commands']);
  });

  it('are asked for names in the sources, in types and in calls', () => {
    const text =
      'type Ask = typeof DescribeImagesCommand;\nfor await (const page of paginateDescribeHosts(config, {})) use(page);';

    expect([...namesIn([text])].sort()).toEqual(['DescribeImagesCommand', 'paginateDescribeHosts']);
  });
});

const ENTRY = `export { DescribeSpotPriceHistoryCommand, EC2Client } from '@aws-sdk/client-ec2';`;
const ANSWER = `<DescribeSpotPriceHistoryResponse><nextToken>more</nextToken><spotPriceHistorySet><item>
  <instanceType>m7g.large</instanceType><productDescription>Linux/UNIX</productDescription><spotPrice>0.0314</spotPrice>
  <timestamp>2026-11-20T08:00:00.000Z</timestamp><availabilityZone>eu-west-1a</availabilityZone>
</item></spotPriceHistorySet></DescribeSpotPriceHistoryResponse>`;

type Ec2 = Pick<typeof import('@aws-sdk/client-ec2'), 'DescribeSpotPriceHistoryCommand' | 'EC2Client'>;

/** A bundle of the EC2 client and one command of it. */
async function bundled(outfile: string, plugins: Plugin[]): Promise<{ readonly bytes: number; readonly ec2: Ec2 }> {
  const banner = { js: "import { createRequire as __cr } from 'node:module';const require=__cr(import.meta.url);" };
  const { metafile } = await build({
    stdin: { contents: ENTRY, resolveDir: ROOT },
    outfile,
    plugins,
    bundle: true,
    format: 'esm',
    platform: 'node',
    mainFields: ['module', 'main'],
    metafile: true,
    banner,
  });
  const [bytes = 0] = Object.values(metafile.outputs).map((output) => output.bytes);
  return { bytes, ec2: (await import(pathToFileURL(outfile).href)) as Ec2 };
}

/** What goes over the wire, and what comes of an answer. */
async function exchanged({ EC2Client, DescribeSpotPriceHistoryCommand }: Ec2): Promise<unknown> {
  const requests: unknown[] = [];
  const handle = async ({ method, path, headers, body }: { [part: string]: unknown }) => {
    requests.push({ method, path, type: (headers as Record<string, string>)['content-type'], body });
    return { response: { statusCode: 200, headers: {}, body: Readable.from([Buffer.from(ANSWER)]) } };
  };
  const client = new EC2Client({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
    requestHandler: { handle } as never,
  });
  const answer = await client.send(
    new DescribeSpotPriceHistoryCommand({
      InstanceTypes: ['m7g.large'],
      StartTime: new Date('2026-11-20T07:00:00Z'),
      Filters: [{ Name: 'availability-zone', Values: ['eu-west-1a', 'eu-west-1b'] }],
    }),
  );
  return { requests, prices: answer.SpotPriceHistory, next: answer.NextToken };
}

describe('a lean client', () => {
  let whole: Awaited<ReturnType<typeof bundled>>;
  let lean: Awaited<ReturnType<typeof bundled>>;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'joinery-lean-sdk-'));
    [whole, lean] = await Promise.all([
      bundled(join(folder, 'whole.mjs'), []),
      bundled(join(folder, 'lean.mjs'), [leanSdk(ROOT)]),
    ]);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is less than half of the whole', () => {
    expect(lean.bytes).toBeLessThan(whole.bytes / 2);
  });

  it('asks the same and understands the same', async () => {
    const exchange = await exchanged(lean.ec2);

    expect(exchange).toEqual(await exchanged(whole.ec2));
    expect(exchange).toMatchObject({
      requests: [{ body: expect.stringMatching(/InstanceType\.1=m7g\.large.*Filter\.1\.Value\.2=eu-west-1b/) }],
      prices: [{ InstanceType: 'm7g.large', SpotPrice: '0.0314', Timestamp: new Date('2026-11-20T08:00:00Z') }],
      next: 'more',
    });
  });
});
