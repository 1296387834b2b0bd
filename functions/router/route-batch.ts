import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { dropOfAnyOwner } from '../../shared/events/decide.ts';
import { parseEvent } from '../../shared/events/parse-event.ts';
import type { DeliveryRecord } from '../../shared/ledger/deliveries.ts';
import type { BoundedMap } from './bounded-map.ts';
import { knownQueues, type QueueDeps, queuesWith, refreshQueues } from './cluster-queues.ts';
import { faultText } from './fault-text.ts';
import { type FoundOwners, findOwners, type Learned, type OwnerDeps } from './find-owners.ts';
import { eventOf, type Item, readItem, type Verdict } from './item.ts';
import { judge, type Place } from './judge.ts';
import { measuredLines } from './measure.ts';
import { deliveryRecords, handOversOf, type Routed } from './report.ts';
import { type Addressed, type SendDeps, type Sent, sendAll } from './send-deliveries.ts';
import { type AsideDeps, setAside } from './set-aside.ts';
import { outcomeOf } from './settle.ts';

/** Ingress queues by URL; a mapping's messages name theirs by ARN. */
export type Ingress = { readonly urgentUrl: string; readonly bulkUrl: string };

export type RouterDeps = AsideDeps & {
  readonly owners: OwnerDeps;
  readonly queueList: QueueDeps;
  /** Accounts whose events are routed. */
  readonly accountIds: ReadonlySet<string>;
  readonly region: string;
  readonly ingress: Ingress;
  readonly record: (records: readonly DeliveryRecord[]) => Promise<void>;
  readonly seen: BoundedMap<true>;
  readonly writeLine: (line: string) => void;
};

/** Moments after the start at which a part must be done; the function's timeout is 5 s, and nothing may be cut off by it. */
const SENT_BY_MS = 3_900;
const SET_ASIDE_BY_MS = 4_400;
const RECORDED_BY_MS = 4_700;

/**
 * Routes one batch of an ingress queue: decide, send, record. The answer names what was not delivered and not dropped: items that
 * come again, and items that are in the dead-letter queue now, which are gone from the ingress queue already.
 */
export async function routeBatch(batch: SQSEvent, deps: RouterDeps): Promise<SQSBatchResponse> {
  const startedMs = deps.clock.now();
  const faults: string[] = [];
  const items = batch.Records.map((record) => readItem(record, parseEvent));
  const { verdicts, found } = await judgeItems(items, deps, faults);
  const routed = await deliver(items, verdicts, startedMs + SENT_BY_MS, deps);

  const isBulk = isFromBulk(batch, deps.ingress);
  const ingressUrl = isBulk ? deps.ingress.bulkUrl : deps.ingress.urgentUrl;
  const [buried, recordFailures] = await Promise.all([
    setAside(routed, ingressUrl, startedMs + SET_ASIDE_BY_MS, deps, faults),
    keepRecord(routed, found.learned, startedMs + RECORDED_BY_MS, deps, faults),
  ]);
  const settled = routed.map((one) => withoutGrave(one, buried));
  const lines = measuredLines(
    {
      routed: settled,
      queue: isBulk ? 'bulk' : 'urgent',
      faults: [...found.faults, ...faults],
      lookupFailures: found.unanswered.size,
      recordFailures,
    },
    deps.seen,
    deps.clock.now(),
  );
  for (const line of lines) deps.writeLine(line);
  forgetTerminated(items, deps.owners.memory);
  const failed = routed.filter(({ outcome }) => outcome.state !== 'done');
  return { batchItemFailures: failed.map(({ item }) => ({ itemIdentifier: item.messageId })) };
}

/** What is to be done with each item, by all that can be found out now. */
export async function judgeItems(
  items: readonly Item[],
  deps: Pick<RouterDeps, 'clock' | 'owners' | 'queueList' | 'region' | 'accountIds'>,
  faults: string[],
): Promise<{ readonly verdicts: readonly Verdict[]; readonly found: FoundOwners }> {
  const place: Place = { region: deps.region, accountIds: deps.accountIds };
  const nowMs = deps.clock.now();
  const wanted = new Set(items.flatMap((item) => instancesToFind(item, nowMs, place)));
  const [found, list] = await Promise.all([
    findOwners(wanted, deps.owners),
    items.some((item) => eventOf(item)) ? knownQueues(deps.queueList, faults) : undefined,
  ]);
  const sure = list && (await queuesWith(clustersOf(found, wanted), list, deps.queueList, faults));
  const verdicts = items.map((item) => judge(item, { nowMs: deps.clock.now(), place, found, list: sure }));
  return { verdicts, found };
}

