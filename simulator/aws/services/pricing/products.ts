import { instanceTypesIn } from '../ec2/instance-types.ts';

/** A product of the price list, as far as filters and readers look at it. */
export type Product = {
  readonly serviceCode: string;
  readonly sku: string;
  readonly productFamily: string | undefined;
  readonly attributes: Readonly<Record<string, string>>;
  readonly unit: string;
  readonly usd: string;
};

/** What usage types begin with where it is not us-east-1. */
const PREFIXES: Readonly<Record<string, string>> = { 'us-east-1': '', 'eu-west-1': 'EU-' };

/**
 * The price list of a Region. Instances cost what they do in us-east-1, wherever they are: the snapshot of the product has no other
 * prices, and Karpenter's simulated offerings have the same. Beside what is wanted there is what a reader must pass over: other
 * tenancies, placeholders at nothing, free tiers.
 */
export function productsIn(region: string): Product[] {
  const prefix = PREFIXES[region] ?? `${region.toUpperCase()}-`;
  return [
    ...instances(region, prefix),
    ...volumes(region, prefix),
    ...addresses(region, prefix),
    ...eks(region, prefix),
  ];
}

function instances(regionCode: string, prefix: string): Product[] {
  return instanceTypesIn(regionCode).flatMap(({ name, pricePerHour, isBareMetal }) => {
    if (pricePerHour === undefined) return [];
    const product = (tenancy: string, capacitystatus: string, usage: string, usd: number): Product => ({
      serviceCode: 'AmazonEC2',
      sku: skuOf(`${usage}:${name}:${tenancy}`),
      productFamily: isBareMetal ? 'Compute Instance (bare metal)' : 'Compute Instance',
      attributes: {
        regionCode,
        instanceType: name,
        preInstalledSw: 'NA',
        operatingSystem: 'Linux',
        marketoption: 'OnDemand',
        licenseModel: 'No License required',
        operation: 'RunInstances',
        tenancy,
        capacitystatus,
        usagetype: `${prefix}${usage}:${name}`,
      },
      unit: 'Hrs',
      usd: usd.toFixed(10),
    });
    return [
      ...(isBareMetal ? [] : [product('Shared', 'Used', 'BoxUsage', pricePerHour)]),
      ...(isBareMetal ? [] : [product('Shared', 'UnusedCapacityReservation', 'UnusedBox', pricePerHour)]),
      product('Dedicated', 'Used', 'DedicatedUsage', isBareMetal ? pricePerHour : pricePerHour * 1.1),
      // An allocated reservation is charged as its instances are.
      ...(isBareMetal ? [] : [product('Shared', 'AllocatedCapacityReservation', 'Reservation', 0)]),
    ];
  });
}

type Line = readonly [serviceCode: string, family: string | undefined, usage: string, unit: string, usd: string];

function lineOf(
  regionCode: string,
  prefix: string,
  [serviceCode, productFamily, usage, unit, usd]: Line,
  more: Readonly<Record<string, string>> = {},
): Product {
  const usagetype = `${prefix}${usage}`;
  return {
    serviceCode,
    sku: skuOf(`${serviceCode}:${usagetype}:${more['operation'] ?? ''}`),
    productFamily,
    attributes: { regionCode, usagetype, ...more },
    unit,
    usd,
  };
}

function volumes(region: string, prefix: string): Product[] {
  const gp3 = { volumeApiName: 'gp3' };
  const ec2 = (
    family: string,
    usage: string,
    unit: string,
    usd: string,
    more: Readonly<Record<string, string>> = gp3,
  ) => lineOf(region, prefix, ['AmazonEC2', family, usage, unit, usd], more);
  return [
    ec2('Storage', 'EBS:VolumeUsage.gp3', 'GB-Mo', '0.0880000000'),
    ec2('Storage', 'EBS:VolumeUsage.gp2', 'GB-Mo', '0.1100000000', { volumeApiName: 'gp2' }),
    ec2('System Operation', 'EBS:VolumeP-IOPS.gp3', 'IOPS-Mo', '0.0055000000'),
    ec2('System Operation', 'EBS:VolumeP-IOPS.piops', 'IOPS-Mo', '0.0720000000', { volumeApiName: 'io1' }),
    ec2('Provisioned Throughput', 'EBS:VolumeP-Throughput.gp3', 'GiBps-mo', '45.0560000000'),
  ];
}

function addresses(region: string, prefix: string): Product[] {
  const vpc = (usage: string, usd: string) => lineOf(region, prefix, ['AmazonVPC', undefined, usage, 'Hrs', usd]);
  return [
    vpc('PublicIPv4:InUseAddress', '0.0050000000'),
    vpc('PublicIPv4:IdleAddress', '0.0050000000'),
    vpc('VpcEndpoint-Hours', '0.0110000000'),
  ];
}

function eks(region: string, prefix: string): Product[] {
  const fee = (usage: string, operation: string, tiertype: string, usd: string) =>
    lineOf(region, prefix, ['AmazonEKS', 'Compute', usage, 'Hours', usd], { operation, tiertype });
  return [
    fee('AmazonEKS-Hours:perCluster', 'CreateOperation', 'HAStandard', '0.1000000000'),
    fee('AmazonEKS-Hours:extendedSupport', 'ExtendedSupport', 'HAExtended', '0.5000000000'),
    fee('AmazonEKS-ProvisionedControlPlane:XL', 'ProvisionedControlPlaneUsage', 'HAProvisionedXL', '1.6500000000'),
  ];
}

/** Sixteen letters and digits, the same for the same product. */
function skuOf(text: string): string {
  let hash = 14_695_981_039_346_656_037n;
  for (const character of text)
    hash = ((hash ^ BigInt(character.codePointAt(0) ?? 0)) * 1_099_511_628_211n) & 0xffff_ffff_ffff_ffffn;
  return hash.toString(36).toUpperCase().padStart(16, '0').slice(0, 16);
}
