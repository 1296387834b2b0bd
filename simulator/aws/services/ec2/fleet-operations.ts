import type {
  CreateFleetError,
  CreateFleetInstance,
  CreateFleetRequest,
  CreateFleetResult,
  FleetLaunchTemplateConfigRequest,
  FleetLaunchTemplateOverridesRequest,
  LaunchTemplateAndOverridesResponse,
} from '@aws-sdk/client-ec2';
import { NotSimulatedError, SimulatedAwsError } from '../../errors.ts';
import type { CallContext } from '../../types.ts';
import { answeredBefore, rememberAnswer } from './client-tokens.ts';
import { orderedPools, type Pool } from './fleet-allocation.ts';
import { launchInstance } from './launch.ts';
import { launchAccess } from './launch-access.ts';
import {
  type LaunchData,
  type LaunchSpecification,
  type LaunchTags,
  mergedTags,
  specificationOf,
} from './launch-specification.ts';
import { templateData } from './launch-templates.ts';
import { ec2Access, ec2Arn, ec2Operation, requestTagKeys } from './operations.ts';
import { creationTagAccess, specifiedTags } from './tags.ts';
import { type CapacityType, ec2World, newId } from './world.ts';
import { zoneIdOf } from './zones.ts';

/** The most overrides that one request may have. */
const MAX_OVERRIDES = 300;
const FLEET_TAGS = ['fleet', 'instance', 'volume', 'network-interface', 'spot-instances-request'] as const;
const OVERRIDDEN: readonly string[] = [
  'InstanceType',
  'SubnetId',
  'ImageId',
  'AvailabilityZone',
  'Priority',
  'MaxPrice',
];

function tagsIn(input: CreateFleetRequest) {
  const { fleet = {}, ...launch } = specifiedTags(input.TagSpecifications, FLEET_TAGS);
  return { fleet, launch: launch as LaunchTags };
}

function poolsOf(input: CreateFleetRequest, context: CallContext): Pool[] {
  const capacityType = capacityTypeOf(input);
  const { launch } = tagsIn(input);
  const pools = (input.LaunchTemplateConfigs ?? []).flatMap((config) =>
    poolsOfConfig(config, context, capacityType, launch),
  );
  if (pools.length === 0) throw invalid('A fleet needs at least one launch template.');
  if (pools.length > MAX_OVERRIDES) throw invalid(`A fleet takes at most ${MAX_OVERRIDES} launch specifications.`);
  return pools;
}

function poolsOfConfig(
  config: FleetLaunchTemplateConfigRequest,
  { simulation }: CallContext,
  capacityType: CapacityType,
  fleetTags: LaunchTags,
): Pool[] {
  const { template, version, data } = templateData(simulation, config.LaunchTemplateSpecification ?? {});
  if (data.InstanceMarketOptions)
    throw invalid('A launch template with InstanceMarketOptions cannot be used by a fleet.');
  const overrides = config.Overrides?.length ? config.Overrides : [{}];
  // Most overrides differ in the instance type alone.
  const made = new Map<string, LaunchSpecification>();
  const inPlace = (override: FleetLaunchTemplateOverridesRequest): LaunchSpecification => {
    const specification = specificationOf(simulation, withOverride(data, { ...override, InstanceType: undefined }));
    const tags = mergedTags(specification.tags, fleetTags);
    return { ...specification, capacityType, tags, launchTemplate: { id: template.id, version } };
  };
  return overrides.map((override) => {
    refuseUnknown(override);
    const place = `${override.SubnetId} ${override.ImageId}`;
    const specification = made.get(place) ?? inPlace(override);
    made.set(place, specification);
    const instanceType = override.InstanceType ?? specification.instanceType;
    return { overrides: override, specification: { ...specification, instanceType } };
  });
}

function refuseUnknown(override: FleetLaunchTemplateOverridesRequest): void {
  for (const [name, value] of Object.entries(override)) {
    if (value !== undefined && !OVERRIDDEN.includes(name)) throw new NotSimulatedError(`${name} of a fleet override`);
  }
}

function withOverride(data: LaunchData, override: FleetLaunchTemplateOverridesRequest): LaunchData {
  const merged: LaunchData = {
    ...data,
    ...(override.InstanceType ? { InstanceType: override.InstanceType } : {}),
    ...(override.ImageId ? { ImageId: override.ImageId } : {}),
    ...(override.SubnetId ? { SubnetId: override.SubnetId } : {}),
  };
  if (!override.SubnetId || !data.NetworkInterfaces) return merged;
  return {
    ...merged,
    NetworkInterfaces: data.NetworkInterfaces.map((own) => ({ ...own, SubnetId: override.SubnetId })),
  };
}

function capacityTypeOf(input: CreateFleetRequest): CapacityType {
  const target = input.TargetCapacitySpecification;
  if (input.Type !== 'instant') throw new NotSimulatedError('fleets other than instant ones');
  if (target?.OnDemandTargetCapacity || target?.SpotTargetCapacity || target?.TargetCapacityUnitType) {
    throw new NotSimulatedError('mixed or unit-weighted fleet targets');
  }
  const type = target?.DefaultTargetCapacityType ?? 'on-demand';
  if (type !== 'on-demand' && type !== 'spot') throw new NotSimulatedError(`${type} fleets`);
  return type;
}

