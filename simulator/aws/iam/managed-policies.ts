type Grant = { readonly actions: readonly string[]; readonly resource?: string; readonly condition?: object };

const prefixed = (prefix: string, names: string) => names.split(' ').map((name) => `${prefix}:${name}`);

const pullImages: Grant = {
  actions: prefixed('ecr', 'GetAuthorizationToken BatchImportUpstreamImage BatchGetImage GetDownloadUrlForLayer'),
};

/** What AWS's own policies allow, by name, as far as something that is simulated depends on it. */
const GRANTS: Readonly<Record<string, readonly Grant[]>> = {
  AmazonEKSClusterPolicy: [
    {
      actions: [
        ...prefixed(
          'ec2',
          'AttachVolume AuthorizeSecurityGroupIngress CreateRoute CreateSecurityGroup CreateTags CreateVolume DeleteRoute ' +
            'DeleteSecurityGroup DeleteVolume DescribeAccountAttributes DescribeAddresses DescribeAvailabilityZones ' +
            'DescribeDhcpOptions DescribeInstances DescribeInstanceTopology DescribeInternetGateways DescribeNetworkInterfaces ' +
            'DescribeRouteTables DescribeSecurityGroups DescribeSubnets DescribeVolumes DescribeVolumesModifications ' +
            'DescribeVpcs DetachVolume ModifyInstanceAttribute ModifyVolume RevokeSecurityGroupIngress',
        ),
        ...prefixed('autoscaling', 'DescribeAutoScalingGroups UpdateAutoScalingGroup'),
        'elasticloadbalancing:*',
        'kms:DescribeKey',
      ],
    },
    {
      actions: ['iam:CreateServiceLinkedRole'],
      condition: { StringEquals: { 'iam:AWSServiceName': 'elasticloadbalancing.amazonaws.com' } },
    },
  ],
  AmazonEKSWorkerNodePolicy: [
    {
      actions: [
        ...prefixed(
          'ec2',
          'DescribeInstances DescribeInstanceTypes DescribeRouteTables DescribeSecurityGroups DescribeSubnets ' +
            'DescribeVolumes DescribeVolumesModifications DescribeVpcs',
        ),
        'eks:DescribeCluster',
        'eks-auth:AssumeRoleForPodIdentity',
      ],
    },
  ],
  AmazonEKS_CNI_Policy: [
    {
      actions: prefixed(
        'ec2',
        'AssignPrivateIpAddresses AttachNetworkInterface CreateNetworkInterface DeleteNetworkInterface DescribeInstances ' +
          'DescribeInstanceTypes DescribeNetworkInterfaces DescribeSubnets DescribeTags DetachNetworkInterface ' +
          'ModifyNetworkInterfaceAttribute UnassignPrivateIpAddresses',
      ),
    },
    { actions: ['ec2:CreateTags'], resource: 'arn:aws:ec2:*:*:network-interface/*' },
  ],
  AmazonEC2ContainerRegistryPullOnly: [pullImages],
  AmazonSSMManagedInstanceCore: [
    {
      actions: [
        ...prefixed(
          'ssm',
          'DescribeAssociation DescribeDocument GetDeployablePatchSnapshotForInstance GetDocument GetManifest GetParameter ' +
            'GetParameters ListAssociations ListInstanceAssociations PutComplianceItems PutConfigurePackageResult ' +
            'PutInventory UpdateAssociationStatus UpdateInstanceAssociationStatus UpdateInstanceInformation',
        ),
        ...prefixed('ssmmessages', 'CreateControlChannel CreateDataChannel OpenControlChannel OpenDataChannel'),
        ...prefixed('ec2messages', 'AcknowledgeMessage DeleteMessage FailMessage GetEndpoint GetMessages SendReply'),
      ],
    },
  ],
  'service-role/AWSLambdaBasicExecutionRole': [
    { actions: prefixed('logs', 'CreateLogGroup CreateLogStream PutLogEvents') },
  ],
  'service-role/AWSLambdaVPCAccessExecutionRole': [
    {
      actions: [
        ...prefixed('logs', 'CreateLogGroup CreateLogStream PutLogEvents'),
        ...prefixed(
          'ec2',
          'CreateNetworkInterface DescribeNetworkInterfaces DescribeSubnets DeleteNetworkInterface ' +
            'AssignPrivateIpAddresses UnassignPrivateIpAddresses',
        ),
      ],
    },
  ],
};

const PREFIX = 'arn:aws:iam::aws:policy/';

/** The JSON of one of AWS's managed policies; undefined when there is none of that ARN in the simulator. */
export function awsManagedPolicyJson(arn: string): string | undefined {
  const name = arn.startsWith(PREFIX) ? arn.slice(PREFIX.length) : '';
  if (!Object.hasOwn(GRANTS, name)) return undefined;
  const Statement = (GRANTS[name] ?? []).map(({ actions, resource = '*', condition }) => ({
    Effect: 'Allow',
    Action: actions,
    Resource: resource,
    ...(condition ? { Condition: condition } : {}),
  }));
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

/** Every AWS managed policy that is known, as its ARN. */
export function awsManagedPolicyArns(): string[] {
  return Object.keys(GRANTS).map((name) => `${PREFIX}${name}`);
}
