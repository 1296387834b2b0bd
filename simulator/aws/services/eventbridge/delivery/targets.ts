import { servicePrincipal } from '../../../iam/service-principals.ts';
import type { CallContext, Caller } from '../../../types.ts';
import { queueOfArn, queueUrl } from '../../sqs/state.ts';
import { transformed } from '../input-transformer.ts';
import type { Delivery, DeliveryFailure } from '../state.ts';
import { UndeliverableError } from './outcome.ts';

/** What the bus needs of Lambda. */
export type FunctionTargets = {
  exists(functionArn: string): boolean;
  /** Whether the function's own policy lets the service invoke it for this resource. */
  admits(functionArn: string, principal: string, sourceArn: string): boolean;
  invokeAsync(functionArn: string, event: unknown): void;
};

export type BusPorts = { readonly context: CallContext; readonly functions: FunctionTargets };

const PRINCIPAL = 'events.amazonaws.com';

/** One attempt to hand an event to its target. */
export async function handOver({ context, functions }: BusPorts, delivery: Delivery): Promise<void> {
  const { target, event } = delivery;
  const { input, transformer } = target;
  const text = input ?? (transformer ? transformed(transformer, event) : JSON.stringify(event));
  switch (serviceOf(target.arn)) {
    case 'sqs': {
      const group = target.messageGroupId === null ? {} : { MessageGroupId: target.messageGroupId };
      return send(context, delivery, target.arn, { MessageBody: text, ...group });
    }
    case 'sns':
      await context.call('SNS', 'Publish', { TopicArn: target.arn, Message: text }, asRule(context, delivery));
      return;
    case 'lambda':
      return invoke(functions, delivery, JSON.parse(text));
    case 'states': {
      const caller = { roleArn: target.roleArn ?? '', sessionName: 'events' };
      const name = delivery.id.replaceAll(/[^A-Za-z0-9_-]/g, '_').slice(0, 80);
      await context.call('SFN', 'StartExecution', { stateMachineArn: target.arn, input: text, name }, caller);
      return;
    }
    default:
      throw new Error(`PutTargets let a target pass that is not simulated: ${target.arn}`);
  }
}

function invoke(functions: FunctionTargets, { target, ruleArn }: Delivery, event: unknown): void {
  const { arn } = target;
  if (!functions.exists(arn)) throw new UndeliverableError('NO_RESOURCE', `Function not found: ${arn}`);
  if (!functions.admits(arn, PRINCIPAL, ruleArn)) {
    throw new UndeliverableError(
      'NO_PERMISSIONS',
      `User: ${PRINCIPAL} is not authorized to perform: lambda:InvokeFunction on resource: ${arn} because no resource-based policy allows it for ${ruleArn}`,
    );
  }
  functions.invokeAsync(arn, event);
}

/** Sends what was given up to the target's dead-letter queue, with the reason in attributes. */
export async function sendToDeadLetters(
  { context }: BusPorts,
  delivery: Delivery,
  deadLetterArn: string,
  failure: DeliveryFailure,
): Promise<void> {
  const attributes = {
    RULE_ARN: delivery.ruleArn,
    TARGET_ARN: delivery.target.arn,
    ERROR_CODE: failure.code,
    ERROR_MESSAGE: failure.message,
    ...(failure.exhausted === null ? {} : { EXHAUSTED_RETRY_CONDITION: failure.exhausted }),
    RETRY_ATTEMPTS: String(failure.retries),
  };
  await send(context, delivery, deadLetterArn, {
    MessageBody: JSON.stringify(delivery.event),
    MessageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
    ),
  });
}

/** SQS says that a queue is gone before it asks who may send to it. */
async function send(context: CallContext, delivery: Delivery, queueArn: string, message: object): Promise<void> {
  if (!queueOfArn(context.simulation, queueArn))
    throw new UndeliverableError('NO_RESOURCE', `The specified queue does not exist: ${queueArn}`);
  const [, , , region = '', accountId = '', name = ''] = queueArn.split(':');
  const input = { QueueUrl: queueUrl({ region, accountId }, name), ...message };
  await context.call('SQS', 'SendMessage', input, asRule(context, delivery));
}

function asRule({ accountId }: CallContext, { ruleArn }: Delivery): Caller {
  return servicePrincipal({ principal: PRINCIPAL, sourceArn: ruleArn, sourceAccount: accountId });
}

export function serviceOf(arn: string): string {
  return arn.split(':')[2] ?? '';
}
