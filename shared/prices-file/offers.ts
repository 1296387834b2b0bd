/** A condition that a product must meet exactly: the Pricing API knows no other. */
export type Match = readonly [field: string, value: string];

export const OFFER_PARTS = ['on-demand', 'gp3', 'ipv4', 'eks'] as const;
export type OfferPart = (typeof OFFER_PARTS)[number];

/** One listing of the Pricing API. `kind` says what its products are read as. */
export type Offer = {
  readonly kind: OfferKind;
  readonly part: OfferPart;
  readonly serviceCode: 'AmazonEC2' | 'AmazonEKS' | 'AmazonVPC';
  readonly matches: readonly Match[];
};
export type OfferKind = 'shared' | 'bare-metal' | 'gp3-storage' | 'gp3-iops' | 'gp3-throughput' | 'ipv4' | 'eks';

const LINUX_IN_USE: readonly Match[] = [
  ['serviceCode', 'AmazonEC2'],
  ['preInstalledSw', 'NA'],
  ['operatingSystem', 'Linux'],
  ['capacitystatus', 'Used'],
  ['marketoption', 'OnDemand'],
];

/** All that a report needs of the price list of a Region, and none of the rest: the whole offer file is too large for a function. */
export function offersOf(region: string): Offer[] {
  const here: Match = ['regionCode', region];
  const ec2 = (kind: OfferKind, part: OfferPart, ...matches: readonly Match[]): Offer => ({
    kind,
    part,
    serviceCode: 'AmazonEC2',
    matches: [here, ...matches],
  });
  return [
    ec2('shared', 'on-demand', ...LINUX_IN_USE, ['tenancy', 'Shared'], ['productFamily', 'Compute Instance']),
    ec2(
      'bare-metal',
      'on-demand',
      ...LINUX_IN_USE,
      ['tenancy', 'Dedicated'],
      ['productFamily', 'Compute Instance (bare metal)'],
    ),
    ec2('gp3-storage', 'gp3', ['productFamily', 'Storage'], ['volumeApiName', 'gp3']),
    ec2('gp3-iops', 'gp3', ['productFamily', 'System Operation']),
    ec2('gp3-throughput', 'gp3', ['productFamily', 'Provisioned Throughput']),
    // Products of addresses have no family.
    { kind: 'ipv4', part: 'ipv4', serviceCode: 'AmazonVPC', matches: [here] },
    { kind: 'eks', part: 'eks', serviceCode: 'AmazonEKS', matches: [here] },
  ];
}

const NEAREST: readonly (readonly [start: string, endpoint: string])[] = [
  ['cn-', 'cn-northwest-1'],
  ['ap-', 'ap-south-1'],
  ['eu-', 'eu-central-1'],
];
/** Partitions without a Pricing endpoint. */
const WITHOUT = /^(us-gov|us-iso|eu-isoe|eusc)/;

/** The Region whose Pricing endpoint answers for a Region; undefined where no endpoint does. */
export function pricingEndpointOf(region: string): string | undefined {
  if (WITHOUT.test(region)) return undefined;
  return NEAREST.find(([start]) => region.startsWith(start))?.[1] ?? 'us-east-1';
}

/** What its price list is in. */
export function currencyOf(region: string): 'USD' | 'CNY' {
  return region.startsWith('cn-') ? 'CNY' : 'USD';
}
