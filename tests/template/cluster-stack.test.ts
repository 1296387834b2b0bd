import { afterEach, describe, expect, it } from '@jest/globals';
import { decide } from '../../simulator/aws/iam/decide.ts';
import { parsePolicy } from '../../simulator/aws/iam/policy-document.ts';
import { matchesWildcard } from '../../simulator/aws/iam/wildcards.ts';
import { policySize } from '../../simulator/aws/services/iam/limits.ts';
import { managedPolicyDocument } from '../../simulator/aws/services/iam/policy-lookup.ts';
import { iamState, type RoleRecord } from '../../simulator/aws/services/iam/state.ts';
import { queuePolicy, sqsState } from '../../simulator/aws/services/sqs/state.ts';
import { canServiceAssume } from '../../simulator/aws/services/sts/service.ts';
import { clusterStackBody, stackCloud } from '../support/stack-cloud.ts';

type World = Awaited<ReturnType<typeof stackCloud>>;

/** Upstream's controller policies: action lists by statement. */
const UPSTREAM: Readonly<Record<string, string>> = {
  AllowScopedEC2InstanceAccessActions: 'ec2:RunInstances ec2:CreateFleet',
  AllowScopedEC2LaunchTemplateAccessActions: 'ec2:RunInstances ec2:CreateFleet',
  AllowScopedEC2InstanceActionsWithTags: 'ec2:RunInstances ec2:CreateFleet ec2:CreateLaunchTemplate',
  AllowScopedResourceCreationTagging: 'ec2:CreateTags',
  AllowScopedResourceTagging: 'ec2:CreateTags',
  AllowScopedDeletion: 'ec2:TerminateInstances ec2:DeleteLaunchTemplate',
  AllowPassingInstanceRole: 'iam:PassRole',
  AllowScopedInstanceProfileCreationActions: 'iam:CreateInstanceProfile',
  AllowScopedInstanceProfileTagActions: 'iam:TagInstanceProfile',
  AllowScopedInstanceProfileActions:
    'iam:AddRoleToInstanceProfile iam:RemoveRoleFromInstanceProfile iam:DeleteInstanceProfile',
  AllowAPIServerEndpointDiscovery: 'eks:DescribeCluster',
  AllowInterruptionQueueActions: 'sqs:DeleteMessage sqs:GetQueueUrl sqs:ReceiveMessage',
  AllowZonalShiftStatusReadOnly: 'arc-zonal-shift:GetManagedResource',
  AllowRegionalReadActions:
    'ec2:DescribeCapacityReservations ec2:DescribeImages ec2:DescribeInstances ec2:DescribeInstanceStatus ' +
    'ec2:DescribeInstanceTypeOfferings ec2:DescribeInstanceTypes ec2:DescribeLaunchTemplates ec2:DescribePlacementGroups ' +
    'ec2:DescribeSecurityGroups ec2:DescribeSpotPriceHistory ec2:DescribeSubnets',
  AllowSSMReadActions: 'ssm:GetParameter',
  AllowPricingReadActions: 'pricing:GetProducts',
  AllowUnscopedInstanceProfileListAction: 'iam:ListInstanceProfiles',
  AllowInstanceProfileReadActions: 'iam:GetInstanceProfile',
};

const roleLike = (world: World, part: string): RoleRecord => {
  const role = Object.values(iamState(world.simulation).roles).find(({ name }) => name.includes(part));
  if (!role) throw new Error(`no role like ${part}`);
  return role;
};
const inlineStatements = (role: RoleRecord) =>
  Object.values(role.inline).flatMap((json) => parsePolicy(json, 'identity').statements);

type Rule = { readonly Name: string; readonly Arn: string; readonly EventPattern: string };

async function directRules(world: World): Promise<Rule[]> {
  const { Rules } = await world.call<{ Rules: Rule[] }>('EventBridge', 'ListRules', {});
  return Rules;
}

async function directRule(world: World): Promise<string> {
  const [rule] = await directRules(world);
  if (!rule) throw new Error('there is no direct rule');
  return rule.Arn;
}

