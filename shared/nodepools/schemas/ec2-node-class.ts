import type { JsonSchema, ValidationRule } from '../../kube/schema/types.ts';
import {
  blockDeviceMappings,
  connectionTracking,
  metadataOptions,
  networkInterfaces,
  placementGroupSelector,
} from './instance-settings.ts';
import { kubelet } from './kubelet.ts';
import {
  amiSelectorTerms,
  capacityReservationSelectorTerms,
  securityGroupSelectorTerms,
  subnetSelectorTerms,
} from './selector-terms.ts';
import { conditionItems, dateTime, resource } from './values.ts';

const text: JsonSchema = { type: 'string' };
const flag: JsonSchema = { type: 'boolean' };

const FAMILIES = ['AL2', 'AL2023', 'Bottlerocket', 'Windows2019', 'Windows2022', 'Windows2025'] as const;

/** EC2 tags that Karpenter itself writes. */
const OWN_TAGS = [
  'eks:eks-cluster-name',
  'karpenter.k8s.aws/ec2nodeclass',
  'karpenter.sh/nodeclaim',
  'karpenter.sh/nodepool',
];

function nonEmpty(field: string): JsonSchema {
  return {
    type: 'string',
    'x-kubernetes-validations': [{ rule: 'size(self) > 0', message: `${field} may not be empty` }],
  };
}

function familyOfAlias(family: string): ValidationRule {
  return {
    rule: `!has(self.amiFamily) || self.amiFamily in ['${family}', 'Custom'] || !self.amiSelectorTerms.exists(t, has(t.alias) && t.alias.startsWith('${family.toLowerCase()}@'))`,
    message: `With an alias of ${family.toLowerCase()}, amiFamily is ${family}, Custom or absent`,
  };
}

const tags: JsonSchema = {
  type: 'object',
  additionalProperties: text,
  'x-kubernetes-validations': [
    { rule: "!self.exists(key, key == '')", message: 'Tag keys may not be empty' },
    {
      rule: "!self.exists(key, key.startsWith('kubernetes.io/cluster'))",
      message: 'Tags that begin with kubernetes.io/cluster are written by Karpenter',
    },
    ...OWN_TAGS.map((tag) => ({
      rule: `!self.exists(key, key == '${tag}')`,
      message: `The tag ${tag} is written by Karpenter`,
    })),
  ],
};

const spec: JsonSchema = {
  type: 'object',
  required: ['amiSelectorTerms', 'securityGroupSelectorTerms', 'subnetSelectorTerms'],
  properties: {
    amiFamily: { type: 'string', enum: [...FAMILIES, 'Custom'] },
    amiSelectorTerms,
    associatePublicIPAddress: flag,
    blockDeviceMappings,
    capacityReservationSelectorTerms,
    connectionTracking,
    context: text,
    cpuOptions: {
      type: 'object',
      properties: { nestedVirtualization: { type: 'string', enum: ['enabled', 'disabled'] } },
    },
    detailedMonitoring: flag,
    instanceProfile: nonEmpty('instanceProfile'),
    instanceStorePolicy: { type: 'string', enum: ['RAID0'] },
    ipPrefixCount: { type: 'integer', format: 'int32', minimum: 0 },
    kubelet,
    metadataOptions,
    networkInterfaces,
    placementGroupSelector,
    role: nonEmpty('role'),
    securityGroupSelectorTerms,
    subnetSelectorTerms,
    tags,
    userData: text,
  },
  'x-kubernetes-validations': [
    {
      rule: 'has(self.role) != has(self.instanceProfile)',
      message: 'Exactly one of role and instanceProfile is needed',
    },
    ...FAMILIES.map(familyOfAlias),
    {
      rule: 'has(self.amiFamily) || self.amiSelectorTerms.exists(t, has(t.alias))',
      message: 'Without an alias in amiSelectorTerms, amiFamily is needed',
    },
  ],
};

const amis: JsonSchema = {
  type: 'array',
  items: {
    type: 'object',
    required: ['id', 'requirements'],
    properties: {
      deprecated: flag,
      id: text,
      name: text,
      requirements: {
        type: 'array',
        items: {
          type: 'object',
          required: ['key', 'operator'],
          properties: {
            key: text,
            operator: text,
            values: { type: 'array', items: text, 'x-kubernetes-list-type': 'atomic' },
          },
        },
      },
    },
  },
};

const capacityReservations: JsonSchema = {
  type: 'array',
  items: {
    type: 'object',
    required: ['availabilityZone', 'id', 'instanceMatchCriteria', 'instanceType', 'ownerID'],
    properties: {
      availabilityZone: text,
      endTime: dateTime,
      id: { type: 'string', pattern: '^cr-[0-9a-z]+$' },
      instanceMatchCriteria: { type: 'string', enum: ['open', 'targeted'] },
      instanceType: text,
      interruptible: flag,
      ownerID: { type: 'string', pattern: '^[0-9]{12}$' },
      reservationType: { type: 'string', default: 'default', enum: ['default', 'capacity-block'] },
      state: { type: 'string', default: 'active', enum: ['active', 'expiring'] },
    },
  },
};

const status: JsonSchema = {
  type: 'object',
  properties: {
    amis,
    capacityReservations,
    conditions: { type: 'array', items: conditionItems },
    instanceProfile: text,
    securityGroups: {
      type: 'array',
      items: { type: 'object', required: ['id'], properties: { id: text, name: text } },
    },
    subnets: {
      type: 'array',
      items: { type: 'object', required: ['id', 'zone'], properties: { id: text, zone: text, zoneID: text } },
    },
  },
};

/** EC2NodeClass, karpenter.k8s.aws/v1. The released schema does not require a spec, so neither does this one. */
export const ec2NodeClassSchema: JsonSchema = resource(spec, status, []);
