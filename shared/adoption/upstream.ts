import { isAtLeast } from './versions.ts';

/** What a working interruption path listens to, by source and detail-type. */
export const NOTICES: readonly { readonly source: string; readonly detailType: string; readonly since: string }[] = [
  { source: 'aws.ec2', detailType: 'EC2 Spot Instance Interruption Warning', since: '1.0' },
  { source: 'aws.ec2', detailType: 'EC2 Instance Rebalance Recommendation', since: '1.0' },
  { source: 'aws.ec2', detailType: 'EC2 Instance State-change Notification', since: '1.0' },
  { source: 'aws.health', detailType: 'AWS Health Event', since: '1.0' },
  { source: 'aws.ec2', detailType: 'EC2 Capacity Reservation Instance Interruption Warning', since: '1.10' },
];

/** The actions that the controller calls, by the release that began to. */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  '1.0': [
    'ec2:CreateFleet',
    'ec2:CreateLaunchTemplate',
    'ec2:CreateTags',
    'ec2:DeleteLaunchTemplate',
    'ec2:DescribeImages',
    'ec2:DescribeInstances',
    'ec2:DescribeInstanceTypeOfferings',
    'ec2:DescribeInstanceTypes',
    'ec2:DescribeLaunchTemplates',
    'ec2:DescribeSecurityGroups',
    'ec2:DescribeSpotPriceHistory',
    'ec2:DescribeSubnets',
    'ec2:RunInstances',
    'ec2:TerminateInstances',
    'eks:DescribeCluster',
    'iam:AddRoleToInstanceProfile',
    'iam:CreateInstanceProfile',
    'iam:DeleteInstanceProfile',
    'iam:GetInstanceProfile',
    'iam:PassRole',
    'iam:RemoveRoleFromInstanceProfile',
    'iam:TagInstanceProfile',
    'pricing:GetProducts',
    'sqs:DeleteMessage',
    'sqs:GetQueueUrl',
    'sqs:ReceiveMessage',
    'ssm:GetParameter',
  ],
  '1.6': ['ec2:DescribeCapacityReservations'],
  '1.7': ['iam:ListInstanceProfiles'],
  '1.12': ['ec2:DescribeInstanceStatus'],
};

/** The CustomResourceDefinitions of the released chart, by the release that brought them. */
const DEFINITIONS: Readonly<Record<string, readonly string[]>> = {
  '1.0': ['ec2nodeclasses.karpenter.k8s.aws', 'nodeclaims.karpenter.sh', 'nodepools.karpenter.sh'],
  '1.14': ['nodeoverlays.karpenter.sh', 'capacitybuffers.autoscaling.x-k8s.io'],
};

const until = (version: string | null, table: Readonly<Record<string, readonly string[]>>): string[] =>
  Object.entries(table).flatMap(([since, names]) => (isAtLeast(version, since) ? names : []));

/** What a controller of this version calls. */
export function actionsOf(version: string | null): string[] {
  return until(version, ACTIONS);
}

export function definitionsOf(version: string | null): string[] {
  return until(version, DEFINITIONS);
}
