import {
  DescribeInstancesCommand,
  type DescribeInstancesResult,
  DescribeVolumesCommand,
  type EC2Client,
  type Filter,
  type Instance,
} from '@aws-sdk/client-ec2';
import {
  CLUSTER_TAG,
  type InstanceState,
  NODE_GROUP_CLUSTER_TAG,
  type Sighting,
  sightingOf,
} from '../fleet/described-instance.ts';
import type { Volume } from '../fleet/evidence.ts';
import { toOpsError } from './errors.ts';
import { everyPage } from './pages.ts';

/** What the filters of one request may hold. An id that EC2 does not know is an error in InstanceIds and none in a filter. */
const VALUES_A_FILTER = 200;
const INSTANCES_A_PAGE = 1000;
const VOLUMES_A_PAGE = 500;

type Ec2Port = Pick<EC2Client, 'send'>;
export type FleetLookupDeps = {
  readonly ec2: Ec2Port;
  readonly clock: { now(): number };
  readonly region: string;
};

/** What EC2 says of these instances, by id; absent: it does not know them (any more, or yet). */
export async function describeFleetInstances(
  deps: FleetLookupDeps,
  instanceIds: readonly string[],
): Promise<Map<string, Sighting>> {
  const sightings = new Map<string, Sighting>();
  for (const Values of chunksOf([...new Set(instanceIds)])) {
    for (const sighting of await describe(deps, { Name: 'instance-id', Values })) {
      sightings.set(sighting.instanceId, sighting);
    }
  }
  return sightings;
}

/** Every instance that carries a cluster's tag, also those that ended within the last hour or so. */
export async function listFleetInstances(deps: FleetLookupDeps): Promise<Map<string, Sighting>> {
  const sightings = new Map<string, Sighting>();
  for (const tag of [CLUSTER_TAG, NODE_GROUP_CLUSTER_TAG]) {
    for (const sighting of await describe(deps, { Name: 'tag-key', Values: [tag] })) {
      if (!sighting.evidence.isNobodys) sightings.set(sighting.instanceId, sighting);
    }
  }
  return sightings;
}

/** Every instance that one cluster's tags claim, also those that ended within the last hour or so. */
export async function listInstancesOf(deps: FleetLookupDeps, cluster: string): Promise<Map<string, Sighting>> {
  const sightings = new Map<string, Sighting>();
  for (const tag of [CLUSTER_TAG, NODE_GROUP_CLUSTER_TAG]) {
    for (const sighting of await describe(deps, { Name: `tag:${tag}`, Values: [cluster] })) {
      if (sighting.evidence.identity?.value.cluster === cluster) sightings.set(sighting.instanceId, sighting);
    }
  }
  return sightings;
}

/** The volumes that are attached to these instances, by instance id. */
export async function attachedVolumes(ec2: Ec2Port, instanceIds: readonly string[]): Promise<Map<string, Volume[]>> {
  const byInstance = new Map<string, Volume[]>();
  for (const Values of chunksOf([...new Set(instanceIds)])) {
    const pages = await everyPage(
      async (token) => {
        const command = new DescribeVolumesCommand({
          Filters: [{ Name: 'attachment.instance-id', Values }],
          MaxResults: VOLUMES_A_PAGE,
          ...(token ? { NextToken: token } : {}),
        });
        return ec2.send(command).catch((error: unknown) => {
          throw toOpsError(error, `describing the volumes of ${Values.length} instances`);
        });
      },
      (page) => page.NextToken,
    );
    for (const volume of pages.flatMap(({ Volumes = [] }) => Volumes)) {
      const facts: Volume = {
        gib: volume.Size ?? 0,
        type: volume.VolumeType ?? 'unknown',
        iops: volume.Iops ?? null,
        throughputMiBps: volume.Throughput ?? null,
      };
      for (const { InstanceId: id = '' } of volume.Attachments ?? []) {
        byInstance.set(id, [...(byInstance.get(id) ?? []), facts]);
      }
    }
  }
  return byInstance;
}

async function describe(deps: FleetLookupDeps, filter: Filter): Promise<Sighting[]> {
  const pages = await everyPage(
    async (token): Promise<{ found: Sighting[]; next: string | undefined }> => {
      const command = new DescribeInstancesCommand({
        Filters: [filter],
        MaxResults: INSTANCES_A_PAGE,
        ...(token ? { NextToken: token } : {}),
      });
      const page: DescribeInstancesResult = await deps.ec2.send(command).catch((error: unknown) => {
        throw toOpsError(
          error,
          `describing the instances with ${filter.Name} ${filter.Values?.slice(0, 3).join(', ')}`,
        );
      });
      return { found: sightingsIn(page, deps), next: page.NextToken };
    },
    (page) => page.next,
  );
  return pages.flatMap(({ found }) => found);
}

function sightingsIn(page: DescribeInstancesResult, deps: FleetLookupDeps): Sighting[] {
  return (page.Reservations ?? []).flatMap(({ OwnerId = '', Instances = [] }) =>
    Instances.flatMap((instance) => {
      const sighting = sightingFrom(instance, OwnerId, deps);
      return sighting ? [sighting] : [];
    }),
  );
}

function sightingFrom(instance: Instance, accountId: string, { clock, region }: FleetLookupDeps): Sighting | undefined {
  const { InstanceId, State, LaunchTime, Placement } = instance;
  if (!InstanceId || !State?.Name || !LaunchTime) return undefined;
  return sightingOf({
    instanceId: InstanceId,
    accountId,
    region,
    state: State.Name satisfies InstanceState,
    launchTimeMs: LaunchTime.getTime(),
    observedMs: clock.now(),
    instanceType: instance.InstanceType ?? 'unknown',
    zone: Placement?.AvailabilityZone ?? 'unknown',
    zoneId: Placement?.AvailabilityZoneId ?? null,
    platformDetails: instance.PlatformDetails ?? '',
    tenancy: Placement?.Tenancy ?? 'default',
    lifecycle: instance.InstanceLifecycle,
    capacityReservationId: instance.CapacityReservationId ?? null,
    stateReasonCode: instance.StateReason?.Code,
    stateTransitionReason: instance.StateTransitionReason ?? '',
    tags: Object.fromEntries((instance.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
    publicIpv4Count: publicAddresses(instance).size,
  });
}

/** Every public IPv4 address of every interface costs, not only the first. */
function publicAddresses({ PublicIpAddress, NetworkInterfaces = [] }: Instance): Set<string> {
  const associations = NetworkInterfaces.flatMap(({ Association, PrivateIpAddresses = [] }) => [
    Association?.PublicIp,
    ...PrivateIpAddresses.map((address) => address.Association?.PublicIp),
  ]);
  return new Set([PublicIpAddress, ...associations].filter((address) => address !== undefined));
}

function chunksOf(ids: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(ids.length / VALUES_A_FILTER) }, (_, index) =>
    ids.slice(index * VALUES_A_FILTER, (index + 1) * VALUES_A_FILTER),
  );
}
