import type { InstanceType, Known } from './instance-type.ts';
import { namePartsOf } from './names.ts';

/**
 * One line of the snapshot. Cells are parted by commas; an empty cell says that the type has none, `?` that the snapshot does not
 * know. The columns `zones:REGION` and `price:REGION` come last, as many as there are Regions.
 */
export const COLUMNS = [
  'name',
  'vcpu',
  'memoryMiB',
  'arch',
  'cpu',
  'hypervisor',
  'flags',
  'interfaces',
  'cardInterfaces',
  'ipv4',
  'network',
  'networkMbps',
  'ebsMbps',
  'ebsMaxMbps',
  'storageGB',
  'encrypts',
  'enclaves',
  'clockMhz',
  'gpu',
  'accelerator',
] as const;

/** Letters of the column `flags`. */
export const FLAGS = {
  current: 'c',
  bareMetal: 'b',
  burstable: 't',
  nvme: 'n',
  'on-demand': 'o',
  spot: 's',
  'capacity-block': 'k',
} as const;

export const USAGE_CLASSES = ['on-demand', 'spot', 'capacity-block'] as const;

/** The Regions of a kind of column, and where they stand in a line. */
type Regional = readonly (readonly [region: string, position: number])[];

/** Every type of a snapshot whose first line names the columns. */
export function readTypes(text: string): InstanceType[] {
  const [header = '', ...lines] = text.trim().split('\n');
  if (!header.startsWith(COLUMNS.join())) throw new Error(`snapshot of instance types: unknown columns ${header}`);
  const columns = header.split(',');
  const regional = (prefix: string): Regional =>
    columns.flatMap((column, at) => (column.startsWith(prefix) ? [[column.slice(prefix.length), at] as const] : []));
  const [zones, prices] = [regional('zones:'), regional('price:')];
  return lines.map((line) => {
    const cells = line.split(',');
    if (cells.length !== columns.length)
      throw new Error(`snapshot of instance types: ${cells.length} cells in ${line}`);
    return typeOf(
      cells,
      byRegion(cells, zones),
      byRegion(cells, prices, (price) => price !== ''),
    );
  });
}

function typeOf(
  cells: readonly string[],
  zoneLetters: InstanceType['zoneLetters'],
  prices: InstanceType['prices'],
): InstanceType {
  // In the order of COLUMNS; by position and without a spread, since this is read in every cold start.
  const [name = '', vcpu, memoryMiB, arch = '', cpu = '', hypervisor = '', flags = ''] = cells;
  const [, , , , , , , interfaces, cardInterfaces = '', ipv4, network = '', networkMbps = '', ebsMbps = ''] = cells;
  const [ebsMaxMbps = '', storageGB, encrypts = '', enclaves = '', clockMhz = '', gpu = '', accelerator = ''] =
    cells.slice(13);
  const { family, size, category, generation } = namePartsOf(name);
  const has = (flag: keyof typeof FLAGS) => flags.includes(FLAGS[flag]);
  return {
    name,
    family,
    size,
    category,
    generation,
    vcpu: Number(vcpu),
    memoryMiB: Number(memoryMiB),
    arch: oneOf(arch, ['amd64', 'arm64']),
    cpuManufacturer: cpu,
    hypervisor: oneOf(hypervisor, ['nitro', 'xen']),
    isCurrent: has('current'),
    isBareMetal: has('bareMetal'),
    isBurstable: has('burstable'),
    usageClasses: USAGE_CLASSES.filter(has),
    interfaces: Number(interfaces),
    cardInterfaces: knownNumber(cardInterfaces) ?? 0,
    ipv4PerInterface: Number(ipv4),
    networkPerformance: network.replace('^', 'Up to ').replace('G', ' Gigabit').replace('x', 'x '),
    networkMbps: knownNumber(networkMbps),
    ebsBaselineMbps: knownNumber(ebsMbps),
    ebsMaximumMbps: knownNumber(ebsMaxMbps),
    storageGB: Number(storageGB),
    hasNvme: has('nvme'),
    encryptsInTransit: knownBoolean(encrypts),
    hasEnclaves: knownBoolean(enclaves),
    clockMhz: knownNumber(clockMhz) ?? 0,
    gpu: gpuOf(gpu),
    accelerator: acceleratorOf(accelerator),
    zoneLetters,
    prices,
  };
}

function oneOf<T extends string>(text: string, allowed: readonly T[]): T | undefined {
  return allowed.find((value) => value === text);
}

function knownNumber(text: string): Known<number | undefined> {
  if (text === '?') return 'unknown';
  return text === '' ? undefined : Number(text);
}

function knownBoolean(text: string): Known<boolean> {
  return text === '?' ? 'unknown' : text === 'y';
}

function gpuOf(text: string): InstanceType['gpu'] {
  const [name, manufacturer, count, memoryMiB] = text.split('/');
  if (!name || manufacturer === undefined) return undefined;
  return { name, manufacturer, count: Number(count), memoryMiB: Number(memoryMiB) };
}

function acceleratorOf(text: string): InstanceType['accelerator'] {
  const [name, manufacturer, count] = text.split('/');
  return !name || manufacturer === undefined ? undefined : { name, manufacturer, count: Number(count) };
}

function byRegion(cells: readonly string[], columns: Regional, isKnown = (_: string) => true): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [region, at] of columns) {
    const value = cells[at] ?? '';
    if (isKnown(value)) found[region] = value;
  }
  return found;
}
