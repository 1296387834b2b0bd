import * as ec2Sdk from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Cloud } from '../../../../../../simulator/aws/cloud.ts';
import { createAuthorizer } from '../../../../../../simulator/aws/iam/authorizer.ts';
import { eksImages } from '../../../../../../simulator/aws/services/ec2/images.ts';
import { seedNetwork } from '../../../../../../simulator/aws/services/ec2/network-seed.ts';
import { ec2Service } from '../../../../../../simulator/aws/services/ec2/service.ts';
import { iamState } from '../../../../../../simulator/aws/services/iam/state.ts';
import { Simulation } from '../../../../../../simulator/core/simulation.ts';

const ROLE = 'arn:aws:iam::111122223333:role/karpenter-controller';
const EC2 = 'arn:aws:ec2:eu-west-1';
const made = ['fleet', 'instance', 'volume', 'network-interface', 'launch-template', 'spot-instances-request'].map(
  (kind) => `${EC2}:*:${kind}/*`,
);
const requestTags = {
  StringEquals: {
    'aws:RequestTag/kubernetes.io/cluster/banking-prod': 'owned',
    'aws:RequestTag/eks:eks-cluster-name': 'banking-prod',
  },
  StringLike: { 'aws:RequestTag/karpenter.sh/nodepool': '*' },
};
const resourceTags = {
  StringEquals: { 'aws:ResourceTag/kubernetes.io/cluster/banking-prod': 'owned' },
  StringLike: { 'aws:ResourceTag/karpenter.sh/nodepool': '*' },
};
const launch = ['ec2:RunInstances', 'ec2:CreateFleet'];

/** What Karpenter's controller may do to instances, statement by statement. */
const STATEMENTS = {
  access: {
    Action: launch,
    Resource: [
      `${EC2}::image/*`,
      `${EC2}::snapshot/*`,
      ...['security-group', 'subnet'].map((kind) => `${EC2}:*:${kind}/*`),
    ],
  },
  template: { Action: launch, Resource: `${EC2}:*:launch-template/*`, Condition: resourceTags },
  tagged: { Action: [...launch, 'ec2:CreateLaunchTemplate'], Resource: made, Condition: requestTags },
  creationTagging: {
    Action: 'ec2:CreateTags',
    Resource: made,
    Condition: {
      ...requestTags,
      StringEquals: {
        ...requestTags.StringEquals,
        'ec2:CreateAction': ['RunInstances', 'CreateFleet', 'CreateLaunchTemplate'],
      },
    },
  },
  laterTagging: {
    Action: 'ec2:CreateTags',
    Resource: `${EC2}:*:instance/*`,
    Condition: {
      ...resourceTags,
      StringEqualsIfExists: { 'aws:RequestTag/eks:eks-cluster-name': 'banking-prod' },
      'ForAllValues:StringEquals': { 'aws:TagKeys': ['eks:eks-cluster-name', 'karpenter.sh/nodeclaim', 'Name'] },
    },
  },
  deletion: {
    Action: ['ec2:TerminateInstances', 'ec2:DeleteLaunchTemplate'],
    Resource: [`${EC2}:*:instance/*`, `${EC2}:*:launch-template/*`],
    Condition: resourceTags,
  },
};

const TAGS = [
  { Key: 'kubernetes.io/cluster/banking-prod', Value: 'owned' },
  { Key: 'eks:eks-cluster-name', Value: 'banking-prod' },
  { Key: 'karpenter.sh/nodepool', Value: 'default' },
];

