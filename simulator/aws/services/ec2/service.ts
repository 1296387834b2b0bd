import type { SimulatedService } from '../../types.ts';
import { createFleet } from './fleet-operations.ts';
import { describeImages } from './image-operations.ts';
import { registerInstanceLifecycle } from './instance-lifecycle.ts';
import { describeInstanceStatus, describeInstances, terminateInstances } from './instance-operations.ts';
import { describeInstanceTypeOfferings, describeInstanceTypes } from './instance-type-operations.ts';
import {
  createLaunchTemplate,
  createLaunchTemplateVersion,
  deleteLaunchTemplate,
  describeLaunchTemplates,
  describeLaunchTemplateVersions,
} from './launch-template-operations.ts';
import { describeSubnets, describeVpcs } from './network-operations.ts';
import { describeCapacityReservations, describePlacementGroups } from './reservation-operations.ts';
import {
  describeInternetGateways,
  describeNatGateways,
  describeRouteTables,
  describeVpcEndpoints,
} from './routing-operations.ts';
import { runInstances } from './run-instances.ts';
import {
  authorizeSecurityGroupEgress,
  authorizeSecurityGroupIngress,
  createSecurityGroup,
  deleteSecurityGroup,
  describeSecurityGroups,
} from './security-group-operations.ts';
import { registerSpotInterruptions } from './spot-interruptions.ts';
import { describeSpotPriceHistory } from './spot-prices.ts';
import { createTags, deleteTags, describeTags } from './tag-operations.ts';
import {
  describeNetworkInterfaces,
  describeVolumes,
  getEbsDefaultKmsKeyId,
  getEbsEncryptionByDefault,
} from './volume-operations.ts';
import { ec2World } from './world.ts';
import { describeAvailabilityZones } from './zones.ts';

export const ec2Service: SimulatedService = {
  serviceId: 'EC2',
  operations: {
    AuthorizeSecurityGroupEgress: authorizeSecurityGroupEgress,
    AuthorizeSecurityGroupIngress: authorizeSecurityGroupIngress,
    CreateFleet: createFleet,
    CreateLaunchTemplate: createLaunchTemplate,
    CreateLaunchTemplateVersion: createLaunchTemplateVersion,
    CreateSecurityGroup: createSecurityGroup,
    CreateTags: createTags,
    DeleteLaunchTemplate: deleteLaunchTemplate,
    DeleteSecurityGroup: deleteSecurityGroup,
    DeleteTags: deleteTags,
    DescribeAvailabilityZones: describeAvailabilityZones,
    DescribeCapacityReservations: describeCapacityReservations,
    DescribeImages: describeImages,
    DescribeInstanceStatus: describeInstanceStatus,
    DescribeInstanceTypeOfferings: describeInstanceTypeOfferings,
    DescribeInstanceTypes: describeInstanceTypes,
    DescribeInstances: describeInstances,
    DescribeInternetGateways: describeInternetGateways,
    DescribeLaunchTemplateVersions: describeLaunchTemplateVersions,
    DescribeLaunchTemplates: describeLaunchTemplates,
    DescribeNatGateways: describeNatGateways,
    DescribeNetworkInterfaces: describeNetworkInterfaces,
    DescribePlacementGroups: describePlacementGroups,
    DescribeRouteTables: describeRouteTables,
    DescribeSecurityGroups: describeSecurityGroups,
    DescribeSpotPriceHistory: describeSpotPriceHistory,
    DescribeSubnets: describeSubnets,
    DescribeTags: describeTags,
    DescribeVolumes: describeVolumes,
    DescribeVpcEndpoints: describeVpcEndpoints,
    DescribeVpcs: describeVpcs,
    GetEbsDefaultKmsKeyId: getEbsDefaultKmsKeyId,
    GetEbsEncryptionByDefault: getEbsEncryptionByDefault,
    RunInstances: runInstances,
    TerminateInstances: terminateInstances,
  },
  register(simulation, { accountId, region }) {
    Object.assign(ec2World(simulation), { accountId, region });
    registerInstanceLifecycle(simulation);
    registerSpotInterruptions(simulation);
  },
};
