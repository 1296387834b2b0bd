import type { CreateClusterRequest, VpcConfigRequest } from '@aws-sdk/client-eks';
import type { Simulation } from '../../../../core/simulation.ts';
import { NotSimulatedError } from '../../../errors.ts';
import type { Checked } from '../checked.ts';
import { eksError, invalidParameter } from '../faults.ts';
import type { Ec2Port, SubnetFacts } from '../ports.ts';
import { eksState } from '../state.ts';
import { offeredVersion } from './cluster-versions.ts';

const NAME = /^[0-9A-Za-z][A-Za-z0-9\-_]*$/;
const NOT_SIMULATED = [
  'encryptionConfig',
  'outpostConfig',
  'remoteNetworkConfig',
  'controlPlaneScalingConfig',
  'kubeApiServerConfig',
  'kubeSchedulerConfig',
  'kubeControllerManagerConfig',
] as const;

export function checkClusterName(name: string): void {
  if (name.length < 1 || name.length > 100)
    throw invalidParameter('The cluster name must have between 1 and 100 characters');
  if (!NAME.test(name)) throw invalidParameter('The cluster name should match the regex ^[0-9A-Za-z][A-Za-z0-9\\-_]*$');
}

export function checkKnownParts(input: Checked<CreateClusterRequest>): void {
  const used = NOT_SIMULATED.filter((part) => input[part] !== undefined);
  if (used.length > 0) throw new NotSimulatedError(`EKS CreateCluster with ${used.join(', ')}`);
}

export function checkVersion(simulation: Simulation, version: string): void {
  if (!offeredVersion(version, simulation.now())) throw invalidParameter(`unsupported Kubernetes version: ${version}`);
}

/** The subnets of a control plane: in one VPC, in two zones at least, in zones that EKS can use, with five free addresses each. */
export function checkSubnets(
  simulation: Simulation,
  ec2: Ec2Port,
  clusterName: string,
  config: VpcConfigRequest,
): SubnetFacts[] {
  const ids = config.subnetIds ?? [];
  if (ids.length === 0) throw invalidParameter('subnetIds: at least two subnets are required');
  if (new Set(ids).size !== ids.length) throw invalidParameter('Subnets specified must be unique');
  const subnets = ids.map((id) => {
    const subnet = ec2.subnet(simulation, id);
    if (!subnet) throw invalidParameter(`The subnet ID '${id}' does not exist`);
    return subnet;
  });
  if (new Set(subnets.map((subnet) => subnet.vpcId)).size > 1)
    throw invalidParameter('Subnets specified must belong to the same VPC');
  if (new Set(subnets.map((subnet) => subnet.zone)).size < 2)
    throw invalidParameter('Subnets specified must be in at least two different AZs');
  refuseUnsupportedZones(simulation, clusterName, subnets);
  const full = subnets.filter((subnet) => subnet.freeAddresses < 6);
  if (full.length > 0) {
    throw invalidParameter(
      `One or more of the subnets do not have enough free IP addresses: ${full.map((subnet) => subnet.subnetId).join(', ')}`,
    );
  }
  return subnets;
}

function refuseUnsupportedZones(simulation: Simulation, clusterName: string, subnets: readonly SubnetFacts[]): void {
  const unsupported = eksState(simulation).unsupportedZoneIds;
  const bad = subnets.find((subnet) => unsupported.includes(subnet.zoneId));
  if (!bad) return;
  const validZones = subnets.filter((subnet) => !unsupported.includes(subnet.zoneId)).map((subnet) => subnet.zone);
  throw eksError(
    'UnsupportedAvailabilityZoneException',
    `Cannot create cluster '${clusterName}' because ${bad.zone}, the targeted availability zone, does not currently have sufficient capacity to support the cluster. Retry and choose from these availability zones: ${validZones.join(', ')}`,
    { clusterName, validZones: [...new Set(validZones)] },
  );
}

export function checkSecurityGroups(simulation: Simulation, ec2: Ec2Port, ids: readonly string[], vpcId: string): void {
  if (ids.length > 5) throw invalidParameter('At most five security groups can be specified');
  for (const id of ids) {
    const owner = ec2.securityGroupVpc(simulation, id);
    if (owner === undefined) throw invalidParameter(`The security group '${id}' does not exist`);
    if (owner !== vpcId) throw invalidParameter(`Security group ${id} and the subnets belong to different networks`);
  }
}

export function checkEndpoints(config: { isPublic: boolean; isPrivate: boolean; cidrs: readonly string[] }): void {
  if (!config.isPublic && !config.isPrivate)
    throw invalidParameter('Private and public endpoint access cannot be false');
  for (const cidr of config.cidrs) {
    const [address, bits] = cidr.split('/');
    const octets = (address ?? '').split('.').map(Number);
    const isIpv4 =
      octets.length === 4 && octets.every((octet) => Number.isInteger(octet) && octet >= 0 && octet <= 255);
    if (!isIpv4 || !/^\d{1,2}$/.test(bits ?? '') || Number(bits) > 32)
      throw invalidParameter(`The following CIDRs are invalid in publicAccessCidrs: [${cidr}]`);
  }
  if (config.cidrs.length > 40) throw invalidParameter('At most 40 CIDR blocks can be given in publicAccessCidrs');
}
