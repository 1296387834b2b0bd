import type {
  DescribeCapacityReservationsRequest,
  DescribeCapacityReservationsResult,
  DescribePlacementGroupsRequest,
  DescribePlacementGroupsResult,
} from '@aws-sdk/client-ec2';
import { SimulatedAwsError } from '../../errors.ts';
import { filtered } from './filters.ts';
import { describeOperation, ec2Arn } from './operations.ts';
import { pageOf } from './paging.ts';
import { tagList } from './tags.ts';
import { type CapacityReservation, ec2World, type PlacementGroup } from './world.ts';
import { zoneIdOf } from './zones.ts';

export const describeCapacityReservations = describeOperation<
  DescribeCapacityReservationsRequest,
  DescribeCapacityReservationsResult
>('ec2:DescribeCapacityReservations', (input, context) => {
  const { capacityReservations } = ec2World(context.simulation);
  for (const id of input.CapacityReservationIds ?? []) {
    if (!capacityReservations[id]) {
      throw new SimulatedAwsError(
        'InvalidCapacityReservationId.NotFound',
        `The capacity reservation ID '${id}' was not found`,
      );
    }
  }
  const asked = Object.values(capacityReservations).filter(
    ({ id }) => input.CapacityReservationIds?.includes(id) ?? true,
  );
  const found = filtered<CapacityReservation>(
    asked,
    input.Filters,
    {
      'availability-zone': (reservation) => reservation.zone,
      'instance-match-criteria': (reservation) => reservation.matchCriteria,
      'instance-type': (reservation) => reservation.instanceType,
      'owner-id': () => context.accountId,
      state: (reservation) => reservation.state,
      tenancy: () => 'default',
    },
    ({ tags }) => tags,
  );
  const page = pageOf(found, ({ id }) => id, input, { min: 1, max: 1000, unasked: 1000 });
  const views = page.items.map((reservation) => ({
    CapacityReservationId: reservation.id,
    CapacityReservationArn: ec2Arn(context, 'capacity-reservation', reservation.id),
    OwnerId: context.accountId,
    InstanceType: reservation.instanceType,
    InstancePlatform: 'Linux/UNIX' as const,
    AvailabilityZone: reservation.zone,
    AvailabilityZoneId: zoneIdOf(reservation.zone),
    Tenancy: 'default' as const,
    TotalInstanceCount: reservation.total,
    AvailableInstanceCount: reservation.available,
    State: reservation.state,
    InstanceMatchCriteria: reservation.matchCriteria,
    ReservationType: 'default' as const,
    CreateDate: new Date(reservation.createdMs),
    StartDate: new Date(reservation.createdMs),
    EndDateType: reservation.endsMs === null ? ('unlimited' as const) : ('limited' as const),
    EndDate: reservation.endsMs === null ? undefined : new Date(reservation.endsMs),
    Tags: tagList(reservation.tags),
  }));
  return { CapacityReservations: views, ...page.nextToken };
});

export const describePlacementGroups = describeOperation<DescribePlacementGroupsRequest, DescribePlacementGroupsResult>(
  'ec2:DescribePlacementGroups',
  (input, context) => {
    const groups = Object.values(ec2World(context.simulation).placementGroups);
    for (const id of input.GroupIds ?? []) {
      if (!groups.some((group) => group.id === id)) throw unknownGroup(id);
    }
    for (const name of input.GroupNames ?? []) {
      if (!groups.some((group) => group.name === name)) throw unknownGroup(name);
    }
    const asked = groups.filter(
      ({ id, name }) => (input.GroupIds?.includes(id) ?? true) && (input.GroupNames?.includes(name) ?? true),
    );
    const found = filtered<PlacementGroup>(
      asked,
      input.Filters,
      {
        'group-arn': (group) => ec2Arn(context, 'placement-group', group.name),
        'group-id': (group) => group.id,
        'group-name': (group) => group.name,
        state: () => 'available',
        strategy: (group) => group.strategy,
      },
      ({ tags }) => tags,
    );
    return {
      PlacementGroups: found.map((group) => ({
        GroupId: group.id,
        GroupName: group.name,
        GroupArn: ec2Arn(context, 'placement-group', group.name),
        State: 'available',
        Strategy: group.strategy,
        Tags: tagList(group.tags),
      })),
    };
  },
);

function unknownGroup(group: string): SimulatedAwsError {
  return new SimulatedAwsError('InvalidPlacementGroup.Unknown', `The Placement Group '${group}' is unknown.`);
}
