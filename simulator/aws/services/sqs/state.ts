import type { Simulation } from '../../../core/simulation.ts';
import { NotSimulatedError } from '../../errors.ts';
import type { AccessRequest, CallContext } from '../../types.ts';
import { queueDoesNotExist } from './failures.ts';

export type MessageAttribute = { readonly DataType: string; readonly StringValue: string };

export type Message = {
  readonly id: string;
  /** Its place in the queue. */
  readonly order: number;
  readonly body: string;
  readonly attributes: Record<string, MessageAttribute>;
  /** Checksums, made when it was sent; null without attributes. */
  readonly bodyMd5: string;
  readonly attributesMd5: string | null;
  readonly groupId: string | null;
  readonly senderId: string;
  /** When it was first sent: a dead-letter queue keeps it, so retention counts on. */
  readonly sentMs: number;
  /** The queue from which redrive brought it. */
  readonly deadLetterSource: string | null;
  visibleAtMs: number;
  receiveCount: number;
  firstReceivedMs: number | null;
  receivedMs: number | null;
  /** The number in the newest receipt handle; null while nobody in this queue has received it. */
  receipt: number | null;
};

export type Queue = {
  readonly name: string;
  readonly createdMs: number;
  modifiedMs: number;
  purgedMs: number | null;
  /** Only what was set; `attributeOf` knows the defaults. */
  attributes: Record<string, string>;
  tags: Record<string, string>;
  /** By id. Changed through store.ts alone, which keeps them in order. */
  messages: Record<string, Message>;
  nextOrder: number;
};

export type SqsState = { queues: Record<string, Queue>; deletedMs: Record<string, number> };

export function sqsState(simulation: Simulation): SqsState {
  return simulation.state('sqs', (): SqsState => ({ queues: {}, deletedMs: {} }));
}

type Account = { readonly region: string; readonly accountId: string };

export function queueUrl({ region, accountId }: Account, name: string): string {
  return `https://sqs.${region}.amazonaws.com/${accountId}/${name}`;
}

export function queueArn({ region, accountId }: Account, name: string): string {
  return `arn:aws:sqs:${region}:${accountId}:${name}`;
}

/** The queue's name out of its URL; undefined when the URL is not one of this account and Region. */
function nameOfUrl(account: Account, url: string | undefined): string | undefined {
  const prefix = queueUrl(account, '');
  return url?.startsWith(prefix) ? url.slice(prefix.length) : undefined;
}

export function queueOfUrl(context: CallContext, url: string | undefined): Queue {
  const queue = sqsState(context.simulation).queues[nameOfUrl(context, url) ?? ''];
  if (!queue) throw queueDoesNotExist();
  return queue;
}

export function queueOfArn(simulation: Simulation, arn: string): Queue | undefined {
  return sqsState(simulation).queues[arn.split(':').at(-1) ?? ''];
}

/** The permission for one action on one queue, with the queue's tags. (IAM policies see them; a queue's policy does not.) */
export function queueAccess(
  context: CallContext,
  action: string,
  name: string,
  conditions: Readonly<Record<string, string | readonly string[]>> = {},
): AccessRequest {
  const tags = Object.entries(sqsState(context.simulation).queues[name]?.tags ?? {});
  return {
    action: `sqs:${action}`,
    resource: queueArn(context, name),
    context: { ...Object.fromEntries(tags.map(([key, value]) => [`aws:ResourceTag/${key}`, value])), ...conditions },
  };
}

/** The same for an operation that names its queue by URL. */
export function urlAccess(
  context: CallContext,
  action: string,
  url: string | undefined,
  conditions: Readonly<Record<string, string | readonly string[]>> = {},
): AccessRequest[] {
  const name = nameOfUrl(context, url);
  if (name === undefined) throw queueDoesNotExist();
  return [queueAccess(context, action, name, conditions)];
}

/** The policy of the queue that a request is about, as JSON: what `createAuthorizer` asks for as `resourcePolicy`. */
export function queuePolicy(request: AccessRequest, context: CallContext, serviceId: string): string | undefined {
  if (serviceId !== 'SQS' || request.resource === '*') return undefined;
  return queueOfArn(context.simulation, request.resource)?.attributes['Policy'];
}

/** Fails the run when a request uses members that this simulation does not honour. */
export function refuseMembers(operation: string, input: object, honoured: readonly string[]): void {
  for (const [name, value] of Object.entries(input)) {
    if (value !== undefined && !honoured.includes(name)) throw new NotSimulatedError(`SQS ${operation} with ${name}`);
  }
}
