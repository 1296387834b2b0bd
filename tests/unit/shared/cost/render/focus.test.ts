import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { costReport } from '../../../../../shared/cost/cost-report.ts';
import { focusLines } from '../../../../../shared/cost/render/focus.ts';
import { aCluster, aFleet, anInstance, aSpotPrice, somePrices } from '../../../../support/cost-files.ts';

type Fact = {
  readonly column: string;
  readonly level: 'mandatory' | 'conditional' | 'recommended';
  readonly type: 'string' | 'decimal' | 'date-time' | 'currency' | 'key-value';
  readonly mayBeNull: boolean;
  readonly allowed?: readonly string[];
};

/** What FOCUS 1.2 says of its columns, and which subcategories each category of services has. */
const { columns: FACTS, subcategories: SUBCATEGORIES } = JSON.parse(
  readFileSync('tests/fixtures/focus/columns-1.2.json', 'utf8'),
) as {
  columns: readonly Fact[];
  subcategories: Readonly<Record<string, readonly string[]>>;
};
/** Conditional columns that apply to AWS and are not there, since nothing in the files knows them; docs/cost-report.md says so. */
const UNKNOWN = ['SkuId', 'SkuMeter', 'SkuPriceDetails', 'SkuPriceId', 'SubAccountName'];
/** Those that apply to no row: one kind of account, one currency, no commitments. */
const NOT_APPLICABLE = /^(BillingAccountType|SubAccountType|PricingCurrency.*|CommitmentDiscount.*)$/;
const FORMS: Readonly<Record<Fact['type'], (value: string) => boolean>> = {
  string: (value) => value.trim() === value,
  decimal: (value) => /^-?\d+(\.\d+)?$/.test(value),
  'date-time': (value) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value) && !Number.isNaN(Date.parse(value)),
  currency: (value) => Intl.supportedValuesOf('currency').includes(value),
  'key-value': (value) => Object.values(JSON.parse(value) as object).every((entry) => typeof entry === 'string'),
};

