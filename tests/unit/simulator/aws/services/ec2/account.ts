import * as ec2Sdk from '@aws-sdk/client-ec2';
import * as iamSdk from '@aws-sdk/client-iam';
import { Cloud } from '../../../../../../simulator/aws/cloud.ts';
import { SimulatedAwsError } from '../../../../../../simulator/aws/errors.ts';
import { decide } from '../../../../../../simulator/aws/iam/decide.ts';
import { ec2Service } from '../../../../../../simulator/aws/services/ec2/service.ts';
import { iamService } from '../../../../../../simulator/aws/services/iam/service.ts';
import type { AccessRequest } from '../../../../../../simulator/aws/types.ts';
import { Simulation } from '../../../../../../simulator/core/simulation.ts';

const ACCOUNT = '111122223333';
export const CONTROLLER = `arn:aws:iam::${ACCOUNT}:role/karpenter-controller`;

/** A simulated account with EC2 and IAM whose authorizer records every permission and refuses those it is told to. */
export function openAccount(options: { refuse?: (request: AccessRequest) => boolean } = {}) {
  const simulation = new Simulation({ seed: 1, startAt: '2026-11-02T08:00:00Z' });
  const asked: AccessRequest[] = [];
  const cloud = new Cloud({
    simulation,
    accountId: ACCOUNT,
    region: 'eu-west-1',
    services: [
      { service: ec2Service, sdk: ec2Sdk },
      { service: iamService, sdk: iamSdk },
    ],
    authorize: (request) => {
      asked.push(request);
      // Throws for a permission that AWS does not document: an action, or an action on a kind of resource, that is none.
      decide({ principal: { kind: 'service', service: 'tests' }, identity: [] }, request);
      if (options.refuse?.(request)) throw new SimulatedAwsError('UnauthorizedOperation', 'no', 403);
    },
  });
  const call = <O>(service: string, name: string, input: object): Promise<O> =>
    simulation.runUntil(cloud.call(service, name, input, { roleArn: CONTROLLER, sessionName: 'test' })) as Promise<O>;
  return {
    simulation,
    asked,
    ec2: <O>(name: string, input: object = {}) => call<O>('EC2', name, input),
    iam: (name: string, input: object) => call<object>('IAM', name, input),
    /** The name of the error that a call ends with. */
    async failure(name: string, input: object = {}): Promise<string> {
      return call('EC2', name, input).then(
        () => 'no error',
        (error: Error) => error.name,
      );
    },
    close: () => simulation.close(),
  };
}

export type Account = ReturnType<typeof openAccount>;

/** The caller's role, the node role with an instance profile of its name, and the role that spot launches need. */
export async function addNodeRole(account: Account): Promise<void> {
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  };
  for (const RoleName of ['karpenter-controller', 'node']) {
    await account.iam('CreateRole', { RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) });
  }
  await account.iam('CreateInstanceProfile', { InstanceProfileName: 'node' });
  await account.iam('AddRoleToInstanceProfile', { InstanceProfileName: 'node', RoleName: 'node' });
  await account.iam('CreateServiceLinkedRole', { AWSServiceName: 'spot.amazonaws.com' });
  account.asked.length = 0;
}
