import type { Simulation } from '../../../core/simulation.ts';
import { takeAddress } from './addresses.ts';
import { begin } from './instance-lifecycle.ts';
import { type CheckedLaunch, checkLaunch } from './launch-checks.ts';
import type { LaunchSpecification } from './launch-specification.ts';
import { keyFailure, makeVolumes } from './volumes.ts';
import { ec2World, type Instance, newId } from './world.ts';

export type LaunchOrigin = {
  /** Whose permissions on the volumes' keys count: the caller's role, or a service-linked role. */
  readonly launcherRoleArn: string;
  readonly fleetId?: string;
};

/**
 * Launches one instance, or throws the EC2 error that forbids it. It is pending, and for a moment the API may not know it.
 * Permissions are the caller's affair: an AWS service launches with its service-linked role.
 */
export function launchInstance(
  simulation: Simulation,
  specification: LaunchSpecification,
  origin: LaunchOrigin,
): Instance {
  const checked = checkLaunch(simulation, specification);
  const world = ec2World(simulation);
  const id = newId(simulation, 'i');
  const volumes = makeVolumes(simulation, specification, checked.image, { instanceId: id, zone: checked.subnet.zone });
  const address = addressesOf(simulation, specification, checked, id);
  const instance: Instance = {
    id,
    imageId: specification.imageId,
    type: specification.instanceType,
    capacityType: specification.capacityType,
    state: 'pending',
    stateReason: null,
    transitionReason: '',
    subnetId: checked.subnet.id,
    vpcId: checked.subnet.vpcId,
    zone: checked.subnet.zone,
    ...address,
    securityGroupIds: groupsOf(simulation, specification, checked),
    volumeIds: volumes.map((volume) => volume.id),
    instanceProfile: specification.instanceProfile
      ? { arn: specification.instanceProfile.arn, id: specification.instanceProfile.id }
      : null,
    launchTemplate: specification.launchTemplate ?? null,
    fleetId: origin.fleetId ?? null,
    spotRequestId: specification.capacityType === 'spot' ? addSpotRequest(simulation, specification) : null,
    reservationId: newId(simulation, 'r'),
    metadata: {
      httpTokens: specification.metadata?.httpTokens ?? 'required',
      hopLimit: specification.metadata?.hopLimit ?? 2,
      httpEndpoint: specification.metadata?.httpEndpoint ?? 'enabled',
    },
    userData: specification.userData ?? null,
    launchedMs: simulation.now(),
    visibleFromMs: simulation.now() + 1000 * Math.max(0, simulation.between(`ec2:visible:${id}`, -1, 2)),
    runningSinceMs: null,
    endedMs: null,
    tags: { ...specification.tags.instance },
  };
  world.instances[id] = instance;
  begin(simulation, instance, keyFailure(simulation, volumes, origin.launcherRoleArn));
  return instance;
}

function addressesOf(
  simulation: Simulation,
  specification: LaunchSpecification,
  checked: CheckedLaunch,
  instanceId: string,
): Pick<Instance, 'networkInterfaceId' | 'privateIp' | 'publicIp' | 'privateDnsName'> {
  const { subnet } = checked;
  const world = ec2World(simulation);
  const privateIp = takeAddress(world, subnet, simulation.between(`ec2:address:${instanceId}`, 0, 1));
  const hasPublicIp = specification.publicIp ?? subnet.mapPublicIp;
  const octet = (part: number) => Math.floor(simulation.between(`ec2:public-address:${instanceId}:${part}`, 1, 255));
  const publicIp = hasPublicIp ? `54.${octet(1)}.${octet(2)}.${octet(3)}` : null;
  const networkInterfaceId = newId(simulation, 'eni');
  world.networkInterfaces[networkInterfaceId] = {
    id: networkInterfaceId,
    subnetId: subnet.id,
    vpcId: subnet.vpcId,
    zone: subnet.zone,
    privateIp,
    publicIp,
    description: '',
    securityGroupIds: groupsOf(simulation, specification, checked),
    instanceId,
    tags: { ...specification.tags['network-interface'] },
  };
  return { networkInterfaceId, privateIp, publicIp, privateDnsName: privateDnsName(privateIp, world.region) };
}

/** us-east-1 has its own form. */
function privateDnsName(privateIp: string, region: string): string {
  const host = `ip-${privateIp.replaceAll('.', '-')}`;
  return region === 'us-east-1' ? `${host}.ec2.internal` : `${host}.${region}.compute.internal`;
}

/** Without groups an instance gets the VPC's default one. */
function groupsOf(simulation: Simulation, specification: LaunchSpecification, { subnet }: CheckedLaunch): string[] {
  if (specification.securityGroupIds.length > 0) return [...specification.securityGroupIds];
  return Object.values(ec2World(simulation).securityGroups)
    .filter(({ name, vpcId }) => name === 'default' && vpcId === subnet.vpcId)
    .map(({ id }) => id);
}

function addSpotRequest(simulation: Simulation, specification: LaunchSpecification): string {
  const id = newId(simulation, 'sir');
  ec2World(simulation).spotRequests[id] = { id, tags: { ...specification.tags['spot-instances-request'] } };
  return id;
}
