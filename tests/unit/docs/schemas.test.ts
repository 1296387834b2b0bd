import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { comparePacking } from '../../../cli/packing/compare.ts';
import { reportJsonSchema, SCHEMAS } from '../../../scripts/make-schemas.ts';
import { costReport } from '../../../shared/cost/cost-report.ts';
import { readPodsFile } from '../../../shared/pods-file/read-pods.ts';
import type { PricesFile } from '../../../shared/prices-file/schema.ts';
import { aCluster, aFleet, anInstance, aSpotPrice, somePrices } from '../../support/cost-files.ts';

const read = (path: string) => readFileSync(path, 'utf8');
const compiled = (schema: Record<string, unknown>) =>
  new Ajv2020({ validateFormats: false, strict: false }).compile(schema);

describe('the published schemas', () => {
  it.each(Object.keys(SCHEMAS))('say what the code says: %s', (name) => {
    const published = JSON.parse(read(`docs/schemas/${name}.schema.json`));

    expect(published).toEqual(JSON.parse(JSON.stringify(SCHEMAS[name]?.())));
  });

  it('take the example of a pods file, and refuse what the command refuses', () => {
    const check = compiled(SCHEMAS['pods']?.() ?? {});
    const example = parse(read('examples/pack/pods.yaml')) as Record<string, unknown>;

    expect(check(example)).toBe(true);
    expect(check({ ...example, pods: [] })).toBe(false);
    expect(check({ ...example, pdos: [] })).toBe(false);
  });

  it('describe a cost report to the last key, full or empty', () => {
    const check = compiled(reportJsonSchema({ isStrict: true }));
    const reports = [
      fullReport(),
      costReport(aFleet(), somePrices(), '2026-11-02T00:00:00Z', '2026-11-02T00:00:00Z'),
      compared(),
    ];

    const faults = reports.map((report) => (check(JSON.parse(JSON.stringify(report))) ? [] : check.errors));
    expect(faults).toEqual([[], [], []]);
    expect(compared().change).not.toBeNull();
    expect(check({ ...fullReport(), totl: '1' })).toBe(false);
    // Every list of it was filled: a row that is never there is never checked.
    expect(emptyLists(fullReport())).toEqual([]);
  });
});

describe('the comparison of the pack command', () => {
  it('keeps the keys that its documentation names', () => {
    const file = readPodsFile(parse(read('examples/pack/pods.yaml')));
    if (!file.ok) throw new Error(JSON.stringify(file.faults));
    const comparison = comparePacking(file.value, JSON.parse(read('examples/pack/prices.json')) as PricesFile);
    const side = ['nodes', 'utilisation', 'perHour', 'perMonth', 'complete', 'unpriced', 'unplaced', 'nodeList'];

    expect(Object.keys(comparison)).toEqual([
      'region',
      'currency',
      'pricesAsOf',
      'pods',
      'fixed',
      'karpenter',
      'difference',
    ]);
    expect([comparison.fixed, comparison.karpenter].map((one) => Object.keys(one))).toEqual([side, side]);
  });
});

function emptyLists(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) {
    return value.length === 0 ? [path] : value.flatMap((entry) => emptyLists(entry, `${path}[]`));
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) => emptyLists(entry, `${path}.${key}`));
}

/** A day that has a day before it. */
function compared() {
  const instances = [anInstance({ launchedAt: '2026-11-01T00:00:00Z', endedAt: null })];
  return costReport(aFleet({ instances }), somePrices(), '2026-11-02T00:00:00Z', '2026-11-03T00:00:00Z');
}

/** Eight days in which everything happened that a report can tell of, but a comparison with the days before. */
function fullReport() {
  const id = (index: number) => `i-${String(index).padStart(17, '0')}`;
  const crowd = Array.from({ length: 5 }, (_, index) =>
    anInstance({ instanceId: id(index + 10), launchedAt: '2026-11-05T00:00:00Z', endedAt: '2026-11-06T00:00:00Z' }),
  );
  const spot = { capacityType: 'spot' as const, endedAt: '2026-11-02T10:30:00Z' };
  const instances = [
    anInstance({ launchedAt: '2026-11-01T00:00:00Z', endedAt: null, publicIpv4Count: 1 }),
    anInstance({
      ...spot,
      instanceId: id(2),
      stateReason: 'Server.SpotInstanceTermination',
      endReason: 'spot-interrupted',
    }),
    anInstance({ ...spot, instanceId: id(3), stateReason: null, endReason: 'unknown', endedBy: 'unknown' }),
    anInstance({ ...spot, instanceId: id(4), instanceType: 'p5.48xlarge' }),
    anInstance({ ...spot, instanceId: id(5), zone: 'eu-west-1b' }),
    anInstance({ ...spot, instanceId: id(6), instanceType: 'm7i.large' }),
    ...crowd,
  ];
  const prices = somePrices({
    spot: [
      aSpotPrice('2026-10-31T22:00:00Z', '0.04'),
      aSpotPrice('2026-10-31T22:00:00Z', '0.05', { instanceType: 'm7i.large' }),
    ],
  });
  const fleet = aFleet({
    clusters: [aCluster()],
    instances,
    exportedAt: '2026-11-09T12:00:00Z',
    nodePools: [{ cluster: 'banking-prod', nodePool: 'general', limits: { cpu: '1000' } }],
  });
  return costReport(fleet, prices, '2026-11-02T00:00:00Z', '2026-11-10T00:00:00Z', { estimateSpot: true });
}
