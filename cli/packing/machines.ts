import { hourlyRate } from '../../shared/cost/money.ts';
import { type Machine, type PriceBook, priceBook } from '../../shared/cost/price-book.ts';
import { priceAt } from '../../shared/cost/spot-series.ts';
import { instanceType as shapeOf, zonesIn } from '../../shared/instance-types/catalogue.ts';
import type { PodsFile } from '../../shared/pods-file/schema.ts';
import type { PricesFile } from '../../shared/prices-file/schema.ts';
import { instanceType } from '../../simulator/aws/services/ec2/instance-types.ts';
import { typeLabels } from '../../simulator/karpenter/instance-types/labels.ts';
import type { InstanceType, Offering } from '../../simulator/karpenter/instance-types/offerings.ts';
import { typeResources } from '../../simulator/karpenter/instance-types/resources.ts';
import type { NodeClass } from '../../simulator/karpenter/objects.ts';

/** What Karpenter keeps of memory for the hypervisor, and of network interfaces, unless its settings say otherwise. */
export const SETTINGS = { vmMemoryOverheadPercent: 0.075, reservedEnis: 0 };

/** An EC2NodeClass that says nothing of its own. */
export const PLAIN_CLASS: NodeClass = {
  apiVersion: 'karpenter.k8s.aws/v1',
  kind: 'EC2NodeClass',
  metadata: { name: 'plain' },
  spec: { amiSelectorTerms: [], subnetSelectorTerms: [], securityGroupSelectorTerms: [] },
};

/** The machines of a Region at the prices of a file. */
export type Market = {
  readonly region: string;
  readonly zones: readonly string[];
  /** Atoms for each millisecond; undefined where the file has no price. */
  readonly rate: (instanceType: string, zone: string, capacityType: Offering['capacityType']) => bigint | undefined;
  /** Whether the file has any price of the type here. */
  readonly isPriced: (instanceType: string) => boolean;
  readonly offersIn: (instanceType: string) => readonly string[];
  /** Priced machines as Karpenter's planner takes them, each with all its offerings. */
  readonly machines: (nodeClass: Pick<NodeClass, 'spec'>) => readonly InstanceType[];
};

const LINUX = { os: 'linux', tenancy: 'default' };

function allZones(region: string): string[] {
  const letters = new Set(shapeOf('m5.large')?.zoneLetters[region] ?? '');
  return [...letters].sort().map((letter) => `${region}${letter}`);
}

function spotRate(book: PriceBook, machine: Machine, zone: string, asOfMs: number): bigint | undefined {
  const series = book.spot({ ...machine, zone });
  const price = series && priceAt(series, asOfMs);
  return price === undefined ? undefined : hourlyRate(price, book.share('compute', 'spot'));
}

/** Spot costs what was in force when the prices file was made. */
export function marketOf({ region, zones = allZones(region) }: PodsFile, prices: PricesFile): Market {
  const book = priceBook(prices);
  const asOfMs = Date.parse(prices.asOf);
  const offersIn = (name: string) => {
    const type = shapeOf(name);
    const offered = type && zonesIn(type, region);
    return zones.filter((zone) => offered === undefined || offered.includes(zone));
  };
  const rate: Market['rate'] = (name, zone, capacityType) => {
    const machine = { ...LINUX, region, instanceType: name };
    return capacityType === 'spot' ? spotRate(book, machine, zone, asOfMs) : book.onDemandRate(machine);
  };
  const offeringsOf = (name: string): Offering[] =>
    offersIn(name).flatMap((zone) =>
      (['on-demand', 'spot'] as const).flatMap((capacityType) => {
        const found = instanceType(name)?.usageClasses.includes(capacityType)
          ? rate(name, zone, capacityType)
          : undefined;
        return found === undefined ? [] : [{ zone, zoneId: '', capacityType, pricePerHour: Number(found) }];
      }),
    );
  const names = [
    ...new Set([
      ...book.typesIn({ ...LINUX, region }),
      ...prices.spot
        .filter((point) => point.region === region && point.os === LINUX.os)
        .map((point) => point.instanceType),
    ]),
  ];
  const offered = new Map(names.map((name) => [name, offeringsOf(name)]));
  return {
    region,
    zones,
    rate,
    offersIn,
    isPriced: (name) => (offered.get(name) ?? []).length > 0,
    machines: (nodeClass) =>
      names.flatMap((name): InstanceType[] => {
        const facts = instanceType(name);
        const offerings = offered.get(name) ?? [];
        if (facts?.arch === undefined || offerings.length === 0) return [];
        const resources = typeResources(facts, nodeClass, SETTINGS);
        return [
          { name, facts, labels: typeLabels(facts, region), resources, image: { id: '', requirements: [] }, offerings },
        ];
      }),
  };
}
