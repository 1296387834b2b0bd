import type { InstanceType, Known } from '../../shared/instance-types/instance-type.ts';
import { COLUMNS, FLAGS, USAGE_CLASSES } from '../../shared/instance-types/row.ts';

export type About = {
  /** When and from where the types and their offerings were read. */
  readonly types: string;
  readonly prices: string;
};

export type Catalogue = {
  readonly about: About;
  readonly types: readonly InstanceType[];
  /** Names on the price list that nothing else is known of. */
  readonly namesWithoutFacts: readonly string[];
};

/** The text of shared/instance-types/snapshot.ts. */
export function snapshotText({ about, types, namesWithoutFacts }: Catalogue): string {
  const zoneRegions = regionsOf(types, ({ zoneLetters }) => zoneLetters);
  const priceRegions = regionsOf(types, ({ prices }) => prices);
  const header = [
    ...COLUMNS,
    ...zoneRegions.map((region) => `zones:${region}`),
    ...priceRegions.map((region) => `price:${region}`),
  ];
  const rows = [...types]
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .map((type) => [
      ...cellsOf(type),
      ...zoneRegions.map((region) => type.zoneLetters[region] ?? ''),
      ...priceRegions.map((region) => type.prices[region] ?? ''),
    ]);
  const broken = rows.flat().find((cell) => /[,`\\$\n]/.test(cell));
  if (broken !== undefined) throw new Error(`a snapshot cannot hold ${broken}`);
  return [
    '// Made by scripts/make-instance-catalogue.ts; docs/instance-types.md says how. row.ts says what the cells mean.',
    'export const ABOUT = {',
    `  types: '${about.types}',`,
    `  prices: '${about.prices}',`,
    '} as const;',
    '',
    '/** Names on the price list that the snapshot has no facts of. */',
    `export const NAMES_WITHOUT_FACTS = \`${[...namesWithoutFacts].sort().join(' ')}\`;`,
    '',
    `export const TYPES = \`${[header, ...rows].map((cells) => cells.join(',')).join('\n')}\n\`;`,
    '',
  ].join('\n');
}

function regionsOf(
  types: readonly InstanceType[],
  select: (type: InstanceType) => Readonly<Record<string, string>>,
): string[] {
  return [...new Set(types.flatMap((type) => Object.keys(select(type))))].sort();
}

function cellsOf(type: InstanceType): string[] {
  const cells: Record<(typeof COLUMNS)[number], string> = {
    name: type.name,
    vcpu: String(type.vcpu),
    memoryMiB: String(type.memoryMiB),
    arch: type.arch ?? '',
    cpu: type.cpuManufacturer,
    hypervisor: type.hypervisor ?? '',
    flags: flagsOf(type),
    interfaces: String(type.interfaces),
    cardInterfaces: number(type.cardInterfaces),
    ipv4: String(type.ipv4PerInterface),
    network: type.networkPerformance.replace('Up to ', '^').replace(' Gigabit', 'G').replace('x ', 'x'),
    networkMbps: number(type.networkMbps),
    ebsMbps: number(type.ebsBaselineMbps),
    ebsMaxMbps: number(type.ebsMaximumMbps),
    storageGB: type.storageGB === 0 ? '' : String(type.storageGB),
    encrypts: yesNo(type.encryptsInTransit),
    enclaves: yesNo(type.hasEnclaves),
    clockMhz: number(type.clockMhz),
    gpu: type.gpu ? [type.gpu.name, type.gpu.manufacturer, type.gpu.count, type.gpu.memoryMiB].join('/') : '',
    accelerator: type.accelerator
      ? [type.accelerator.name, type.accelerator.manufacturer, type.accelerator.count].join('/')
      : '',
  };
  return COLUMNS.map((column) => cells[column]);
}

function flagsOf(type: InstanceType): string {
  return [
    type.isCurrent ? FLAGS.current : '',
    type.isBareMetal ? FLAGS.bareMetal : '',
    type.isBurstable ? FLAGS.burstable : '',
    type.hasNvme ? FLAGS.nvme : '',
    ...USAGE_CLASSES.filter((usage) => type.usageClasses.includes(usage)).map((usage) => FLAGS[usage]),
  ].join('');
}

function number(value: Known<number | undefined>): string {
  return value === 'unknown' ? '?' : String(value ?? '');
}

function yesNo(value: Known<boolean>): string {
  return value === 'unknown' ? '?' : value ? 'y' : '';
}
