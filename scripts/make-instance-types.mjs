// Makes simulator/aws/services/ec2/data/instance-types.json, the simulator's facts about instance types, from the reference data
// beside the checkout (or in the folder named as the argument). Run `npm run format` afterwards.
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const source = process.argv[2] ? pathToFileURL(`${process.argv[2]}/`) : new URL('../../shared/data/', import.meta.url);
const target = new URL('../simulator/aws/services/ec2/data/instance-types.json', import.meta.url);
const read = (name) => JSON.parse(readFileSync(new URL(name, source), 'utf8'));

const types = read('instance-types.json');
const offerings = read('offerings.json');
const prices = read('on-demand-us-east-1.json');

const USAGE_LETTERS = { 'on-demand': 'o', spot: 's', 'capacity-block': 'k' };

function flagsOf(type) {
  return [
    type.currentGeneration ? 'c' : '',
    type.bareMetal ? 'b' : '',
    type.burstable ? 't' : '',
    type.hypervisor === 'nitro' ? 'n' : '',
    type.hypervisor === 'xen' ? 'x' : '',
    ...type.usageClasses.map((usage) => USAGE_LETTERS[usage]),
  ].join('');
}

/** The letters of the zones that offer the type. */
function zonesOf(name, region) {
  const { everyZone, zones } = offerings[region];
  return Object.entries(zones)
    .filter(([, names]) => everyZone.includes(name) || names.includes(name))
    .map(([zone]) => zone.at(-1))
    .join('');
}

function rowOf(type) {
  const gpu = type.gpu ? [type.gpu.name, type.gpu.manufacturer, type.gpu.count, type.gpu.memoryMiB] : undefined;
  return [
    type.vcpu,
    type.memoryMiB,
    type.arch.join(','),
    type.cpuManufacturer,
    flagsOf(type),
    type.maxNetworkInterfaces,
    type.ipv4PerInterface,
    type.networkPerformance,
    type.ebsBaselineMbps,
    type.instanceStorageGB,
    zonesOf(type.name, 'eu-west-1'),
    zonesOf(type.name, 'us-east-1'),
    prices.onDemand[type.name] ?? null,
    ...(gpu || type.accelerators ? [gpu ?? null] : []),
    ...(type.accelerators ? [type.accelerators] : []),
  ];
}

const document = {
  about: {
    typesAndOfferings: 'DescribeInstanceTypes and DescribeInstanceTypeOfferings, spring 2026, reduced',
    prices: `Pricing API, ${prices.region}, Linux, shared tenancy, US dollars an hour, as of ${prices.asOf}`,
    columns:
      'vcpu, memoryMiB, arch, manufacturer, flags, interfaces, ipv4PerInterface, network, ebsMbps, storageGB, eu-west-1 zones, us-east-1 zones, price, gpu, accelerators',
    flags: 'c current, b bare metal, t burstable, n nitro, x xen, o on-demand, s spot, k capacity block',
  },
  types: Object.fromEntries(types.map((type) => [type.name, rowOf(type)])),
};
const rows = Object.entries(document.types).map(([name, row]) => `    ${JSON.stringify(name)}: ${JSON.stringify(row)}`);
writeFileSync(
  target,
  `{\n  "about": ${JSON.stringify(document.about, null, 4).replace(/\}$/, '  }')},\n  "types": {\n${rows.join(',\n')}\n  }\n}\n`,
);
