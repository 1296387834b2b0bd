import type {
  AuthorizeSecurityGroupEgressRequest,
  AuthorizeSecurityGroupIngressRequest,
  AuthorizeSecurityGroupIngressResult,
  CreateSecurityGroupRequest,
  CreateSecurityGroupResult,
  DeleteSecurityGroupRequest,
  DescribeSecurityGroupsRequest,
  DescribeSecurityGroupsResult,
  IpPermission,
  SecurityGroup as SecurityGroupView,
} from '@aws-sdk/client-ec2';
import type { Simulation } from '../../../core/simulation.ts';
import { NotSimulatedError, SimulatedAwsError } from '../../errors.ts';
import type { CallContext, Operation } from '../../types.ts';
import { type FilterFields, filtered } from './filters.ts';
import { describeOperation, ec2Access, ec2Arn, ec2Operation, requestTagKeys, resourceTagKeys } from './operations.ts';
import { pageOf } from './paging.ts';
import { addSecurityGroup, findSecurityGroup, permit, removeSecurityGroup } from './security-groups.ts';
import { creationTagAccess, specifiedTags, tagList } from './tags.ts';
import { ec2World, type SecurityGroup, type SecurityGroupPermission } from './world.ts';

const GROUP_FILTERS: FilterFields<SecurityGroup> = {
  description: (group) => group.description,
  'group-id': (group) => group.id,
  'group-name': (group) => group.name,
  'vpc-id': (group) => group.vpcId,
};

export const describeSecurityGroups = describeOperation<DescribeSecurityGroupsRequest, DescribeSecurityGroupsResult>(
  'ec2:DescribeSecurityGroups',
  (input, { simulation, accountId, region }) => {
    if (input.GroupNames) throw new NotSimulatedError('GroupNames: they are for groups of the default VPC');
    for (const id of input.GroupIds ?? []) findSecurityGroup(simulation, id);
    const all = Object.values(ec2World(simulation).securityGroups);
    const asked = all.filter(({ id }) => input.GroupIds?.includes(id) ?? true);
    const found = filtered(asked, input.Filters, { ...GROUP_FILTERS, 'owner-id': () => accountId }, ({ tags }) => tags);
    const page = pageOf(found, ({ id }) => id, input);
    return { SecurityGroups: page.items.map((group) => viewOf(group, { accountId, region })), ...page.nextToken };
  },
);

const groupTags = (input: CreateSecurityGroupRequest) =>
  specifiedTags(input.TagSpecifications, ['security-group'])['security-group'] ?? {};

export const createSecurityGroup = ec2Operation<CreateSecurityGroupRequest, CreateSecurityGroupResult>({
  authorize(input, context) {
    const vpcId = input.VpcId ?? '';
    const vpc = ec2World(context.simulation).vpcs[vpcId];
    return [
      ec2Access(
        context,
        'ec2:CreateSecurityGroup',
        ec2Arn(context, 'security-group', '*'),
        requestTagKeys(groupTags(input)),
      ),
      ec2Access(context, 'ec2:CreateSecurityGroup', ec2Arn(context, 'vpc', vpcId), resourceTagKeys(vpc?.tags ?? {})),
      ...creationTagAccess(context, 'security-group', groupTags(input), 'CreateSecurityGroup'),
    ];
  },
  run(input, context) {
    const { GroupName: name = '', Description: description = '', VpcId: vpcId } = input;
    if (vpcId === undefined) throw new NotSimulatedError('a security group in the default VPC');
    if (name.startsWith('sg-') || name.length > 255) {
      throw new SimulatedAwsError('InvalidParameterValue', `Invalid group name '${name}'`);
    }
    const group = addSecurityGroup(context.simulation, { name, description, vpcId, tags: groupTags(input) });
    return {
      GroupId: group.id,
      SecurityGroupArn: ec2Arn(context, 'security-group', group.id),
      Tags: tagList(group.tags),
    };
  },
});

export const deleteSecurityGroup = ec2Operation<DeleteSecurityGroupRequest, { GroupId: string }>({
  authorize: (input, context) => [groupAccess('ec2:DeleteSecurityGroup', input.GroupId, context)],
  run(input, { simulation }) {
    const id = input.GroupId ?? '';
    removeSecurityGroup(simulation, id);
    return { GroupId: id };
  },
});

export const authorizeSecurityGroupIngress = authorizeOperation('ingress', 'ec2:AuthorizeSecurityGroupIngress');
export const authorizeSecurityGroupEgress = authorizeOperation('egress', 'ec2:AuthorizeSecurityGroupEgress');

function authorizeOperation(direction: 'ingress' | 'egress', action: string): Operation {
  type Input = AuthorizeSecurityGroupIngressRequest & AuthorizeSecurityGroupEgressRequest;
  return ec2Operation<Input, AuthorizeSecurityGroupIngressResult>({
    authorize: (input, context) => [groupAccess(action, input.GroupId, context)],
    run(input, { simulation }) {
      if (!input.IpPermissions) throw new NotSimulatedError('security group rules other than by IpPermissions');
      if (input.TagSpecifications) throw new NotSimulatedError('tags on security group rules');
      const group = findSecurityGroup(simulation, input.GroupId ?? '');
      permit(
        group,
        direction,
        input.IpPermissions.flatMap((permission) => permissionsOf(permission, simulation)),
      );
      return { Return: true };
    },
  });
}

function groupAccess(action: string, id: string | undefined, context: CallContext) {
  const group = findSecurityGroup(context.simulation, id ?? '');
  return ec2Access(context, action, ec2Arn(context, 'security-group', group.id), {
    ...resourceTagKeys(group.tags),
    'ec2:Vpc': ec2Arn(context, 'vpc', group.vpcId),
  });
}

function permissionsOf(permission: IpPermission, simulation: Simulation): SecurityGroupPermission[] {
  if (permission.Ipv6Ranges?.length || permission.PrefixListIds?.length) {
    throw new NotSimulatedError('IPv6 ranges and prefix lists in security group rules');
  }
  if (permission.IpProtocol === undefined) throw new SimulatedAwsError('MissingParameter', 'ipProtocol is missing');
  const common = {
    protocol: permission.IpProtocol,
    fromPort: permission.FromPort ?? null,
    toPort: permission.ToPort ?? null,
  };
  return [
    ...(permission.IpRanges ?? []).map(({ CidrIp }) => ({ ...common, cidr: CidrIp ?? '', groupId: null })),
    ...(permission.UserIdGroupPairs ?? []).map(({ GroupId }) => ({
      ...common,
      cidr: null,
      groupId: findSecurityGroup(simulation, GroupId ?? '').id,
    })),
  ];
}

function viewOf(group: SecurityGroup, context: { accountId: string; region: string }): SecurityGroupView {
  const rule = ({ protocol, fromPort, toPort, cidr, groupId }: SecurityGroupPermission): IpPermission => ({
    IpProtocol: protocol,
    FromPort: fromPort ?? undefined,
    ToPort: toPort ?? undefined,
    IpRanges: cidr === null ? [] : [{ CidrIp: cidr }],
    UserIdGroupPairs: groupId === null ? [] : [{ GroupId: groupId, UserId: context.accountId }],
    Ipv6Ranges: [],
    PrefixListIds: [],
  });
  return {
    GroupId: group.id,
    GroupName: group.name,
    Description: group.description,
    VpcId: group.vpcId,
    OwnerId: context.accountId,
    SecurityGroupArn: ec2Arn(context, 'security-group', group.id),
    IpPermissions: group.ingress.map(rule),
    IpPermissionsEgress: group.egress.map(rule),
    Tags: tagList(group.tags),
  };
}
