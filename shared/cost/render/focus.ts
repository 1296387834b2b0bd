import type { FleetFile } from '../../fleet-file/schema.ts';
import type { Component, PricesFile } from '../../prices-file/schema.ts';
import { chargeAll } from '../all-charges.ts';
import type { ChargeOptions, Dimensions, Charge as Rated, Resource } from '../charge.ts';
import { monthAround } from '../days.ts';
import { idlePart } from '../idle.ts';
import { type Life, livesOf } from '../lives.ts';
import { ATOMS_PER_MICRO, apportion, decimalOf, HOUR_MS, microsOf, rounded } from '../money.ts';
import { priceBook } from '../price-book.ts';
import { product } from '../tally.ts';
import { COLUMNS, type Column, SERVICES } from './focus-columns.ts';
import { partitionOf, regionName } from './regions.ts';

/** In atoms. */
type Charge = Rated & { readonly cost: bigint; readonly onDemand: bigint };
type Row = { dimensions: Dimensions; component: Component; resource: Resource; charge: Charge; list: bigint };

const UNIT_PRICE_DIGITS = 10n ** 12n;

function inAtoms(charge: Rated): Charge {
  const { rate, units, onDemandRate, fromMs, toMs } = charge;
  const cost = product(rate, units);
  return { ...charge, cost, onDemand: onDemandRate === undefined ? cost : product(onDemandRate, toMs - fromMs) };
}

/** Every charge, beside what it would be at list prices on demand. */
function rowsOf(
  fleet: FleetFile,
  lives: readonly Life[],
  prices: PricesFile,
  window: { fromMs: number; toMs: number },
  options: ChargeOptions,
): Row[] {
  const collect = (of: PricesFile) => {
    const rows: Omit<Row, 'list'>[] = [];
    chargeAll(fleet, lives, {
      book: priceBook(of),
      window,
      options,
      sink: {
        open: (dimensions, component, resource) => (charge) =>
          rows.push({ dimensions, component, resource, charge: inAtoms(charge) }),
        unpriced: () => {},
        estimated: () => {},
        withoutOnDemand: () => {},
      },
    });
    return rows;
  };
  const rows = collect(prices);
  const listed = collect({ ...prices, discounts: [] });
  return rows.map((row, index): Row => ({ ...row, list: listed[index]?.charge.onDemand ?? row.charge.onDemand }));
}

/** In whole millionths: the rows of each cluster sum to the cluster's figure in the report, and so to the total. */
function amounts(rows: readonly Row[], ofClusters: ReadonlyMap<string | null, bigint>) {
  const cost = new Map<Row, bigint>();
  const list = new Map<Row, bigint>();
  for (const [cluster, members] of Map.groupBy(rows, ({ dimensions }) => dimensions.cluster)) {
    const exact = members.map(({ charge }) => charge.cost);
    const parts = apportion(exact, ATOMS_PER_MICRO, ofClusters.get(cluster) ?? 0n);
    const saved = members.map((row) => row.list - row.charge.cost);
    const savedParts = apportion(saved, ATOMS_PER_MICRO, microsOf(saved.reduce((sum, part) => sum + part, 0n)));
    members.forEach((row, index) => {
      const part = parts[index] ?? 0n;
      cost.set(row, part);
      list.set(row, part + (savedParts[index] ?? 0n));
    });
  }
  return { cost, list };
}

function unitPrice(atoms: bigint, ms: number): string {
  const units = rounded(atoms * BigInt(HOUR_MS) * (UNIT_PRICE_DIGITS / 1_000_000n), BigInt(ms) * ATOMS_PER_MICRO);
  const digits = String(units < 0n ? -units : units).padStart(13, '0');
  return `${units < 0n ? '-' : ''}${digits.slice(0, -12)}.${digits.slice(-12)}`;
}

const SECOND_MS = 1000;
/** FOCUS has whole seconds: a period begins and ends at those around it. */
const iso = (ms: number) => new Date(ms).toISOString().replace('.000Z', 'Z');
const startText = (ms: number) => iso(Math.floor(ms / SECOND_MS) * SECOND_MS);
const endText = (ms: number) => iso(Math.ceil(ms / SECOND_MS) * SECOND_MS);

type Subject = {
  readonly accountId: string | null;
  readonly region: string | null;
  readonly id: string | null;
  /** Null: it has none but its id. */
  readonly name: string | null;
  readonly type: string | null;
  readonly nodeClaim: string | null;
  readonly reservation: string | null;
};

function subjectOf(resource: Resource): Subject {
  const none = { accountId: null, region: null, id: null, name: null, type: null, nodeClaim: null, reservation: null };
  if (resource.kind === 'instance') {
    const { accountId, region, instanceId, nodeClaim, capacityReservation } = resource.life.instance;
    return {
      ...none,
      accountId,
      region,
      id: instanceId,
      type: 'EC2 instance',
      nodeClaim,
      reservation: capacityReservation,
    };
  }
  if (resource.kind === 'cluster') {
    const { accountId, region, cluster } = resource.cluster;
    // Names of clusters are taken once in an account and Region, not once in AWS.
    const id = `arn:${partitionOf(region)}:eks:${region}:${accountId}:cluster/${cluster}`;
    return { ...none, accountId, region, id, name: cluster, type: 'EKS cluster' };
  }
  if (resource.kind === 'reservation') {
    const { accountId, region, capacityReservation: id } = resource.reservation;
    return { ...none, accountId, region, id, type: 'EC2 capacity reservation', reservation: id };
  }
  return none;
}

