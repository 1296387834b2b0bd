import * as ec2Sdk from '@aws-sdk/client-ec2';
import * as eventBridgeSdk from '@aws-sdk/client-eventbridge';
import * as sqsSdk from '@aws-sdk/client-sqs';
import type { FaultInjector } from '../../../../../../simulator/aws/cloud.ts';
import { createAuthorizer } from '../../../../../../simulator/aws/iam/authorizer.ts';
import { ec2Service } from '../../../../../../simulator/aws/services/ec2/service.ts';
import type { FunctionTargets } from '../../../../../../simulator/aws/services/eventbridge/delivery/targets.ts';
import { eventBridgeService } from '../../../../../../simulator/aws/services/eventbridge/service.ts';
import { sqs } from '../../../../../../simulator/aws/services/sqs/service.ts';
import { queuePolicy, sqsState } from '../../../../../../simulator/aws/services/sqs/state.ts';
import { startTestCloud } from '../../../../../support/test-cloud.ts';

const ACCOUNT = '111122223333';
const deployer = { roleArn: `arn:aws:iam::${ACCOUNT}:role/deployer`, sessionName: 'person' };

export const queueArn = (name: string) => `arn:aws:sqs:eu-west-1:${ACCOUNT}:${name}`;
export const ruleArn = (name: string) => `arn:aws:events:eu-west-1:${ACCOUNT}:rule/${name}`;
export const functionArn = (name: string) => `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:${name}`;

/** A policy that lets the bus send for one rule. */
export function sendsFor(rule: string, queue: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: queueArn(queue),
      Condition: {
        ArnEquals: { 'aws:SourceArn': ruleArn(rule) },
        StringEquals: { 'aws:SourceAccount': ACCOUNT },
      },
    },
  });
}

/** An account with a bus, queues, instances, and functions that only take notes. Close it. */
export function openBus(options: { injectFault?: FaultInjector } = {}) {
  const invoked: { functionArn: string; event: unknown }[] = [];
  const admitted = new Set<string>();
  const functions: FunctionTargets = {
    exists: (arn) => arn.startsWith(functionArn('known')),
    admits: (arn, principal, sourceArn) => admitted.has(`${arn} ${principal} ${sourceArn}`),
    invokeAsync: (arn, event) => invoked.push({ functionArn: arn, event }),
  };
  const { simulation, cloud } = startTestCloud(
    [
      { service: ec2Service, sdk: ec2Sdk },
      { service: sqs, sdk: sqsSdk },
      { service: eventBridgeService(functions), sdk: eventBridgeSdk },
    ],
    {
      authorize: createAuthorizer({ deployerRoleArns: [deployer.roleArn], resourcePolicy: queuePolicy }),
      ...options,
    },
  );
  const call = <O = Record<string, never>>(service: string, operation: string, input: object) =>
    simulation.runUntil(cloud.call(service, operation, input, deployer)) as Promise<O>;
  const queue = (QueueName: string, Policy?: string) =>
    call('SQS', 'CreateQueue', { QueueName, ...(Policy === undefined ? {} : { Attributes: { Policy } }) });
  const rule = async (Name: string, pattern: object, ...Targets: object[]) => {
    await call('EventBridge', 'PutRule', { Name, EventPattern: JSON.stringify(pattern) });
    if (Targets.length > 0) await call('EventBridge', 'PutTargets', { Rule: Name, Targets });
  };
  const messages = (name: string) => Object.values(sqsState(simulation).queues[name]?.messages ?? {});
  return { simulation, cloud, call, queue, rule, messages, invoked, admitted, close: () => simulation.close() };
}

export type Bus = ReturnType<typeof openBus>;
