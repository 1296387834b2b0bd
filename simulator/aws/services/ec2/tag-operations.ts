import type {
  CreateTagsRequest,
  DeleteTagsRequest,
  DescribeTagsRequest,
  DescribeTagsResult,
  TagDescription,
} from '@aws-sdk/client-ec2';
import type { Simulation } from '../../../core/simulation.ts';
import { SimulatedAwsError } from '../../errors.ts';
import { filtered } from './filters.ts';
import { findInstances } from './instances.ts';
import { describeOperation, ec2Access, ec2Arn, ec2Operation, requestTagKeys, resourceTagKeys } from './operations.ts';
import { pageOf } from './paging.ts';
import { checkTagCount, tagsFrom } from './tags.ts';
import { type Ec2World, ec2World, type Tags } from './world.ts';

type Tagged = { id: string; tags: Tags };

/** What can carry tags, by the prefix of its id; `type` is its name in ARNs, tag filters and tag specifications. */
const TAGGABLE: Readonly<
  Record<string, { type: string; notFound: string; all: (world: Ec2World) => Record<string, Tagged> }>
> = {
  i: { type: 'instance', notFound: 'InvalidInstanceID.NotFound', all: (world) => world.instances },
  subnet: { type: 'subnet', notFound: 'InvalidSubnetID.NotFound', all: (world) => world.subnets },
  vpc: { type: 'vpc', notFound: 'InvalidVpcID.NotFound', all: (world) => world.vpcs },
  sg: { type: 'security-group', notFound: 'InvalidGroup.NotFound', all: (world) => world.securityGroups },
  rtb: { type: 'route-table', notFound: 'InvalidRouteTableID.NotFound', all: (world) => world.routeTables },
  igw: {
    type: 'internet-gateway',
    notFound: 'InvalidInternetGatewayID.NotFound',
    all: (world) => world.internetGateways,
  },
  nat: { type: 'natgateway', notFound: 'NatGatewayNotFound', all: (world) => world.natGateways },
  vpce: { type: 'vpc-endpoint', notFound: 'InvalidVpcEndpointId.NotFound', all: (world) => world.vpcEndpoints },
  lt: { type: 'launch-template', notFound: 'InvalidLaunchTemplateId.NotFound', all: (world) => world.launchTemplates },
  vol: { type: 'volume', notFound: 'InvalidVolume.NotFound', all: (world) => world.volumes },
  eni: {
    type: 'network-interface',
    notFound: 'InvalidNetworkInterfaceID.NotFound',
    all: (world) => world.networkInterfaces,
  },
  fleet: { type: 'fleet', notFound: 'InvalidFleetId.NotFound', all: (world) => world.fleets },
  sir: {
    type: 'spot-instances-request',
    notFound: 'InvalidSpotInstanceRequestID.NotFound',
    all: (world) => world.spotRequests,
  },
  pg: { type: 'placement-group', notFound: 'InvalidPlacementGroup.Unknown', all: (world) => world.placementGroups },
  cr: {
    type: 'capacity-reservation',
    notFound: 'InvalidCapacityReservationId.NotFound',
    all: (world) => world.capacityReservations,
  },
};

function findTagged(simulation: Simulation, id: string): Tagged & { type: string } {
  const prefix = id.slice(0, id.indexOf('-'));
  const kind = TAGGABLE[prefix];
  if (!kind) throw new SimulatedAwsError('InvalidID', `The ID '${id}' is not valid`);
  const [instance] = prefix === 'i' ? findInstances(simulation, [id]) : [];
  const found = instance ?? kind.all(ec2World(simulation))[id];
  if (!found) throw new SimulatedAwsError(kind.notFound, `The ID '${id}' does not exist`);
  return { id, tags: found.tags, type: kind.type };
}

export const createTags = ec2Operation<CreateTagsRequest, object>({
  authorize: (input, context) =>
    (input.Resources ?? []).map((id) => {
      const { type, tags } = findTagged(context.simulation, id);
      return ec2Access(context, 'ec2:CreateTags', ec2Arn(context, type, id), {
        ...requestTagKeys(tagsFrom(input.Tags)),
        ...resourceTagKeys(tags),
      });
    }),
  run(input, { simulation }) {
    const added = tagsFrom(input.Tags);
    if (Object.keys(added).length === 0 || !input.Resources?.length) {
      throw new SimulatedAwsError('MissingParameter', 'The request must contain resources and tags');
    }
    const resources = input.Resources.map((id) => findTagged(simulation, id));
    for (const { tags } of resources) checkTagCount({ ...tags, ...added });
    for (const { tags } of resources) Object.assign(tags, added);
    return {};
  },
});

export const deleteTags = ec2Operation<DeleteTagsRequest, object>({
  authorize: (input, context) =>
    (input.Resources ?? []).map((id) => {
      const { type, tags } = findTagged(context.simulation, id);
      const keys = (input.Tags ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [Key]));
      return ec2Access(context, 'ec2:DeleteTags', ec2Arn(context, type, id), {
        ...(keys.length > 0 ? { 'aws:TagKeys': keys } : {}),
        ...resourceTagKeys(tags),
      });
    }),
  run(input, { simulation }) {
    for (const id of input.Resources ?? []) {
      const { tags } = findTagged(simulation, id);
      const doomed = input.Tags ?? Object.keys(tags).map((Key) => ({ Key, Value: undefined }));
      for (const { Key: key = '', Value: value } of doomed) {
        // With a value only that very tag goes; AWS's own tags stay.
        if (!key.startsWith('aws:') && (value === undefined || tags[key] === value)) delete tags[key];
      }
    }
    return {};
  },
});

export const describeTags = describeOperation<DescribeTagsRequest, DescribeTagsResult>(
  'ec2:DescribeTags',
  (input, { simulation }) => {
    const world = ec2World(simulation);
    const rows = Object.values(TAGGABLE).flatMap(({ type, all }) =>
      Object.values(all(world)).flatMap(({ id, tags }) =>
        Object.entries(tags).map(([Key, Value]) => ({ ResourceId: id, ResourceType: type, Key, Value })),
      ),
    );
    const found = filtered(
      rows,
      input.Filters,
      {
        key: (row) => row.Key,
        'resource-id': (row) => row.ResourceId,
        'resource-type': (row) => row.ResourceType,
        value: (row) => row.Value,
      },
      (row) => ({ [row.Key]: row.Value }),
    );
    const page = pageOf(found, (row) => `${row.ResourceId} ${row.Key}`, input);
    return { Tags: page.items as TagDescription[], ...page.nextToken };
  },
);
