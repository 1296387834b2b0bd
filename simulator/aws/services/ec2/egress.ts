import type { Simulation } from '../../../core/simulation.ts';
import { SimulatedAwsError } from '../../errors.ts';
import { ec2World, type RouteTable } from './world.ts';

/** The table that holds for a subnet: its own, else the main one of the VPC. */
function routeTableOf(simulation: Simulation, subnetId: string): RouteTable | undefined {
  const world = ec2World(simulation);
  const tables = Object.values(world.routeTables);
  const vpcId = world.subnets[subnetId]?.vpcId;
  return (
    tables.find((table) => table.subnetIds.includes(subnetId)) ??
    tables.find((table) => table.isMain && table.vpcId === vpcId)
  );
}

/**
 * What an instance in this subnet can reach: the internet, by an available NAT gateway or (with a public address) the
 * internet gateway, and the services with an available endpoint, by their short names such as ecr.api.
 */
export function waysOut(simulation: Simulation, subnetId: string): { internet: boolean; services: string[] } {
  const world = ec2World(simulation);
  const subnet = world.subnets[subnetId];
  if (!subnet) throw new SimulatedAwsError('InvalidSubnetID.NotFound', `The subnet ID '${subnetId}' does not exist`);
  const table = routeTableOf(simulation, subnetId);
  const target = table?.routes.find(({ destination }) => destination === '0.0.0.0/0')?.target ?? '';
  const internet =
    world.natGateways[target]?.state === 'available' ||
    (world.internetGateways[target] !== undefined && subnet.mapPublicIp);
  const services = Object.values(world.vpcEndpoints)
    .filter((endpoint) => endpoint.vpcId === subnet.vpcId && endpoint.state === 'available')
    .filter((endpoint) => endpoint.type === 'Interface' || endpoint.routeTableIds.includes(table?.id ?? ''))
    .map((endpoint) => endpoint.serviceName.split('.').slice(3).join('.'));
  return { internet, services };
}
