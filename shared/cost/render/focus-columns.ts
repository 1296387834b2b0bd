import type { Component } from '../../prices-file/schema.ts';

/** Columns of FOCUS 1.2: all that are mandatory, of the others what can be known, and our own, which begin with x_. */
export const COLUMNS = [
  'AvailabilityZone',
  'BilledCost',
  'BillingAccountId',
  'BillingAccountName',
  'BillingCurrency',
  'BillingPeriodEnd',
  'BillingPeriodStart',
  'CapacityReservationId',
  'CapacityReservationStatus',
  'ChargeCategory',
  'ChargeClass',
  'ChargeDescription',
  'ChargeFrequency',
  'ChargePeriodEnd',
  'ChargePeriodStart',
  'ConsumedQuantity',
  'ConsumedUnit',
  'ContractedCost',
  'ContractedUnitPrice',
  'EffectiveCost',
  'InvoiceId',
  'InvoiceIssuerName',
  'ListCost',
  'ListUnitPrice',
  'PricingCategory',
  'PricingQuantity',
  'PricingUnit',
  'ProviderName',
  'PublisherName',
  'RegionId',
  'RegionName',
  'ResourceId',
  'ResourceName',
  'ResourceType',
  'ServiceCategory',
  'ServiceName',
  'ServiceSubcategory',
  'SubAccountId',
  'Tags',
  'x_CapacityType',
  'x_ClusterName',
  'x_Component',
  'x_CostBasis',
  'x_IdleCost',
  'x_InstanceType',
  'x_NodeClaim',
  'x_NodePool',
] as const;
export type Column = (typeof COLUMNS)[number];

type Service = {
  readonly name: string;
  readonly category: 'Compute' | 'Storage' | 'Networking' | 'Management and Governance';
  readonly subcategory: string;
  readonly frequency: 'Usage-Based' | 'Recurring';
  readonly description: string;
};

const EC2 = { name: 'Amazon Elastic Compute Cloud', category: 'Compute', subcategory: 'Virtual Machines' } as const;
const EKS = {
  name: 'Amazon Elastic Kubernetes Service',
  category: 'Compute',
  subcategory: 'Containers',
  frequency: 'Recurring',
} as const;

export const SERVICES: Readonly<Record<Component, Service>> = {
  compute: { ...EC2, frequency: 'Usage-Based', description: 'EC2 instance' },
  storage: {
    name: 'Amazon Elastic Block Store',
    category: 'Storage',
    subcategory: 'Block Storage',
    frequency: 'Usage-Based',
    description: 'Volumes of',
  },
  ipv4: {
    name: 'Amazon Virtual Private Cloud',
    category: 'Networking',
    subcategory: 'Network Infrastructure',
    frequency: 'Usage-Based',
    description: 'Public IPv4 of',
  },
  'control-plane': { ...EKS, description: 'EKS control plane' },
  'extended-support': { ...EKS, description: 'EKS extended support' },
  'reservation-unused': {
    ...EC2,
    frequency: 'Recurring',
    description: 'Unused capacity reservation',
  },
  joinery: {
    name: 'Joinery',
    category: 'Management and Governance',
    subcategory: 'Cost Management',
    frequency: 'Usage-Based',
    description: 'Joinery itself',
  },
};
