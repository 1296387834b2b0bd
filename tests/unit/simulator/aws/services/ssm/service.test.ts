import * as ec2Sdk from '@aws-sdk/client-ec2';
import * as ssmSdk from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Cloud } from '../../../../../../simulator/aws/cloud.ts';
import { ec2Service } from '../../../../../../simulator/aws/services/ec2/service.ts';
import { ssmService } from '../../../../../../simulator/aws/services/ssm/service.ts';
import type { AccessRequest } from '../../../../../../simulator/aws/types.ts';
import { Simulation } from '../../../../../../simulator/core/simulation.ts';

const path = (version: string, image: string, architecture = 'x86_64') =>
  `/aws/service/eks/optimized-ami/${version}/amazon-linux-2023/${architecture}/standard/${image}/image_id`;

describe('the public parameters of SSM', () => {
  let simulation: Simulation;
  let cloud: Cloud;
  const asked: AccessRequest[] = [];
  beforeEach(() => {
    asked.length = 0;
    simulation = new Simulation({ seed: 1, startAt: '2026-11-02T08:00:00Z' });
    cloud = new Cloud({
      simulation,
      accountId: '111122223333',
      region: 'eu-west-1',
      services: [
        { service: ec2Service, sdk: ec2Sdk },
        { service: ssmService, sdk: ssmSdk },
      ],
      authorize: (request) => asked.push(request),
    });
  });
  afterEach(() => simulation.close());

  const call = <O>(service: string, name: string, input: object) =>
    simulation.runUntil(cloud.call(service, name, input, { roleArn: 'r', sessionName: 's' })) as Promise<O>;
  const parameter = async (Name: string) => {
    const { Parameter } = await call<ssmSdk.GetParameterResult>('SSM', 'GetParameter', { Name });
    return Parameter?.Value;
  };

  it('resolve the recommended image and a named one to images that EC2 knows', async () => {
    const name = 'amazon-eks-node-al2023-x86_64-standard-1.35-v20261023';

    const recommended = await parameter(path('1.35', 'recommended'));

    expect(await parameter(path('1.35', name))).toBe(recommended);
    const { Images } = await call<ec2Sdk.DescribeImagesResult>('EC2', 'DescribeImages', { ImageIds: [recommended] });
    expect(Images?.[0]?.Name).toBe(name);
    expect(asked[0]).toEqual({
      action: 'ssm:GetParameter',
      resource: `arn:aws:ssm:eu-west-1::parameter${path('1.35', 'recommended')}`,
    });
  });

  it('differ by version and architecture', async () => {
    const values = await Promise.all([parameter(path('1.35', 'recommended')), parameter(path('1.36', 'recommended'))]);

    expect(new Set([...values, await parameter(path('1.35', 'recommended', 'arm64'))]).size).toBe(3);
  });

  it.each([
    path('1.29', 'recommended'),
    path('1.35', 'amazon-eks-node-al2023-x86_64-standard-1.35-v20261024'),
    path('1.35', 'amazon-eks-node-al2023-x86_64-standard-1.34-v20261023'),
    '/my/parameter',
  ])('answer that there is no %s', async (name) => {
    await expect(parameter(name)).rejects.toMatchObject({ name: 'ParameterNotFound' });
  });

  it('fail the run for a family that AWS has and the simulator has not', async () => {
    await expect(parameter('/aws/service/bottlerocket/aws-k8s-1.35/x86_64/latest/image_id')).rejects.toThrow(
      'not simulated',
    );
  });
});
