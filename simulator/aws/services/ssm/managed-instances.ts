import type {
  DescribeInstanceInformationRequest,
  DescribeInstanceInformationResult,
  InstanceInformation,
} from '@aws-sdk/client-ssm';
import type { Simulation } from '../../../core/simulation.ts';
import { NotSimulatedError, SimulatedAwsError } from '../../errors.ts';
import { decideForCaller } from '../../iam/authorizer.ts';
import type { CallContext } from '../../types.ts';
import { waysOut } from '../ec2/egress.ts';
import { ec2World, type Instance } from '../ec2/world.ts';
import { roleOfInstance } from '../iam/instance-roles.ts';

/** EKS's images bring the agent with them; it registers soon after the boot. */
const REGISTERS_AFTER_MS = 60_000;
const ENDPOINTS = ['ssm', 'ssmmessages'];
const AGENT_CALLS = ['ssmmessages:CreateControlChannel', 'ssmmessages:OpenControlChannel'];

/** The instances whose agent reaches Systems Manager, and may: those that a person can open a session on. */
export function managedInstances(
  { Filters = [], InstanceInformationFilterList = [], MaxResults = 50, NextToken }: DescribeInstanceInformationRequest,
  context: CallContext,
): DescribeInstanceInformationResult {
  if (Filters.length > 0 || InstanceInformationFilterList.length > 0)
    throw new NotSimulatedError('DescribeInstanceInformation with filters');
  if (MaxResults < 5 || MaxResults > 50)
    throw new SimulatedAwsError('ValidationException', 'MaxResults must be between 5 and 50');
  const found = Object.values(ec2World(context.simulation).instances).filter((one) => isManaged(one, context));
  const start = NextToken === undefined ? 0 : Number(NextToken);
  if (!(start >= 0 && start < found.length) && NextToken !== undefined)
    throw new SimulatedAwsError('InvalidNextToken', 'The specified token is not valid.');
  const end = start + MaxResults;
  return {
    InstanceInformationList: found.slice(start, end).map((instance) => informationOf(instance, context.simulation)),
    ...(end < found.length ? { NextToken: String(end) } : {}),
  };
}

function isManaged(instance: Instance, context: CallContext): boolean {
  const { simulation, region, accountId } = context;
  if (instance.state !== 'running' || instance.runningSinceMs === null) return false;
  if (instance.runningSinceMs + REGISTERS_AFTER_MS > simulation.now()) return false;
  const { internet, services } = waysOut(simulation, instance.subnetId);
  if (!internet && !ENDPOINTS.every((name) => services.includes(name))) return false;
  const roleArn = roleOfInstance(simulation, instance);
  if (roleArn === undefined) return false;
  const resource = `arn:aws:ec2:${region}:${accountId}:instance/${instance.id}`;
  const requests = [
    { action: 'ssm:UpdateInstanceInformation', resource },
    ...AGENT_CALLS.map((action) => ({ action, resource: '*' })),
  ];
  const agent = { roleArn, sessionName: instance.id };
  return requests.every((request) => decideForCaller(context, agent, request).allowed);
}

function informationOf(instance: Instance, simulation: Simulation): InstanceInformation {
  return {
    InstanceId: instance.id,
    PingStatus: 'Online',
    LastPingDateTime: new Date(simulation.now()),
    PlatformType: 'Linux',
    PlatformName: 'Amazon Linux',
    PlatformVersion: '2023',
    ResourceType: 'EC2Instance',
    IPAddress: instance.privateIp,
    ComputerName: instance.privateDnsName,
  };
}