const BASES = { unpriced: 'unpriced', estimated: 'estimate-on-demand' } as const;
const RESERVATION_STATUS: Partial<Record<Component, string>> = { compute: 'Used', 'reservation-unused': 'Unused' };

type Cells = Partial<Record<Column, string | null>>;

function moneyCells({ charge, list: listed }: Row, cost: bigint, list: bigint): Cells {
  const ms = charge.toMs - charge.fromMs;
  const hours = decimalOf(rounded(BigInt(ms) * 1_000_000n, BigInt(HOUR_MS)));
  const amount = decimalOf(cost);
  return {
    BilledCost: amount,
    ContractedCost: amount,
    EffectiveCost: amount,
    ContractedUnitPrice: unitPrice(charge.cost, ms),
    ListCost: decimalOf(list),
    ListUnitPrice: unitPrice(listed, ms),
    ConsumedQuantity: hours,
    ConsumedUnit: 'Hours',
    PricingQuantity: hours,
    PricingUnit: 'Hours',
    x_CostBasis: charge.basis ? BASES[charge.basis] : 'estimate',
  };
}

function cellsOf(row: Row, currency: string, billingAccount: string): Cells {
  const { dimensions, component, resource, charge } = row;
  const { cluster, nodePool, capacityType, instanceType, zone } = dimensions;
  const { accountId, region, id, name, type, nodeClaim, reservation } = subjectOf(resource);
  const service = SERVICES[component];
  const month = monthAround(charge.fromMs);
  // What of a row is not the reservation's own, volumes and addresses, is of none.
  const status = reservation === null ? undefined : RESERVATION_STATUS[component];
  const tags = {
    'eks:eks-cluster-name': cluster,
    'karpenter.sh/nodepool': nodePool,
    'karpenter.sh/nodeclaim': nodeClaim,
  };
  return {
    AvailabilityZone: zone,
    BillingAccountId: accountId ?? billingAccount,
    BillingCurrency: currency,
    BillingPeriodStart: iso(month.fromMs),
    BillingPeriodEnd: iso(month.toMs),
    CapacityReservationId: status === undefined ? null : reservation,
    CapacityReservationStatus: status ?? null,
    ChargeCategory: 'Usage',
    ChargeDescription: [service.description, instanceType, capacityType].filter(Boolean).join(' '),
    ChargeFrequency: service.frequency,
    ChargePeriodStart: startText(charge.fromMs),
    ChargePeriodEnd: endText(charge.toMs),
    InvoiceIssuerName: 'AWS',
    PricingCategory: component === 'compute' && capacityType === 'spot' ? 'Dynamic' : 'Standard',
    ProviderName: 'AWS',
    PublisherName: 'AWS',
    RegionId: region,
    RegionName: region === null ? null : regionName(region),
    ResourceId: id,
    ResourceName: name,
    ResourceType: type,
    ServiceCategory: service.category,
    ServiceName: resource.kind === 'overhead' ? resource.service : service.name,
    ServiceSubcategory: service.subcategory,
    SubAccountId: accountId,
    Tags: JSON.stringify(Object.fromEntries(Object.entries(tags).filter(([, value]) => value !== null))),
    x_CapacityType: capacityType,
    x_ClusterName: cluster,
    x_Component: component,
    x_InstanceType: instanceType,
    x_NodeClaim: nodeClaim,
    x_NodePool: nodePool,
  };
}

const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** The charges as lines of a FOCUS file, its header first: a resource, a component and a day of UTC on each. */
export function* focusLines(
  fleet: FleetFile,
  prices: PricesFile,
  report: { from: string; to: string; by: { cluster: readonly { key: string | null; cost: string }[] } },
  options: ChargeOptions = {},
): Generator<string> {
  const window = { fromMs: Date.parse(report.from), toMs: Date.parse(report.to) };
  const lives = livesOf(fleet.instances).sort((a, b) => (a.instance.instanceId < b.instance.instanceId ? -1 : 1));
  const rows = rowsOf(fleet, lives, prices, window, options);
  const ofClusters = new Map(report.by.cluster.map(({ key, cost }) => [key, BigInt(cost.replace('.', ''))]));
  const { cost, list } = amounts(rows, ofClusters);
  const billingAccount = fleet.clusters[0]?.accountId ?? fleet.instances[0]?.accountId ?? '';
  const idleOf = ({ component, resource }: Row, micros: bigint) => {
    const life = component === 'compute' && resource.kind === 'instance' ? resource.life : undefined;
    const idle = life && idlePart(life, micros, window.toMs);
    return idle === undefined ? null : decimalOf(idle);
  };
  yield `${COLUMNS.join(',')}\r\n`;
  for (const row of rows) {
    const micros = cost.get(row) ?? 0n;
    const cells: Cells = {
      ...cellsOf(row, prices.currency, billingAccount),
      ...moneyCells(row, micros, list.get(row) ?? 0n),
      x_IdleCost: idleOf(row, micros),
    };
    yield `${COLUMNS.map((column) => quoted(cells[column] ?? '')).join(',')}\r\n`;
  }
}
