import * as iamSdk from '@aws-sdk/client-iam';
import * as stsSdk from '@aws-sdk/client-sts';
import { Cloud } from '../../../../../simulator/aws/cloud.ts';
import { createAuthorizer } from '../../../../../simulator/aws/iam/authorizer.ts';
import { iamService } from '../../../../../simulator/aws/services/iam/service.ts';
import { stsService } from '../../../../../simulator/aws/services/sts/service.ts';
import { Simulation } from '../../../../../simulator/core/simulation.ts';

export const ACCOUNT = '111122223333';
const deployer = { roleArn: `arn:aws:iam::${ACCOUNT}:role/deployer`, sessionName: 'person' };
export const roleArn = (name: string, path = '/') => `arn:aws:iam::${ACCOUNT}:role${path}${name}`;
export const as = (name: string) => ({ roleArn: roleArn(name), sessionName: 'session' });

export const policy = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });
export const trusting = (principal: object, more: object = {}) =>
  policy({ Effect: 'Allow', Principal: principal, Action: ['sts:AssumeRole', 'sts:TagSession'], ...more });
export const ec2Trust = trusting({ Service: 'ec2.amazonaws.com' });
export const allow = (Action: string | string[], more: object = {}) =>
  policy({ Effect: 'Allow', Action, Resource: '*', ...more });

/** An account with IAM and STS in which the roles' own policies decide. Close its simulation. */
export function iamWorld() {
  const simulation = new Simulation({ seed: 3, startAt: '2026-11-02T08:00:00Z' });
  const cloud = new Cloud({
    simulation,
    accountId: ACCOUNT,
    region: 'eu-west-1',
    services: [
      { service: iamService, sdk: iamSdk },
      { service: stsService, sdk: stsSdk },
    ],
    authorize: createAuthorizer({ deployerRoleArns: [deployer.roleArn] }),
  });
  const call = (name: string, input: object, caller = deployer): Promise<Record<string, unknown>> =>
    simulation.runUntil(cloud.call('IAM', name, input, caller)) as Promise<Record<string, unknown>>;
  return {
    simulation,
    cloud,
    call,
    role: (RoleName: string, more: object = {}) =>
      call('CreateRole', { RoleName, AssumeRolePolicyDocument: ec2Trust, ...more }),
    grant: (RoleName: string, PolicyDocument: string) =>
      call('PutRolePolicy', { RoleName, PolicyName: 'inline', PolicyDocument }),
  };
}
