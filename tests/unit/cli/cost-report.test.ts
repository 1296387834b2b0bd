import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runJoinery } from '../../../cli/run.ts';
import { aCluster, aFleet, anInstance, somePrices } from '../../support/cost-files.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'joinery-cost-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(name: string, content: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

async function run(options: Record<string, string>, ...more: string[]) {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const code = await runJoinery(['cost-report', ...args, ...more], { stdin: Readable.from([]), stdout, stderr });
  return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}

const XSS = '<img src=x onerror="alert(1)">';

function files(name: string) {
  const instances = [
    anInstance({ nodePool: XSS }),
    anInstance({
      instanceId: 'i-00000000000000002',
      capacityType: 'spot',
      volumes: [{ gib: 20, type: 'gp3', iops: 3000, throughputMiBps: 125 }],
    }),
  ];
  return {
    fleet: fileOf(`${name}-fleet.json`, aFleet({ clusters: [aCluster()], instances })),
    prices: fileOf(`${name}-prices.json`, somePrices()),
    from: '2026-11-02T00:00:00Z',
    to: '2026-11-03T00:00:00+00:00',
    out: join(folder, name, 'made'),
  };
}

describe('joinery cost-report', () => {
  it('writes four files, and answers what report.json holds', async () => {
    const options = files('whole');
    const { code, stdout } = await run(options, '--json');
    const answer = JSON.parse(stdout);

    expect(code).toBe(0);
    expect(readdirSync(options.out).sort()).toEqual(['notice.txt', 'report.csv', 'report.html', 'report.json']);
    expect(JSON.parse(readFileSync(join(options.out, 'report.json'), 'utf8'))).toEqual(answer);
    // 24 x 0.10; 0.107 and 0.04; 20 x 0.088 / 720 = 0.00244.
    expect(answer).toMatchObject({
      from: '2026-11-02T00:00:00.000Z',
      to: '2026-11-03T00:00:00.000Z',
      currency: 'USD',
      complete: true,
      unpriced: [],
      total: '2.549444',
      onDemandEquivalent: '2.616444',
      savings: '0.067000',
    });
    expect(answer.by.capacityType[1]).toMatchObject({
      key: 'spot',
      cost: '0.042444',
      onDemandEquivalent: '0.109444',
      hours: '1.000000',
    });
  });

  it('writes a page that stands alone and escapes what it is given', async () => {
    const options = files('page');
    await run(options);
    const page = readFileSync(join(options.out, 'report.html'), 'utf8');

    expect(page).toContain('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;');
    expect(page).not.toMatch(/<img|<script|https?:|url\(|@import/);
    expect(page).toMatch(/prefers-color-scheme:dark[\s\S]*@media print/);
  });

  it('writes FOCUS columns, with an estimate marked as one', async () => {
    const options = files('focus');
    await run(options);
    const [header = '', ...rows] = readFileSync(join(options.out, 'report.csv'), 'utf8').trimEnd().split('\r\n');
    const columns = header.split(',');

    for (const column of MANDATORY) expect(columns).toContain(column);
    expect(columns.filter((column) => !/^(x_)?[A-Z][A-Za-z]+$/.test(column))).toEqual([]);
    const spot = rows.find((row) => row.includes(',spot,') && row.includes(',Dynamic,')) ?? '';
    // Commas in quotes are only in Tags, which comes after what is read here.
    const cell = (name: string) => spot.split(',')[columns.indexOf(name)];
    expect(['BilledCost', 'ListCost', 'ListUnitPrice', 'PricingQuantity', 'ChargePeriodStart'].map(cell)).toEqual([
      '0.040000',
      '0.107000',
      '0.107000000000',
      '1.000000',
      '2026-11-02T10:00:00Z',
    ]);
    expect(rows.every((row) => row.includes(',estimate,'))).toBe(true);
  });

  it('refuses both files at once, every fault with its path', async () => {
    const options = files('bad');
    fileOf('bad-fleet.json', aFleet({ instances: [anInstance({ endedAt: '2026-11-01T00:00:00Z' })] }));
    fileOf('bad-prices.json', somePrices({ currency: 'X', publicIpv4PerHour: { 'eu-west-1': '-1' } }));
    const { code, stderr, stdout } = await run(options);

    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/bad-fleet\.json: instances\[0\]\.endedAt: .* is before launchedAt/);
    expect(stderr).toMatch(/bad-prices\.json: currency: /);
    expect(stderr).toMatch(/bad-prices\.json: publicIpv4PerHour\.eu-west-1: /);
  });

  it('refuses a wrong type, an unknown currency, a negative price and a time without a zone, all at once, and writes nothing', async () => {
    const options = files('types');
    const instance = { ...anInstance(), publicIpv4Count: '1', launchedAt: '2026-11-02T10:00:00', zone: null };
    fileOf('types-fleet.json', { ...aFleet(), instances: [anInstance(), instance], exportedAt: '2026-11-03' });
    fileOf('types-prices.json', {
      ...somePrices({ currency: 'XQQ', asOf: '2026-11-20T00:00:00' }),
      onDemand: { 'eu-west-1': { linux: { default: { 'm5.large': '-0.107', 'c5.large': 0.085 } } } },
      eks: { 'eu-west-1': { perHour: '0.10', extendedSupportPerHour: 'NaN' } },
    });
    const { code, stdout, stderr } = await run(options);
    const paths = stderr.split('\n').map((line) => /(fleet|prices)\.json: (\S+): /.exec(line)?.slice(1, 3).join(' '));

    expect([code, stdout, existsSync(options.out)]).toEqual([2, '', false]);
    expect(paths.filter((path) => path !== undefined)).toEqual([
      'fleet instances[1].zone',
      'fleet instances[1].launchedAt',
      'fleet instances[1].publicIpv4Count',
      'fleet exportedAt',
      'prices currency',
      'prices asOf',
      'prices onDemand.eu-west-1.linux.default["m5.large"]',
      'prices onDemand.eu-west-1.linux.default["c5.large"]',
      'prices eks.eu-west-1.extendedSupportPerHour',
    ]);
  });

  it('refuses a file that is no JSON with its place, and one that is not an object', async () => {
    const options = files('text');
    fileOf('text-fleet.json', '{ "clusters": [], ');
    fileOf('text-prices.json', []);
    const { code, stderr } = await run(options);

    expect(code).toBe(2);
    expect(stderr).toMatch(/text-fleet\.json: is not JSON/);
    expect(stderr).toMatch(/text-prices\.json: /);
  });

  it.each([
    ['a file that is not there', { fleet: '/nowhere/fleet.json' }, /there is no such file/],
    ['a time without a zone', { from: '2026-11-02T00:00:00' }, /--from/],
    ['an end before the start', { to: '2026-11-01T00:00:00Z' }, /--to is before --from/],
    ['a folder that cannot be made', { out: '/dev/null/x' }, /cannot be made/],
    ['nothing for --prices', { prices: '' }, /needs --prices/],
  ])('refuses %s', async (_, changes, message) => {
    const { code, stderr } = await run({ ...files('usage'), ...changes });

    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});

const MANDATORY = [
  'BilledCost',
  'BillingAccountId',
  'BillingAccountName',
  'BillingCurrency',
  'BillingPeriodStart',
  'BillingPeriodEnd',
  'ChargeCategory',
  'ChargeClass',
  'ChargeDescription',
  'ChargePeriodStart',
  'ChargePeriodEnd',
  'ContractedCost',
  'EffectiveCost',
  'InvoiceIssuerName',
  'ListCost',
  'PricingQuantity',
  'PricingUnit',
  'ProviderName',
  'PublisherName',
  'ServiceCategory',
  'ServiceName',
];
