import { namesOf, QUEUE_NAME } from '../../shared/clusters/names.ts';
import type { ClusterQueue } from '../../shared/events/decision.ts';
import type { Timers } from '../../shared/lambda/timers.ts';
import { faultText } from './fault-text.ts';

/** Every queue that an event may be sent to. */
export type QueueList = {
  readonly queues: readonly ClusterQueue[];
  /** A listing by prefix says nothing of other accounts, nor of queues that Joinery did not name. */
  readonly source: 'registry' | 'listing';
};

export type QueueSources = {
  readonly readRegistry: () => Promise<readonly ClusterQueue[]>;
  /** URLs of the queues of this account and Region whose names start as those of clusters do. */
  readonly listQueues: () => Promise<readonly string[]>;
};

/** What the container remembers of the queues. */
export type QueueMemory = { list: QueueList | undefined; readMs: number; triedMs: number };

export type QueueDeps = {
  readonly sources: QueueSources;
  readonly memory: QueueMemory;
  readonly accountId: string;
  readonly region: string;
  readonly clock: { now(): number };
  readonly timers: Timers;
};

const FRESH_MS = 60_000;
/** How soon the registry is read again that failed, or that lacked a cluster. */
const AGAIN_MS = 5_000;
const READ_MS = 700;

/** The queues as the container knows them; a cold one reads the registry, and lists queues when it gets no answer. */
export async function knownQueues(deps: QueueDeps, faults: string[]): Promise<QueueList | undefined> {
  const { memory } = deps;
  if (memory.list) return memory.list;
  if (await readAgain(deps, faults)) return memory.list;
  try {
    const urls = await deps.timers.within(READ_MS, 'listing the queues', deps.sources.listQueues());
    memory.list = { queues: urls.flatMap((url) => listedQueue(url, deps)), source: 'listing' };
    memory.readMs = deps.clock.now();
  } catch (error) {
    faults.push(faultText('listing the queues', error));
  }
  return memory.list;
}

/** Makes sure of the queues of these clusters: one that was registered since the last reading is found, with one reading at most. */
export async function queuesWith(
  clusters: ReadonlySet<string>,
  known: QueueList,
  deps: QueueDeps,
  faults: string[],
): Promise<QueueList> {
  const list = known.source === 'listing' ? labelled(known, clusters) : known;
  if (hasAll(list, clusters) || deps.clock.now() - deps.memory.triedMs < AGAIN_MS) return list;
  if (!(await readAgain(deps, faults)) || !deps.memory.list) return list;
  return deps.memory.list;
}

/** Reads the registry again where the list has aged. For after the sending: nobody waits for it. */
export async function refreshQueues(deps: QueueDeps, faults: string[]): Promise<void> {
  const { list, readMs, triedMs } = deps.memory;
  const now = deps.clock.now();
  const isDue = list?.source === 'registry' ? now - readMs >= FRESH_MS : true;
  if (isDue && now - triedMs >= AGAIN_MS) await readAgain(deps, faults);
}

async function readAgain(deps: QueueDeps, faults: string[]): Promise<boolean> {
  const { memory } = deps;
  memory.triedMs = deps.clock.now();
  try {
    const queues = await deps.timers.within(READ_MS, 'reading the registry', deps.sources.readRegistry());
    memory.list = { queues, source: 'registry' };
    memory.readMs = deps.clock.now();
    return true;
  } catch (error) {
    faults.push(faultText('registry', error));
    return false;
  }
}

function nameIn(queueUrl: string): string {
  return queueUrl.slice(queueUrl.lastIndexOf('/') + 1);
}

/** The cluster's name may have been cut or changed in the queue's; until an owner asks for it the rest of the queue's name stands for it. */
function listedQueue(queueUrl: string, { accountId, region }: QueueDeps): ClusterQueue[] {
  const cluster = QUEUE_NAME.exec(nameIn(queueUrl))?.[1];
  return cluster === undefined ? [] : [{ cluster, accountId, region, queueUrl }];
}

/** A listing with the names of these clusters where one of the queues is theirs. */
function labelled(list: QueueList, clusters: ReadonlySet<string>): QueueList {
  const byQueueName = new Map([...clusters].map((cluster) => [namesOf(cluster).queueName, cluster]));
  return {
    ...list,
    queues: list.queues.map((queue) => ({
      ...queue,
      cluster: byQueueName.get(nameIn(queue.queueUrl)) ?? queue.cluster,
    })),
  };
}

export function hasAll({ queues }: QueueList, clusters: ReadonlySet<string>): boolean {
  for (const cluster of clusters) if (!queues.some((queue) => queue.cluster === cluster)) return false;
  return true;
}