const ON_DEMAND_STRATEGIES = ['lowest-price', 'prioritized'];
const SPOT_STRATEGIES = ['price-capacity-optimized', 'lowest-price'];

function strategyOf(input: CreateFleetRequest): string {
  const isSpot = capacityTypeOf(input) === 'spot';
  const strategy = (isSpot ? input.SpotOptions : input.OnDemandOptions)?.AllocationStrategy ?? 'lowest-price';
  if (!(isSpot ? SPOT_STRATEGIES : ON_DEMAND_STRATEGIES).includes(strategy)) {
    throw new NotSimulatedError(`fleet allocation strategy ${strategy}`);
  }
  return strategy;
}

export const createFleet = ec2Operation<CreateFleetRequest, CreateFleetResult>({
  authorize(input, context) {
    const specifications = poolsOf(input, context).map(({ specification }) => specification);
    const { fleet } = tagsIn(input);
    return [
      ec2Access(context, 'ec2:CreateFleet', ec2Arn(context, 'fleet', '*'), requestTagKeys(fleet)),
      ...creationTagAccess(context, 'fleet', fleet, 'CreateFleet'),
      ...launchAccess(context, specifications, ['ec2:CreateFleet', 'ec2:RunInstances']),
    ];
  },
  run(input, context) {
    const { simulation } = context;
    const before = answeredBefore<CreateFleetResult>(simulation, 'CreateFleet', input);
    if (before) return before;
    const pools = orderedPools(simulation, poolsOf(input, context), strategyOf(input));
    const wanted = input.TargetCapacitySpecification?.TotalTargetCapacity ?? 0;
    if (wanted < 1) throw invalid('The target capacity must be at least 1.');
    const fleetId = newFleetId(simulation);
    ec2World(simulation).fleets[fleetId] = { id: fleetId, tags: tagsIn(input).fleet };
    const answer = { FleetId: fleetId, ...fill(pools, wanted, fleetId, context) };
    rememberAnswer(simulation, 'CreateFleet', input, answer);
    return answer;
  },
});

/** Takes each pool in turn until the target is met; what a pool refuses is an entry among the errors. */
function fill(
  pools: readonly Pool[],
  wanted: number,
  fleetId: string,
  context: CallContext,
): { Instances: CreateFleetInstance[]; Errors: CreateFleetError[] } {
  const origin = { launcherRoleArn: context.caller.roleArn, fleetId };
  const Instances: CreateFleetInstance[] = [];
  const Errors: CreateFleetError[] = [];
  let missing = wanted;
  for (const pool of pools) {
    const ids: string[] = [];
    try {
      while (missing > 0) {
        ids.push(launchInstance(context.simulation, pool.specification, origin).id);
        missing -= 1;
      }
    } catch (error) {
      if (!(error instanceof SimulatedAwsError)) throw error;
      Errors.push({
        LaunchTemplateAndOverrides: describedPool(pool, context),
        Lifecycle: pool.specification.capacityType,
        ErrorCode: error.name,
        ErrorMessage: error.message,
      });
    }
    if (ids.length > 0) Instances.push(launchedFrom(pool, ids, context));
    if (missing === 0) break;
  }
  return { Instances, Errors };
}

function launchedFrom(pool: Pool, ids: string[], context: CallContext): CreateFleetInstance {
  const { specification } = pool;
  return {
    LaunchTemplateAndOverrides: describedPool(pool, context),
    Lifecycle: specification.capacityType,
    InstanceIds: ids,
    InstanceType: specification.instanceType as NonNullable<CreateFleetInstance['InstanceType']>,
  };
}

function describedPool(pool: Pool, context: CallContext): LaunchTemplateAndOverridesResponse {
  const { specification, overrides } = pool;
  const zone = ec2World(context.simulation).subnets[specification.subnetId]?.zone;
  return {
    LaunchTemplateSpecification: {
      LaunchTemplateId: specification.launchTemplate?.id,
      Version: specification.launchTemplate?.version,
    },
    Overrides: {
      InstanceType: overrides.InstanceType,
      SubnetId: overrides.SubnetId,
      ImageId: overrides.ImageId,
      Priority: overrides.Priority,
      AvailabilityZone: zone,
      AvailabilityZoneId: zone && zoneIdOf(zone),
    },
  };
}

/** e.g. fleet-0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9 */
function newFleetId(simulation: CallContext['simulation']): string {
  const digits = `${newId(simulation, 'fleet')}${newId(simulation, 'fleet')}`.replaceAll('fleet-', '');
  const groups = [
    digits.slice(0, 8),
    digits.slice(8, 12),
    digits.slice(12, 16),
    digits.slice(16, 20),
    digits.slice(20, 32),
  ];
  return `fleet-${groups.join('-')}`;
}

function invalid(message: string): SimulatedAwsError {
  return new SimulatedAwsError('InvalidParameterValue', message);
}