describe('the stack of a cluster', () => {
  let world: World | undefined;
  afterEach(() => {
    world?.simulation.close();
    world = undefined;
  });
  const created = async (clusterName: string, more: Record<string, string> = {}) => {
    world = await stackCloud();
    await world.call('CloudFormation', 'CreateStack', world.stackInput(clusterName, more));
    const status = await world.settled();
    return { world, status, failures: await world.failures() };
  };

  it.each([1, 20, 100])('is created by its service role for a cluster name of %i characters', async (length) => {
    const { world, status, failures } = await created('c'.repeat(length));

    expect(failures).toEqual([]);
    expect(status).toBe('CREATE_COMPLETE');
    const controller = roleLike(world, 'ControllerRole');
    const sizes = Object.values(controller.inline).map(policySize);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(10_240);
    expect(policySize(controller.trust)).toBeLessThanOrEqual(2048);
    expect(Object.values(iamState(world.simulation).roles).every(({ name }) => name.length <= 64)).toBe(true);
  });

  it('fits into one request and has an output for everything', async () => {
    const { world } = await created('banking');

    const { Outputs = [] } = await world.stack();

    expect(Buffer.byteLength(clusterStackBody())).toBeLessThan(51_200);
    expect(Outputs.map(({ OutputKey }) => OutputKey).sort()).toEqual([
      'BootstrapLaunchTemplateId',
      'BootstrapLaunchTemplateVersion',
      'BootstrapNodeRoleArn',
      'ClusterRoleArn',
      'ControllerRoleArn',
      'InterruptionQueueArn',
      'InterruptionQueueName',
      'InterruptionQueueUrl',
      'NodeInstanceProfileArn',
      'NodeInstanceProfileName',
      'NodeRoleArn',
      'NodeRoleName',
    ]);
    expect(Outputs.every(({ OutputValue }) => OutputValue)).toBe(true);
  });

  it("gives the controller upstream's actions, statement by statement", async () => {
    const { world } = await created('banking');

    const given = inlineStatements(roleLike(world, 'ControllerRole')).map(({ sid, actions }) => [
      sid,
      [...actions].sort(),
    ]);

    const upstream = Object.entries(UPSTREAM).map(([sid, actions]) => [sid, actions.split(' ').sort()]);
    expect(Object.fromEntries(given)).toEqual(Object.fromEntries(upstream));
  });

  it('lets the controller end the nodes of its own cluster alone', async () => {
    const { world } = await created('banking');
    const role = roleLike(world, 'ControllerRole');
    const mayEnd = (cluster: string, pool?: string) =>
      decide(
        {
          principal: { kind: 'role', roleArn: role.arn, sessionArn: role.arn, accountId: '111122223333' },
          identity: Object.values(role.inline).map((json) => parsePolicy(json, 'identity')),
          boundary: [parsePolicy(managedPolicyDocument(world.simulation, role.boundary ?? '') ?? '', 'identity')],
        },
        {
          action: 'ec2:TerminateInstances',
          resource: 'arn:aws:ec2:eu-west-1:111122223333:instance/i-1',
          context: {
            [`aws:ResourceTag/kubernetes.io/cluster/${cluster}`]: 'owned',
            ...(pool === undefined ? {} : { 'aws:ResourceTag/karpenter.sh/nodepool': pool }),
          },
        },
      ).allowed;

    expect(mayEnd('banking', 'default')).toBe(true);
    expect(mayEnd('trading', 'default')).toBe(false);
    expect(mayEnd('banking')).toBe(false);
  });

  it('lets no other pod be the controller', async () => {
    const { world } = await created('banking');
    await world.simulation.runFor(12);
    const { arn } = roleLike(world, 'ControllerRole');
    const sent = {
      'aws:SourceAccount': '111122223333',
      'aws:RequestTag/eks-cluster-arn': 'arn:aws:eks:eu-west-1:111122223333:cluster/banking',
      'aws:RequestTag/eks-cluster-name': 'banking',
      'aws:RequestTag/kubernetes-namespace': 'kube-system',
      'aws:RequestTag/kubernetes-service-account': 'karpenter',
      'aws:TagKeys': ['eks-cluster-arn', 'eks-cluster-name', 'kubernetes-namespace', 'kubernetes-service-account'],
    };
    const can = (keys: object) => canServiceAssume(world, arn, 'pods.eks.amazonaws.com', { ...sent, ...keys });

    expect(can({})).toBe(true);
    for (const key of Object.keys(sent).filter((name) => name !== 'aws:TagKeys'))
      expect(can({ [key]: 'other' })).toBe(false);
  });

  it('puts every role under the path and the boundary, with the name of the cluster as a tag', async () => {
    const { world } = await created('banking');

    const roles = Object.values(iamState(world.simulation).roles).filter(({ name }) =>
      name.startsWith('joinery-cluster-'),
    );

    expect(roles).toHaveLength(4);
    for (const { path, boundary, tags } of roles) {
      expect({ path, boundary, cluster: tags['joinery.dev:cluster'] }).toEqual({
        path: '/joinery/',
        boundary: world.boundaryArn,
        cluster: 'banking',
      });
    }
  });

  it('limits who sends to the queue', async () => {
    const router = 'arn:aws:iam::111122223333:role/joinery-router';
    const { world } = await created('banking', { RouterRoleArn: router, DirectSpotRule: 'true' });
    const rule = await directRule(world);
    const queue = 'arn:aws:sqs:eu-west-1:111122223333:joinery-cluster-banking';
    const request = { action: 'sqs:SendMessage', resource: queue };
    const resource = parsePolicy(
      queuePolicy(request, world.cloud.context({ roleArn: router, sessionName: 's' }), 'SQS') ?? '',
      'resource',
    );
    const everything = [
      parsePolicy({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }, 'identity'),
    ];
    const role = (roleArn: string, secure = 'true') =>
      decide(
        {
          principal: { kind: 'role', roleArn, sessionArn: `${roleArn}/s`, accountId: '111122223333' },
          identity: everything,
          resource,
        },
        {
          ...request,
          context: { 'aws:PrincipalArn': roleArn, 'aws:PrincipalIsAWSService': 'false', 'aws:SecureTransport': secure },
        },
      ).allowed;
    const events = (SourceArn: string, SourceAccount = '111122223333') =>
      decide(
        { principal: { kind: 'service', service: 'events.amazonaws.com' }, identity: [], resource },
        {
          ...request,
          context: {
            'aws:SourceArn': SourceArn,
            'aws:SourceAccount': SourceAccount,
            'aws:PrincipalIsAWSService': 'true',
            'aws:SecureTransport': 'true',
          },
        },
      ).allowed;

    expect(role(router)).toBe(true);
    expect(role(router, 'false')).toBe(false);
    expect(role('arn:aws:iam::111122223333:role/other')).toBe(false);
    expect(events(rule)).toBe(true);
    expect(events(`${rule}-2`)).toBe(false);
    expect(events(rule, '444455556666')).toBe(false);
    expect(sqsState(world.simulation).queues['joinery-cluster-banking']?.attributes).toMatchObject({
      MessageRetentionPeriod: '300',
      SqsManagedSseEnabled: 'true',
    });
  });

  it('has a direct rule for spot notices only where it is switched on, and may be switched by an update', async () => {
    const { world } = await created('banking');
    expect(await directRules(world)).toEqual([]);

    // As the runbook router-down says it.
    const { Parameters = [], StackName } = await world.stack();
    const others = Parameters.filter(({ ParameterKey }) => ParameterKey !== 'DirectSpotRule');
    await world.call('CloudFormation', 'UpdateStack', {
      StackName,
      UsePreviousTemplate: true,
      Capabilities: ['CAPABILITY_IAM'],
      Parameters: [
        { ParameterKey: 'DirectSpotRule', ParameterValue: 'true' },
        ...others.map(({ ParameterKey }) => ({ ParameterKey, UsePreviousValue: true })),
      ],
    });
    expect(await world.settled()).toBe('UPDATE_COMPLETE');

    const [rule] = await directRules(world);
    expect(rule?.Name).toMatch(/^joinery-cluster-/);
    expect(JSON.parse(rule?.EventPattern ?? '')).toEqual({
      source: ['aws.ec2'],
      'detail-type': ['EC2 Spot Instance Interruption Warning'],
    });
    const { Targets } = await world.call<{ Targets: object[] }>('EventBridge', 'ListTargetsByRule', {
      Rule: rule?.Name ?? '',
    });
    expect(Targets).toMatchObject([
      {
        Arn: 'arn:aws:sqs:eu-west-1:111122223333:joinery-cluster-banking',
        DeadLetterConfig: { Arn: 'arn:aws:sqs:eu-west-1:111122223333:joinery-prod-RuleDeadLetters' },
      },
    ]);
  });

  it('bounds its roles by a policy that has every action of theirs and fits', async () => {
    const { world } = await created('banking');
    const json = managedPolicyDocument(world.simulation, world.boundaryArn) ?? '';
    const allowed = parsePolicy(json, 'identity').statements.flatMap(({ actions }) => actions);
    const roles = Object.values(iamState(world.simulation).roles).filter(({ name }) =>
      name.startsWith('joinery-cluster-'),
    );

    const wanted = roles.flatMap((role) => [
      ...inlineStatements(role).flatMap(({ actions }) => actions),
      ...role.attached.flatMap((arn) =>
        parsePolicy(managedPolicyDocument(world.simulation, arn) ?? '', 'identity').statements.flatMap(
          ({ actions }) => actions,
        ),
      ),
    ]);

    const missing = wanted.filter((action) => !allowed.some((pattern) => matchesWildcard(pattern, action)));
    expect([...new Set(missing)]).toEqual([]);
    expect(policySize(json)).toBeLessThanOrEqual(6144);
  });
});
