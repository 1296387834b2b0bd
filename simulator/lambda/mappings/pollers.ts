import type { Message, ReceiveMessageResult } from '@aws-sdk/client-sqs';
import type { Cloud } from '../../aws/cloud.ts';
import { SimulatedAwsError } from '../../aws/errors.ts';
import { settingOf } from '../../aws/services/sqs/attributes.ts';
import { nextVisibleMs, onQueueChange, visibleCount, waitForChange } from '../../aws/services/sqs/flow.ts';
import { type Queue, queueOfArn, queueUrl } from '../../aws/services/sqs/state.ts';
import type { Caller } from '../../aws/types.ts';
import type { Simulation } from '../../core/simulation.ts';
import { type LambdaRuntime, MAX_PAYLOAD_BYTES } from '../runtime.ts';
import { deleteHandled, invokeWithBatch, POLLER_LATENCY } from './handle-batch.ts';
import type { MappingConfig } from './mapping-config.ts';
import { adjustScale, initialScale, MOST_CONCURRENT, type Scale } from './scaling.ts';
import { sqsEvents, sqsRecords } from './sqs-event.ts';

const LOOK = 'lambda:look';
/** While more waits than may be taken, and after a call that failed. */
const LOOK_AGAIN_SECONDS = 1;
const RECEIVED_AT_ONCE = 10;

type Options = {
  readonly simulation: Simulation;
  readonly cloud: Cloud;
  readonly runtime: () => Pick<LambdaRuntime, 'invoke' | 'functionOf'>;
  readonly mappings: readonly MappingConfig[];
};

/** What survives a snapshot. */
type MappingState = { scale: Scale; lookAtMs: number | null };
/** What does not: batches under way, and how many more messages their pollers can take. */
type UnderWay = { batches: number; room: number };

/**
 * Polls the queues of the mappings. Nobody polls an empty queue: a change of a queue, or a message that will be visible,
 * wakes its mappings.
 */
export function startMappings(options: Options): void {
  const { simulation } = options;
  const mappings = new Map(options.mappings.filter(({ isEnabled }) => isEnabled).map((entry) => [entry.id, entry]));
  const byQueue = Map.groupBy(mappings.values(), ({ queueArn }) => queueArn.split(':').at(-1) ?? '');
  const worlds = new WeakMap<object, Map<string, UnderWay>>();
  const underWay = (id: string): UnderWay => {
    const world = mappingStates(simulation);
    const known = worlds.get(world) ?? new Map<string, UnderWay>();
    worlds.set(world, known);
    const entry = known.get(id) ?? { batches: 0, room: 0 };
    known.set(id, entry);
    return entry;
  };
  const look = (mapping: MappingConfig) => lookAt(options, mapping, underWay(mapping.id), look);
  simulation.on<{ id: string; atMs: number }>(LOOK, ({ id, atMs }) => {
    const mapping = mappings.get(id);
    if (!mapping) return;
    const state = stateOf(simulation, mapping);
    if (state.lookAtMs === atMs) state.lookAtMs = null;
    look(mapping);
  });
  onQueueChange(simulation, (queueName) => {
    for (const mapping of byQueue.get(queueName) ?? []) look(mapping);
  });
}

function mappingStates(simulation: Simulation): Record<string, MappingState> {
  return simulation.state('lambda:mappings', (): Record<string, MappingState> => ({}));
}

function stateOf(simulation: Simulation, mapping: MappingConfig): MappingState {
  const states = mappingStates(simulation);
  states[mapping.id] ??= { scale: initialScale(mostConcurrent(mapping)), lookAtMs: null };
  return states[mapping.id] as MappingState;
}

function mostConcurrent({ maximumConcurrency }: MappingConfig): number {
  return maximumConcurrency ?? MOST_CONCURRENT;
}

type Look = (mapping: MappingConfig) => void;

/** Starts as many pollers as there is work for and the scale allows, and sees to it that somebody looks again. */
function lookAt(options: Options, mapping: MappingConfig, own: UnderWay, look: Look): void {
  const { simulation } = options;
  const queue = queueOfArn(simulation, mapping.queueArn);
  if (!queue) return;
  const state = stateOf(simulation, mapping);
  const now = simulation.now();
  const wanted = Math.ceil(Math.max(0, visibleCount(simulation, queue) - own.room) / mapping.batchSize);
  const isWanting = () => own.batches + wanted > state.scale.allowed;
  adjustScale(state.scale, now, isWanting(), mostConcurrent(mapping));
  const isBehind = isWanting();
  for (let free = Math.min(wanted, state.scale.allowed - own.batches); free > 0; free -= 1)
    simulation.background(poll(options, mapping, own, look));
  if (isBehind) lookAgain(simulation, mapping, now + LOOK_AGAIN_SECONDS * 1000);
  else lookWhenVisible(simulation, mapping);
}

