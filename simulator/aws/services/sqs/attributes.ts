import { NotSimulatedError } from '../../errors.ts';
import type { CallContext } from '../../types.ts';
import { invalidAttributeName, invalidAttributeValue, invalidParameter } from './failures.ts';
import { type Queue, queueArn, queueOfArn } from './state.ts';
import { messageCounts } from './store.ts';

/** Whole numbers that a queue may be given: least, most and what it has when nobody says. */
const NUMBERS: Readonly<Record<string, readonly [number, number, number]>> = {
  DelaySeconds: [0, 900, 0],
  MaximumMessageSize: [1024, 1_048_576, 1_048_576],
  MessageRetentionPeriod: [60, 1_209_600, 345_600],
  ReceiveMessageWaitTimeSeconds: [0, 20, 0],
  VisibilityTimeout: [0, 43_200, 30],
};

const OTHERS = ['Policy', 'RedrivePolicy', 'RedriveAllowPolicy', 'SqsManagedSseEnabled'];
const COMPUTED = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
  'CreatedTimestamp',
  'LastModifiedTimestamp',
  'QueueArn',
];
const NOT_SIMULATED = [
  'FifoQueue',
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'FifoThroughputLimit',
  'KmsMasterKeyId',
  'KmsDataKeyReusePeriodSeconds',
];

/** A queue's setting in whole numbers, as set or by default. */
export function settingOf(queue: Queue, name: string): number {
  return Number(queue.attributes[name] ?? NUMBERS[name]?.[2]);
}

export type RedrivePolicy = { readonly deadLetterTargetArn: string; readonly maxReceiveCount: number };

export function redrivePolicyOf(queue: Queue): RedrivePolicy | undefined {
  const json = queue.attributes['RedrivePolicy'];
  if (!json) return undefined;
  const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(json) as Record<keyof RedrivePolicy, string | number>;
  return { deadLetterTargetArn: String(deadLetterTargetArn), maxReceiveCount: Number(maxReceiveCount) };
}

/** The attributes of a CreateQueue or SetQueueAttributes, checked. An empty policy takes the policy away. */
export function checkAttributes(
  context: CallContext,
  queueName: string,
  input: Readonly<Record<string, string>>,
): void {
  for (const [name, value] of Object.entries(input)) {
    if (NOT_SIMULATED.includes(name)) throw new NotSimulatedError(`SQS queue attribute ${name}`);
    const range = Object.hasOwn(NUMBERS, name) ? NUMBERS[name] : undefined;
    if (range) checkNumber(name, value, range);
    else if (!OTHERS.includes(name)) throw invalidAttributeName(name);
    else if (name === 'SqsManagedSseEnabled' && value !== 'true' && value !== 'false')
      throw invalidAttributeValue(name);
    else if (value !== '') checkJson(context, queueName, name, value);
  }
}

function checkNumber(name: string, value: string, [least, most]: readonly [number, number, number]): void {
  if (!/^\d+$/.test(value) || Number(value) < least || Number(value) > most) throw invalidAttributeValue(name);
}

function checkJson(context: CallContext, queueName: string, name: string, value: string): void {
  if (name === 'SqsManagedSseEnabled') return;
  const parsed = parseObject(name, value);
  if (name === 'RedrivePolicy') checkRedrivePolicy(context, queueName, value, parsed);
  if (name === 'RedriveAllowPolicy') checkRedriveAllowPolicy(value, parsed);
}

function parseObject(name: string, value: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(value);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed))
      return parsed as Record<string, unknown>;
  } catch {
    // Said below, as for any other value that is no object.
  }
  throw invalidAttributeValue(name);
}

function checkRedrivePolicy(
  context: CallContext,
  queueName: string,
  json: string,
  policy: Record<string, unknown>,
): void {
  const refuse = (reason: string) =>
    invalidParameter(`Value ${json} for parameter RedrivePolicy is invalid. Reason: ${reason}`);
  const { deadLetterTargetArn: target, maxReceiveCount: count, ...others } = policy;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw refuse(`Redrive policy contains an unknown parameter: ${unknown}.`);
  if (typeof target !== 'string')
    throw refuse('Redrive policy does not contain mandatory attribute: deadLetterTargetArn.');
  if (count === undefined) throw refuse('Redrive policy does not contain mandatory attribute: maxReceiveCount.');
  if (!/^\d+$/.test(String(count)) || Number(count) < 1 || Number(count) > 1000)
    throw refuse('Invalid value for maxReceiveCount: must be between 1 and 1000.');
  const deadLetterQueue = queueOfArn(context.simulation, target);
  if (!deadLetterQueue || target !== queueArn(context, deadLetterQueue.name))
    throw refuse('Dead letter target does not exist.');
  if (!mayBeUsedBy(deadLetterQueue, queueArn(context, queueName)))
    throw refuse('The dead letter target does not allow this source queue.');
}

function checkRedriveAllowPolicy(json: string, policy: Record<string, unknown>): void {
  const { redrivePermission: permission, sourceQueueArns: sources, ...others } = policy;
  const isList = Array.isArray(sources) && sources.length > 0 && sources.length <= 10;
  const isValid =
    Object.keys(others).length === 0 &&
    ['allowAll', 'denyAll', 'byQueue'].includes(String(permission)) &&
    (permission === 'byQueue' ? isList : sources === undefined);
  if (!isValid) throw invalidParameter(`Value ${json} for parameter RedriveAllowPolicy is invalid.`);
}

function mayBeUsedBy(deadLetterQueue: Queue, sourceArn: string): boolean {
  const json = deadLetterQueue.attributes['RedriveAllowPolicy'];
  if (!json) return true;
  const policy = JSON.parse(json) as { redrivePermission: string; sourceQueueArns?: string[] };
  if (policy.redrivePermission !== 'byQueue') return policy.redrivePermission === 'allowAll';
  return policy.sourceQueueArns?.includes(sourceArn) ?? false;
}

/** What a CreateQueue for an existing name says otherwise than the queue is. */
export function differingAttribute(queue: Queue, input: Readonly<Record<string, string>>): string | undefined {
  const present = setAttributes(queue);
  return Object.entries(input).find(([name, value]) => !isSame(present[name] ?? '', value))?.[0];
}

function isSame(left: string, right: string): boolean {
  if (left === right) return true;
  try {
    return JSON.stringify(sorted(JSON.parse(left))) === JSON.stringify(sorted(JSON.parse(right)));
  } catch {
    return false;
  }
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return value.map(sorted);
  return Object.entries(value)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, member]) => [name, sorted(member)]);
}

function setAttributes(queue: Queue): Record<string, string> {
  const defaults = Object.entries(NUMBERS).map(([name, [, , value]]) => [name, String(value)]);
  return { ...Object.fromEntries(defaults), SqsManagedSseEnabled: 'true', ...queue.attributes };
}

/** The attributes that were asked for by name, or all of them. */
export function readAttributes(context: CallContext, queue: Queue, names: readonly string[]): Record<string, string> {
  const known = [...Object.keys(NUMBERS), ...OTHERS, ...COMPUTED, ...NOT_SIMULATED];
  for (const name of names) if (name !== 'All' && !known.includes(name)) throw invalidAttributeName(name);
  const { visible, inFlight, delayed } = messageCounts(queue, context.simulation.now());
  const all: Record<string, string> = {
    ...setAttributes(queue),
    QueueArn: queueArn(context, queue.name),
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: String(Math.floor(queue.createdMs / 1000)),
    LastModifiedTimestamp: String(Math.floor(queue.modifiedMs / 1000)),
  };
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes('All') || names.includes(name)));
}