/** Sends what is decided; `verdicts` are in the order of the items, and so is the answer. */
export async function deliver(
  items: readonly Item[],
  verdicts: readonly Verdict[],
  untilMs: number,
  deps: SendDeps,
): Promise<Routed[]> {
  const sent = await sendVerdicts(verdicts, untilMs, deps);
  const nowMs = deps.clock.now();
  return items.map((item, index): Routed => {
    const verdict = verdicts[index] as Verdict;
    const results = sent[index] ?? [];
    const { decision } = verdict;
    const outcome = outcomeOf(item, verdict, results, nowMs);
    return { item, decision, sent: results, handOvers: handOversOf(decision, results), outcome };
  });
}

/** The instances whose owners matter: none of an event that is dropped whoever they are. */
function instancesToFind(item: Item, nowMs: number, place: Place): readonly string[] {
  const event = eventOf(item);
  if (!event || event.instanceIds.length === 0) return [];
  return dropOfAnyOwner(event, { nowMs, ...place }) ? [] : event.instanceIds;
}

function clustersOf({ owners }: FoundOwners, ids: Iterable<string>): Set<string> {
  const clusters = new Set<string>();
  for (const id of ids) {
    const cluster = owners.get(id)?.cluster;
    if (cluster) clusters.add(cluster);
  }
  return clusters;
}

/** Results of the deliveries, for each verdict. */
async function sendVerdicts(verdicts: readonly Verdict[], untilMs: number, deps: SendDeps): Promise<Sent[][]> {
  const messages: Addressed[] = [];
  const spans = verdicts.map(({ state, decision }) => {
    const from = messages.length;
    if (state === 'decided') messages.push(...decision.deliveries);
    return [from, messages.length] as const;
  });
  const results = await sendAll(messages, untilMs, deps);
  return spans.map(([from, to]) => results.slice(from, to));
}

/** Writes the delivery record and what EC2 said, and sees to the list of queues. Gives the number of rows that were not written. */
async function keepRecord(
  routed: readonly Routed[],
  learned: Learned | undefined,
  untilMs: number,
  deps: RouterDeps,
  faults: string[],
): Promise<number> {
  const records = deliveryRecords(routed);
  const leftMs = Math.max(1, untilMs - deps.clock.now());
  const [failures] = await Promise.all([
    records.length === 0 ? 0 : written(records, leftMs, deps, faults),
    learned && attempt('keeping owners', leftMs, learned.save(), deps, faults),
    refreshQueues(deps.queueList, faults),
  ]);
  return failures;
}

async function written(
  records: readonly DeliveryRecord[],
  leftMs: number,
  deps: RouterDeps,
  faults: string[],
): Promise<number> {
  const isWritten = await attempt('recording', leftMs, deps.record(records).then(YES), deps, faults);
  return isWritten ? 0 : records.length;
}

async function attempt<T>(
  doing: string,
  ms: number,
  work: Promise<T>,
  { timers }: RouterDeps,
  faults: string[],
): Promise<T | undefined> {
  try {
    return await timers.within(ms, doing, work);
  } catch (error) {
    faults.push(faultText(doing, error));
    return undefined;
  }
}

const YES = () => true;

/** An item that did not reach the dead-letter queue comes again. */
function withoutGrave(one: Routed, buried: ReadonlySet<string>): Routed {
  if (one.outcome.state !== 'dead' || buried.has(one.item.messageId)) return one;
  return { ...one, outcome: { state: 'retry', why: 'dead-letter-failed', seconds: undefined } };
}

function isFromBulk({ Records }: SQSEvent, { bulkUrl }: Ingress): boolean {
  const arn = Records[0]?.eventSourceARN ?? '';
  return arn.slice(arn.lastIndexOf(':') + 1) === bulkUrl.slice(bulkUrl.lastIndexOf('/') + 1);
}

/** Ids are not given twice in a lifetime, so this is for the room. */
function forgetTerminated(items: readonly Item[], memory: OwnerDeps['memory']): void {
  for (const item of items) {
    const event = eventOf(item);
    if (event?.kind === 'state-change' && event.subject === 'terminated')
      for (const id of event.instanceIds) memory.delete(id);
  }
}