/** Also for what this mapping itself has received: should its poller be lost in a restore, the messages come back. */
function lookWhenVisible(simulation: Simulation, mapping: MappingConfig): void {
  const queue = queueOfArn(simulation, mapping.queueArn);
  const nextMs = queue && nextVisibleMs(simulation, queue);
  if (nextMs !== undefined) lookAgain(simulation, mapping, nextMs);
}

function lookAgain(simulation: Simulation, mapping: MappingConfig, atMs: number): void {
  const state = stateOf(simulation, mapping);
  if (state.lookAtMs !== null && state.lookAtMs <= atMs) return;
  state.lookAtMs = atMs;
  simulation.schedule((atMs - simulation.now()) / 1000, LOOK, { id: mapping.id, atMs });
}

/** One poller for one batch: receives, invokes, deletes. Its place is free for the next as soon as the function has answered. */
async function poll(options: Options, mapping: MappingConfig, own: UnderWay, look: Look): Promise<void> {
  const { simulation, cloud, runtime } = options;
  const config = runtime().functionOf(mapping.targetArn);
  if (!config) throw new Error(`the mapping ${mapping.id} has no function any more`);
  const caller: Caller = {
    roleArn: config.roleArn,
    sessionName: config.name,
    viaService: 'lambda.amazonaws.com',
  };
  const [, , , region = '', accountId = '', name = ''] = mapping.queueArn.split(':');
  const url = queueUrl({ region, accountId }, name);
  const handled = [];
  own.batches += 1;
  try {
    const hiddenSeconds = settingOf(queueOfArn(simulation, mapping.queueArn) as Queue, 'VisibilityTimeout');
    const startMs = simulation.now();
    const messages = await gather(options, mapping, own, caller, url);
    for (const event of sqsEvents(sqsRecords(messages, mapping.queueArn)))
      handled.push(
        ...(await invokeWithBatch({ simulation, cloud, runtime }, mapping, event, startMs + hiddenSeconds * 1000)),
      );
  } finally {
    own.batches -= 1;
    look(mapping);
  }
  await deleteHandled({ simulation, cloud, runtime }, caller, url, handled);
}

/** Receives until the batch is full, its window is over or it is as large as an event may be. */
async function gather(
  { simulation, cloud }: Options,
  mapping: MappingConfig,
  own: UnderWay,
  caller: Caller,
  QueueUrl: string,
): Promise<Message[]> {
  const messages: Message[] = [];
  let bytes = 0;
  let room = mapping.batchSize;
  own.room += room;
  const take = (count: number) => {
    own.room -= count;
    room -= count;
  };
  try {
    for (let untilMs = Infinity; ; ) {
      const input = {
        QueueUrl,
        MaxNumberOfMessages: Math.min(RECEIVED_AT_ONCE, room),
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      };
      const answer = await cloud.call('SQS', 'ReceiveMessage', input, caller, POLLER_LATENCY);
      const { Messages = [] } = answer as ReceiveMessageResult;
      lookWhenVisible(simulation, mapping);
      messages.push(...Messages);
      take(Messages.length);
      bytes += Messages.reduce((sum, { Body = '' }) => sum + Buffer.byteLength(Body), 0);
      if (messages.length === 0 || mapping.windowSeconds === 0) return messages;
      if (untilMs === Infinity) untilMs = simulation.now() + mapping.windowSeconds * 1000;
      if (room === 0 || bytes >= MAX_PAYLOAD_BYTES) return messages;
      await somethingVisible(simulation, mapping, untilMs);
      if (simulation.now() >= untilMs) return messages;
    }
  } catch (error) {
    if (!(error instanceof SimulatedAwsError)) throw error;
    await simulation.sleep(LOOK_AGAIN_SECONDS);
    return messages;
  } finally {
    take(room);
  }
}

async function somethingVisible(simulation: Simulation, mapping: MappingConfig, untilMs: number): Promise<void> {
  while (simulation.now() < untilMs) {
    const queue = queueOfArn(simulation, mapping.queueArn);
    if (!queue || visibleCount(simulation, queue) > 0) return;
    const nextMs = Math.min(untilMs, nextVisibleMs(simulation, queue) ?? untilMs);
    await waitForChange(simulation, queue.name, nextMs - simulation.now());
  }
}
