import type {
  DescribeInstanceStatusRequest,
  DescribeInstanceStatusResult,
  DescribeInstancesRequest,
  DescribeInstancesResult,
  TerminateInstancesRequest,
  TerminateInstancesResult,
} from '@aws-sdk/client-ec2';
import { SimulatedAwsError } from '../../errors.ts';
import { type FilterFields, filtered } from './filters.ts';
import { terminateInstance } from './instance-lifecycle.ts';
import { architectureOf } from './instance-type-operations.ts';
import { instanceType } from './instance-types.ts';
import { instanceView, STATE_CODES, stateView } from './instance-view.ts';
import { findInstances, visibleInstances } from './instances.ts';
import { describeOperation, ec2Access, ec2Arn, ec2Operation, resourceTagKeys } from './operations.ts';
import { pageOf } from './paging.ts';
import type { Instance } from './world.ts';
import { zoneIdOf } from './zones.ts';

const networked = (instance: Instance, value: string | null) => (instance.state === 'terminated' ? null : value);

const INSTANCE_FILTERS: FilterFields<Instance> = {
  architecture: (instance) => {
    const type = instanceType(instance.type);
    return type ? architectureOf(type) : null;
  },
  'availability-zone': (instance) => instance.zone,
  'availability-zone-id': (instance) => zoneIdOf(instance.zone),
  'iam-instance-profile.arn': (instance) => instance.instanceProfile?.arn ?? null,
  'iam-instance-profile.id': (instance) => instance.instanceProfile?.id ?? null,
  'image-id': (instance) => instance.imageId,
  'instance-id': (instance) => instance.id,
  // Only spot and scheduled instances have a lifecycle here.
  'instance-lifecycle': (instance) => (instance.capacityType === 'spot' ? 'spot' : null),
  'instance-state-code': (instance) => STATE_CODES[instance.state],
  'instance-state-name': (instance) => instance.state,
  'instance-type': (instance) => instance.type,
  'instance.group-id': (instance) => (instance.state === 'terminated' ? [] : instance.securityGroupIds),
  'ip-address': (instance) => networked(instance, instance.publicIp),
  'launch-time': (instance) => new Date(instance.launchedMs).toISOString(),
  'network-interface.network-interface-id': (instance) => networked(instance, instance.networkInterfaceId),
  'private-dns-name': (instance) => networked(instance, instance.privateDnsName),
  'private-ip-address': (instance) => networked(instance, instance.privateIp),
  'reservation-id': (instance) => instance.reservationId,
  'spot-instance-request-id': (instance) => instance.spotRequestId,
  'state-reason-code': (instance) => instance.stateReason?.code ?? null,
  'subnet-id': (instance) => networked(instance, instance.subnetId),
  tenancy: () => 'default',
  'vpc-id': (instance) => networked(instance, instance.vpcId),
};

export const describeInstances = describeOperation<DescribeInstancesRequest, DescribeInstancesResult>(
  'ec2:DescribeInstances',
  (input, context) => {
    const { simulation, accountId } = context;
    refuseIdsWithPages(input.InstanceIds, input.MaxResults);
    const asked = input.InstanceIds?.length
      ? findInstances(simulation, input.InstanceIds)
      : visibleInstances(simulation);
    const found = filtered(
      [...new Set(asked)],
      input.Filters,
      { ...INSTANCE_FILTERS, 'owner-id': () => accountId },
      ({ tags }) => tags,
    );
    const page = pageOf(found, ({ id }) => id, input);
    return {
      Reservations: page.items.map((instance) => ({
        ReservationId: instance.reservationId,
        OwnerId: accountId,
        Groups: [],
        Instances: [instanceView(instance, context)],
      })),
      ...page.nextToken,
    };
  },
);

export const describeInstanceStatus = describeOperation<DescribeInstanceStatusRequest, DescribeInstanceStatusResult>(
  'ec2:DescribeInstanceStatus',
  (input, { simulation }) => {
    refuseIdsWithPages(input.InstanceIds, input.MaxResults);
    const asked = input.InstanceIds?.length
      ? findInstances(simulation, input.InstanceIds)
      : visibleInstances(simulation);
    const shown = input.IncludeAllInstances ? asked : asked.filter(({ state }) => state === 'running');
    const found = filtered<Instance>(shown, input.Filters, {
      'availability-zone': (instance) => instance.zone,
      'availability-zone-id': (instance) => zoneIdOf(instance.zone),
      'instance-state-code': (instance) => STATE_CODES[instance.state],
      'instance-state-name': (instance) => instance.state,
      'instance-status.status': (instance) => statusOf(instance),
      'system-status.status': (instance) => statusOf(instance),
      // No maintenance events are simulated, so a filter on one finds nothing.
      'event.code': () => null,
    });
    const page = pageOf(found, ({ id }) => id, input);
    return {
      InstanceStatuses: page.items.map((instance) => ({
        InstanceId: instance.id,
        AvailabilityZone: instance.zone,
        AvailabilityZoneId: zoneIdOf(instance.zone),
        InstanceState: stateView(instance.state),
        InstanceStatus: { Status: statusOf(instance) },
        SystemStatus: { Status: statusOf(instance) },
        Events: [],
      })),
      ...page.nextToken,
    };
  },
);

function statusOf({ state }: Instance): 'ok' | 'not-applicable' | 'initializing' {
  if (state === 'running') return 'ok';
  return state === 'pending' ? 'initializing' : 'not-applicable';
}

function refuseIdsWithPages(ids: readonly string[] | undefined, maxResults: number | undefined): void {
  if (!ids?.length || maxResults === undefined) return;
  throw new SimulatedAwsError(
    'InvalidParameterCombination',
    'The parameter instancesSet cannot be used with the parameter maxResults',
  );
}

export const terminateInstances = ec2Operation<TerminateInstancesRequest, TerminateInstancesResult>({
  authorize: (input, context) =>
    findInstances(context.simulation, input.InstanceIds ?? []).map((instance) =>
      ec2Access(context, 'ec2:TerminateInstances', ec2Arn(context, 'instance', instance.id), {
        ...resourceTagKeys(instance.tags),
        'ec2:InstanceType': instance.type,
        'ec2:AvailabilityZone': instance.zone,
      }),
    ),
  run(input, { simulation }) {
    const instances = [...new Set(findInstances(simulation, input.InstanceIds ?? []))];
    return {
      TerminatingInstances: instances.map(({ id, state }) => ({
        InstanceId: id,
        PreviousState: stateView(state),
        CurrentState: stateView(terminateInstance(simulation, id).state),
      })),
    };
  },
});