describe('the permissions that EC2 asks for', () => {
  let simulation: Simulation;
  let cloud: Cloud;
  beforeEach(() => {
    simulation = new Simulation({ seed: 1, startAt: '2026-11-02T08:00:00Z' });
    cloud = new Cloud({
      simulation,
      accountId: '111122223333',
      region: 'eu-west-1',
      services: [{ service: ec2Service, sdk: ec2Sdk }],
      authorize: createAuthorizer(),
    });
    seedNetwork(simulation);
  });
  afterEach(() => simulation.close());

  function addController(leftOut?: keyof typeof STATEMENTS): void {
    const kept = Object.entries(STATEMENTS).filter(([name]) => name !== leftOut);
    const Statement = kept.map(([Sid, statement]) => ({ Sid, Effect: 'Allow', ...statement }));
    iamState(simulation).roles['karpenter-controller'] = {
      name: 'karpenter-controller',
      path: '/',
      arn: ROLE,
      id: 'AROAKARPENTER',
      createdAtMs: 0,
      usableAtMs: 0,
      lastUsedAtMs: null,
      description: null,
      maxSessionSeconds: 3600,
      trust: '{}',
      boundary: null,
      tags: {},
      inline: { controller: JSON.stringify({ Version: '2012-10-17', Statement }) },
      attached: [],
    };
  }

  const call = <O>(name: string, input: object) =>
    simulation.runUntil(cloud.call('EC2', name, input, { roleArn: ROLE, sessionName: 'karpenter' })) as Promise<O>;

  /** A node's life as Karpenter drives it; ends with the name of the first call that is refused. */
  async function nodeLife(options: { networkInterfaceTags: boolean }): Promise<string> {
    const ImageId = eksImages('eu-west-1', simulation.now())[0]?.id;
    const specify = (kinds: string[]) => kinds.map((ResourceType) => ({ ResourceType, Tags: TAGS }));
    let instanceId = '';
    const steps: [string, () => object][] = [
      [
        'CreateLaunchTemplate',
        () => ({
          LaunchTemplateName: 'karpenter.k8s.aws/1',
          LaunchTemplateData: {
            ImageId,
            ...(options.networkInterfaceTags ? { TagSpecifications: specify(['network-interface']) } : {}),
          },
          TagSpecifications: specify(['launch-template']),
        }),
      ],
      [
        'CreateFleet',
        () => ({
          Type: 'instant',
          LaunchTemplateConfigs: [
            {
              LaunchTemplateSpecification: { LaunchTemplateName: 'karpenter.k8s.aws/1', Version: '$Latest' },
              Overrides: [{ InstanceType: 'm5.large', SubnetId: 'subnet-a' }],
            },
          ],
          TargetCapacitySpecification: { TotalTargetCapacity: 1, DefaultTargetCapacityType: 'on-demand' },
          TagSpecifications: specify(['fleet', 'instance', 'volume']),
        }),
      ],
      [
        'CreateTags',
        () => ({ Resources: [instanceId], Tags: [{ Key: 'karpenter.sh/nodeclaim', Value: 'default-x' }] }),
      ],
      ['TerminateInstances', () => ({ InstanceIds: [instanceId] })],
    ];
    for (const [name, input] of steps) {
      try {
        const output = await call<ec2Sdk.CreateFleetResult>(name, input());
        instanceId = output.Instances?.[0]?.InstanceIds?.[0] ?? instanceId;
      } catch (error) {
        if (error instanceof Error && error.name === 'UnauthorizedOperation') return name;
        throw error;
      }
      await simulation.runFor(5);
    }
    return 'none';
  }

  it('are those of the Karpenter controller’s policy', async () => {
    addController();

    expect(await nodeLife({ networkInterfaceTags: true })).toBe('none');
  });

  it('refuse a launch whose network interface carries no tags', async () => {
    addController();

    expect(await nodeLife({ networkInterfaceTags: false })).toBe('CreateFleet');
  });

  it.each([
    ['access', 'CreateFleet'],
    ['template', 'CreateFleet'],
    ['tagged', 'CreateLaunchTemplate'],
    ['creationTagging', 'CreateLaunchTemplate'],
    ['laterTagging', 'CreateTags'],
    ['deletion', 'TerminateInstances'],
  ] as const)('need the statement %s: without it %s is refused', async (leftOut, refused) => {
    addController(leftOut);

    expect(await nodeLife({ networkInterfaceTags: true })).toBe(refused);
  });
});
