import type { FleetLaunchTemplateOverridesRequest } from '@aws-sdk/client-ec2';
import type { Simulation } from '../../../core/simulation.ts';
import { instanceType } from './instance-types.ts';
import type { LaunchSpecification } from './launch-specification.ts';
import { spotPriceOf } from './spot-prices.ts';
import { ec2World } from './world.ts';

/** One way in which a fleet can launch: a template with one override. */
export type Pool = {
  specification: LaunchSpecification;
  overrides: FleetLaunchTemplateOverridesRequest;
};

/** The order in which a fleet tries its pools. Where prices are equal the order of the request decides. */
export function orderedPools(simulation: Simulation, pools: readonly Pool[], strategy: string): Pool[] {
  const rank = (pool: Pool): readonly [number, number] => {
    const { specification, overrides } = pool;
    if (strategy === 'prioritized') return [overrides.Priority ?? Number.MAX_VALUE, 0];
    if (specification.capacityType === 'on-demand') return [onDemandPrice(specification), 0];
    if (strategy === 'lowest-price') return [spotPrice(simulation, specification), 0];
    return [isShallow(simulation, specification) ? 1 : 0, spotPrice(simulation, specification)];
  };
  return pools
    .map((pool) => ({ pool, rank: rank(pool) }))
    .sort((a, b) => a.rank[0] - b.rank[0] || a.rank[1] - b.rank[1])
    .map(({ pool }) => pool);
}

/** A type without a known price comes last. The prices are those of us-east-1. */
function onDemandPrice({ instanceType: name }: LaunchSpecification): number {
  return instanceType(name)?.pricePerHour ?? Number.MAX_VALUE;
}

function spotPrice(simulation: Simulation, specification: LaunchSpecification): number {
  const type = instanceType(specification.instanceType);
  const zone = ec2World(simulation).subnets[specification.subnetId]?.zone;
  if (!type || !zone) return Number.MAX_VALUE;
  return Number(spotPriceOf(simulation, type, zone, simulation.now()) ?? Number.MAX_VALUE);
}

/** One spot pool in four has little capacity: price-capacity-optimized takes those last, whatever they cost. */
function isShallow(simulation: Simulation, specification: LaunchSpecification): boolean {
  const zone = ec2World(simulation).subnets[specification.subnetId]?.zone;
  return simulation.between(`ec2:spot-depth:${specification.instanceType}:${zone}`, 0, 1) < 0.25;
}
