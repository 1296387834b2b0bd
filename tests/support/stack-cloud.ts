import { readFileSync } from 'node:fs';
import * as cloudFormationSdk from '@aws-sdk/client-cloudformation';
import * as cloudWatchSdk from '@aws-sdk/client-cloudwatch';
import * as ec2Sdk from '@aws-sdk/client-ec2';
import * as eventBridgeSdk from '@aws-sdk/client-eventbridge';
import * as iamSdk from '@aws-sdk/client-iam';
import * as sqsSdk from '@aws-sdk/client-sqs';
import { Cloud, type FaultInjector } from '../../simulator/aws/cloud.ts';
import { createAuthorizer } from '../../simulator/aws/iam/authorizer.ts';
import { cloudFormationService } from '../../simulator/aws/services/cloudformation/service.ts';
import { cloudWatchService } from '../../simulator/aws/services/cloudwatch/service.ts';
import { ec2Service } from '../../simulator/aws/services/ec2/service.ts';
import { eventBridgeService } from '../../simulator/aws/services/eventbridge/service.ts';
import { iamService } from '../../simulator/aws/services/iam/service.ts';
import { settleRoles } from '../../simulator/aws/services/iam/state.ts';
import { sqs } from '../../simulator/aws/services/sqs/service.ts';
import { queuePolicy } from '../../simulator/aws/services/sqs/state.ts';
import { bootStack } from '../../simulator/cloudformation/boot-stack.ts';
import { standardProviders } from '../../simulator/cloudformation/standard-providers.ts';
import { parseTemplate, type Template } from '../../simulator/cloudformation/template.ts';
import { Simulation } from '../../simulator/core/simulation.ts';

const ACCOUNT = '111122223333';
const noFunctions = { exists: () => false, admits: () => false, invokeAsync: () => undefined };
const deployer = { roleArn: `arn:aws:iam::${ACCOUNT}:role/deployer`, sessionName: 'person' };

const resource = (name: string) => readFileSync(new URL(`../../resources/${name}`, import.meta.url), 'utf8');
export const clusterStackBody = () => resource('cluster-stack.yml');
export const boundaryTemplate = (): Template => structuredClone(parseTemplate(resource('iam-boundary.yml')));

type Statement = { Sid: string; Effect: string; Action: string | string[]; Resource: unknown };

/** The statements of the service role in iam-boundary.yml; changing the list changes the template. */
export function serviceRoleStatements(template: Template): Statement[] {
  const policies = template.Resources['ClusterStackServiceRole']?.Properties?.['Policies'];
  return (policies as unknown as { PolicyDocument: { Statement: Statement[] } }[])[0]?.PolicyDocument.Statement ?? [];
}

/** An account with the boundary and the service role deployed, and what it takes to run stacks in it. */
export async function stackCloud(options: { template?: Template; injectFault?: FaultInjector } = {}) {
  const simulation = new Simulation({ seed: 5, startAt: '2026-11-02T08:00:00Z' });
  const cloud = new Cloud({
    simulation,
    accountId: ACCOUNT,
    region: 'eu-west-1',
    services: [
      { service: iamService, sdk: iamSdk },
      { service: sqs, sdk: sqsSdk },
      { service: ec2Service, sdk: ec2Sdk },
      { service: eventBridgeService(noFunctions), sdk: eventBridgeSdk },
      { service: cloudFormationService(), sdk: cloudFormationSdk },
      { service: cloudWatchService(async () => undefined), sdk: cloudWatchSdk },
    ],
    authorize: createAuthorizer({ deployerRoleArns: [deployer.roleArn], resourcePolicy: queuePolicy }),
    ...(options.injectFault ? { injectFault: options.injectFault } : {}),
  });
  const booted = await simulation.runUntil(
    bootStack({
      template: options.template ?? boundaryTemplate(),
      stackName: 'joinery',
      providers: standardProviders,
      context: cloud.context(deployer),
    }),
  );
  settleRoles(simulation);
  const boundaryArn = booted.resources['ClusterPermissionsBoundary']?.physicalId ?? '';
  const serviceRoleArn = String(booted.resources['ClusterStackServiceRole']?.attributes['Arn']);

  const call = <O = Record<string, never>>(service: string, operation: string, input: object) =>
    simulation.runUntil(cloud.call(service, operation, input, deployer)) as Promise<O>;
  const stackInput = (clusterName: string, more: Record<string, string> = {}) => ({
    StackName: 'joinery-cluster-banking',
    TemplateBody: clusterStackBody(),
    RoleARN: serviceRoleArn,
    Capabilities: ['CAPABILITY_IAM'],
    Tags: [{ Key: 'joinery.dev:cluster', Value: clusterName }],
    Parameters: Object.entries({
      ClusterName: clusterName,
      PermissionsBoundaryArn: boundaryArn,
      InterruptionQueueName: 'joinery-cluster-banking',
      RuleDeadLettersArn: 'arn:aws:sqs:eu-west-1:111122223333:joinery-prod-RuleDeadLetters',
      AlarmTopicArn: `arn:aws:sns:eu-west-1:${ACCOUNT}:alarms`,
      ...more,
    }).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
  });
  const stack = async (name = 'joinery-cluster-banking'): Promise<cloudFormationSdk.Stack> => {
    const { Stacks } = await call<cloudFormationSdk.DescribeStacksOutput>('CloudFormation', 'DescribeStacks', {
      StackName: name,
    });
    return Stacks?.[0] ?? ({} as cloudFormationSdk.Stack);
  };
  /** Runs the world until the stack rests; the status that it ends with. */
  const settled = async (name?: string): Promise<string> => {
    for (let passed = 0; passed < 3600; passed += 10) {
      const { StackStatus = 'gone' } = await stack(name);
      if (!StackStatus.endsWith('_IN_PROGRESS')) return StackStatus;
      await simulation.runFor(10);
    }
    throw new Error('the stack does not come to rest');
  };
  const failures = async (name = 'joinery-cluster-banking'): Promise<string[]> => {
    const input = { StackName: name };
    const events = await call<cloudFormationSdk.DescribeStackEventsOutput>(
      'CloudFormation',
      'DescribeStackEvents',
      input,
    );
    const failed = (events.StackEvents ?? []).filter(({ ResourceStatus }) => ResourceStatus?.endsWith('_FAILED'));
    return failed.map(({ LogicalResourceId, ResourceStatusReason }) => `${LogicalResourceId}: ${ResourceStatusReason}`);
  };
  return { simulation, cloud, call, stackInput, stack, settled, failures, boundaryArn, serviceRoleArn };
}