/** The cells of CSV as RFC 4180 has it. */
function cellsOf(line: string): string[] {
  const cells = [...`,${line.replace(/\r\n$/, '')}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^",]*))/g)];
  return cells.map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '');
}

const id = (index: number) => `i-${String(index).padStart(17, '0')}`;
const VOLUMES = [{ gib: 20, type: 'gp3', iops: 3000, throughputMiBps: 125 }];

/** Everything that has a row of its own, over the end of a month, at times that are no whole seconds. */
function aFile(options: { estimateSpot?: boolean } = {}) {
  const spot = { capacityType: 'spot' as const, volumes: VOLUMES, publicIpv4Count: 1 };
  const instances = [
    anInstance({ nodePool: 'a, "b"', launchedAt: '2026-10-30T10:00:00.250Z', endedAt: '2026-11-02T11:00:00.750Z' }),
    anInstance({
      ...spot,
      instanceId: id(2),
      requested: { cpuSeconds: '100', memoryGiBSeconds: '9', coveredSeconds: 900 },
    }),
    anInstance({ ...spot, instanceId: id(3), zone: 'eu-west-1b' }),
    anInstance({ instanceId: id(4), capacityType: 'reserved', capacityReservation: 'cr-1', volumes: VOLUMES }),
    anInstance({ instanceId: id(5), role: 'bootstrap', nodePool: null, nodeClaim: null, instanceType: 't3.medium' }),
  ];
  const reservation = {
    capacityReservation: 'cr-1',
    accountId: '111122223333',
    region: 'eu-west-1',
    cluster: 'banking-prod',
    instanceType: 'm5.large',
    zone: 'eu-west-1a',
    os: 'linux',
    tenancy: 'default',
    count: 2,
    from: '2026-11-01T00:00:00Z',
    to: null,
  };
  const fleet = aFleet({
    clusters: [
      aCluster({
        versions: [{ version: '1.31', from: '2026-01-01T00:00:00Z', endOfStandardSupport: '2026-11-01T00:00:00Z' }],
      }),
    ],
    instances,
    reservations: [reservation],
    overhead: [{ service: 'cloudwatch', from: '2026-10-31T00:00:00Z', to: '2026-11-03T00:00:00Z', cost: '1.000001' }],
  });
  const prices = somePrices({
    spot: [aSpotPrice('2026-10-01T00:00:00Z', '0.0437')],
    discounts: [{ component: 'compute', percent: '7.35' }],
  });
  const report = costReport(fleet, prices, '2026-10-31T00:00:00Z', '2026-11-04T00:00:00Z', options);
  const [header = [], ...rows] = [...focusLines(fleet, prices, report, options)].map(cellsOf);
  return { report, header, rows: rows.map((cells) => new Map(header.map((column, at) => [column, cells[at] ?? '']))) };
}

const { report, header, rows } = aFile();
const of = (row: ReadonlyMap<string, string>, column: string) => row.get(column) ?? '';
const micros = (text: string) => BigInt(text.replace('.', ''));
const sum = (values: readonly bigint[]) => values.reduce((total, value) => total + value, 0n);

describe('the FOCUS file', () => {
  it('has the columns of the specification: all that are mandatory, none that it does not know but our own', () => {
    const known = new Map(FACTS.map((fact) => [fact.column, fact]));

    expect(FACTS.filter(({ level }) => level === 'mandatory')).toHaveLength(21);
    expect(FACTS.filter(({ level, column }) => level === 'mandatory' && !header.includes(column))).toEqual([]);
    expect(header.filter((column) => !known.has(column) && !/^x_[A-Z][A-Za-z]+$/.test(column))).toEqual([]);
    expect(FACTS.map(({ column }) => column).filter((c) => !header.includes(c) && !NOT_APPLICABLE.test(c))).toEqual(
      UNKNOWN,
    );
    expect(new Set(header).size).toBe(header.length);
    expect(rows.every((row) => row.size === header.length)).toBe(true);
  });

  it('has values of their types, of the allowed ones, and nothing empty that may not be', () => {
    const faults = FACTS.filter(({ column }) => header.includes(column)).flatMap(
      ({ column, type, mayBeNull, allowed }) =>
        rows.flatMap((row) => {
          const value = of(row, column);
          if (value === '') return mayBeNull ? [] : [`${column} is empty`];
          if (allowed && !allowed.includes(value)) return [`${column}: ${value} is not allowed`];
          return FORMS[type](value) ? [] : [`${column}: ${value} is no ${type}`];
        }),
    );

    expect([...new Set(faults)]).toEqual([]);
  });

  it('keeps what the specification asks between columns', () => {
    for (const row of rows) {
      const cell = (column: string) => of(row, column);
      const hours = Number(cell('PricingQuantity'));
      // Usage has quantities, units and unit prices; price times quantity is the cost.
      for (const column of ['PricingUnit', 'ConsumedUnit', 'ConsumedQuantity']) expect(cell(column)).not.toBe('');
      expect(Math.abs(Number(cell('ListUnitPrice')) * hours - Number(cell('ListCost')))).toBeLessThan(3e-6);
      expect(Math.abs(Number(cell('ContractedUnitPrice')) * hours - Number(cell('ContractedCost')))).toBeLessThan(3e-6);
      expect(cell('CapacityReservationId') === '').toBe(cell('CapacityReservationStatus') === '');
      expect(cell('RegionId') === '').toBe(cell('RegionName') === '');
      expect(cell('ResourceId') === '').toBe(cell('ResourceType') === '');
      if (cell('ResourceName') !== '') expect(cell('ResourceId')).not.toBe(cell('ResourceName'));
      expect(SUBCATEGORIES[cell('ServiceCategory')]).toContain(cell('ServiceSubcategory'));
      for (const column of ['ListUnitPrice', 'ContractedUnitPrice'])
        expect(Number(cell(column))).toBeGreaterThanOrEqual(0);
      expect(cell('ChargePeriodStart') < cell('ChargePeriodEnd')).toBe(true);
      expect(cell('BillingPeriodStart') <= cell('ChargePeriodStart')).toBe(true);
      expect(cell('ChargePeriodEnd') <= cell('BillingPeriodEnd')).toBe(true);
      expect(cell('PricingCategory')).toBe(
        cell('x_Component') === 'compute' && cell('x_CapacityType') === 'spot' ? 'Dynamic' : 'Standard',
      );
    }
  });

  it('says what each of its rows is: used and unused reservations, what has no price, what sat idle', () => {
    const tell = (column: string) => new Set(rows.map((row) => of(row, column)));
    const unpriced = rows.filter((row) => of(row, 'x_CostBasis') === 'unpriced');
    const idle = rows.filter((row) => of(row, 'x_IdleCost') !== '');

    expect(tell('x_Component')).toEqual(
      new Set(['compute', 'storage', 'ipv4', 'control-plane', 'extended-support', 'reservation-unused', 'joinery']),
    );
    expect(tell('CapacityReservationStatus')).toEqual(new Set(['', 'Used', 'Unused']));
    expect(tell('x_NodePool')).toContain('a, "b"');
    expect(unpriced.map((row) => [of(row, 'ResourceId'), of(row, 'BilledCost')])).toEqual([[id(3), '0.000000']]);
    expect(idle.map((row) => of(row, 'ResourceId'))).toEqual([id(2)]);
    expect(idle.every((row) => micros(of(row, 'x_IdleCost')) <= micros(of(row, 'EffectiveCost')))).toBe(true);
    expect(
      aFile({ estimateSpot: true }).rows.filter((row) => of(row, 'x_CostBasis') === 'estimate-on-demand'),
    ).toHaveLength(1);
  });

  it('sums to where it comes from: the rows of a cluster to the cluster, the rows of all to the total', () => {
    const totals = [...Map.groupBy(rows, (row) => of(row, 'x_ClusterName'))].map(([cluster, members]) => [
      cluster,
      sum(members.map((row) => micros(of(row, 'BilledCost')))),
    ]);

    expect(new Map(totals as [string, bigint][])).toEqual(
      new Map(report.by.cluster.map(({ key, cost }) => [key ?? '', micros(cost)])),
    );
    expect(sum(rows.map((row) => micros(of(row, 'EffectiveCost'))))).toBe(micros(report.total));
    for (const { key, cost } of report.by.component) {
      const members = rows.filter((row) => of(row, 'x_Component') === key);
      const apart = sum(members.map((row) => micros(of(row, 'BilledCost')))) - micros(cost);
      // Rounded within their cluster, not their component: off by less than a millionth for each row.
      expect(apart < BigInt(members.length + 1) && apart > BigInt(-members.length - 1)).toBe(true);
    }
  });
});
