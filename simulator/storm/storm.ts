import { emitEvent } from '../aws/services/eventbridge/bus.ts';
import { busFaults } from '../aws/services/eventbridge/state.ts';
import { queueUrl } from '../aws/services/sqs/state.ts';
import type { Account } from '../boot/account.ts';
import { Audit, type Conservation, type Finding } from './audit.ts';
import { type Consumption, consume, noConsumption } from './consumer.ts';
import { type GeneratorOptions, type Meaning, type Mix, type StormEvent, stormEvents } from './generate.ts';
import { type GroundPlan, prepareGround, type StormGround, untilQuiet } from './ground.ts';
import { Watch } from './observe.ts';
import { type Quantiles, quantilesOf, round } from './quantiles.ts';
import type { Truth } from './truth.ts';

export type StormPlan = {
  readonly events: number;
  readonly spreadSeconds: number;
  readonly mix: Mix;
  readonly order?: 'in-turn' | 'drawn';
  /** Events of its own in place of drawn ones. */
  readonly source?: (options: GeneratorOptions) => Iterable<StormEvent>;
  /** How many of the clusters, from the first, have a queue that takes nothing. */
  readonly unreachableClusters?: number;
  /** Switches faults on, just before the storm begins. */
  readonly arrange?: (stage: StormStage) => void | Promise<void>;
  /** How long after its last event the storm is watched at the most. */
  readonly patienceSeconds?: number;
  /** Hears what functions write to their logs. */
  readonly listenToLogs: (listener: ((line: string) => void) | undefined) => void;
};

/** What a fault can reach for. */
export type StormStage = StormGround & { readonly account: Account; readonly startMs: number };

export type StormReport = {
  readonly conservation: Conservation;
  /** Of the two minutes, at the moment in which the message was in the cluster's queue. */
  readonly leadTimeLeftSeconds: LeadTimes | null;
  /** From the moment at which an event was emitted to its arrival in its owner's queue. */
  readonly arrivalSeconds: Quantiles | null;
  /** The same for every cluster but the first. */
  readonly othersArrivalSeconds: Quantiles | null;
  /** The same of events with a deadline alone. */
  readonly urgentArrivalSeconds: Quantiles | null;
  /** From the event's time to its NodeClaim's deletion by a consumer that takes ten messages at a time. */
  readonly claimDeletedSeconds: Quantiles | null;
  /** Claims that an event should have taken down, and that still stood at the end. */
  readonly claimsLeft: number;
  readonly deadLetterSeconds: ReadonlyMap<string, readonly number[]>;
  /** Messages that Karpenter's parser refused, and that it took for something else than they were. */
  readonly longestDuplicateGapSeconds: number;
  readonly unparseable: number;
  readonly misread: number;
  /** Events of which people hear, by kind: each once. */
  readonly notices: ReadonlyMap<string, number>;
  /** Messages that the consumers handled. */
  readonly consumed: number;
  readonly lostOnTheBus: number;
  readonly findings: readonly Finding[];
  /** From the first event to the last arrival in a cluster's queue. */
  readonly allSentSeconds: number;
  readonly startMs: number;
  readonly endMs: number;
};

type LeadTimes = { readonly p50: number; readonly p99: number; readonly p999: number; readonly least: number };

const TICK_SECONDS = 0.1;
const MOST_INSTANCES = 20_000;
/** A claim knows its instance some seconds after the launch. */
const CLAIM_KNOWS_AFTER_SECONDS = 12;

/** Prepares the ground and lets the storm loose on it. */
export async function runStorm(
  account: Account,
  root: string,
  plan: StormPlan & Omit<GroundPlan, 'instances'> & Partial<Pick<GroundPlan, 'instances'>>,
): Promise<StormReport> {
  const instances = plan.instances ?? Math.min(plan.events, MOST_INSTANCES);
  return unleash(account, await prepareGround(account, root, { ...plan, instances }), plan);
}

/** Lets a storm of events loose on a booted account, and accounts for every one of them. Runs inside virtual time. */
export async function unleash(account: Account, ground: StormGround, plan: StormPlan): Promise<StormReport> {
  const { simulation } = account;
  const { clusters, instances } = ground;
  const startMs = Math.ceil((simulation.now() + 5000) / 1000) * 1000;
  const known = new Map<string, { readonly truth: Truth; readonly meaning: Meaning | undefined }>();
  const audit = new Audit((key) => known.get(key)?.truth);
  const watch = new Watch(account, audit, clusters);
  plan.listenToLogs((line) => watch.line(line));
  const seen = noConsumption();
  let isOver = false;
  const byId = new Map(instances.map((instance) => [instance.id, instance]));
  const claims = {
    meaningOf: (key: string) => known.get(key)?.meaning,
    knownFromMs: (cluster: string, instanceId: string) => {
      const instance = byId.get(instanceId);
      return instance?.cluster === cluster ? instance.launchedMs + CLAIM_KNOWS_AFTER_SECONDS * 1000 : undefined;
    },
  };
  const consumers = clusters.map((cluster) => consume(account, cluster, claims, seen, () => isOver));
  for (const consumer of consumers) simulation.background(consumer);
  await plan.arrange?.({ ...ground, account, startMs });
  const unreachable = new Set(clusters.slice(0, plan.unreachableClusters ?? 0).map(({ name }) => name));
  const place = account.cloud.context(account.deployer);
  const drain = new Map<string, number>();
  const notices = new Map<string, number>();
  const source = plan.source ?? stormEvents;
  for (const storm of source({ ...plan, ...place, seed: simulation.seed, startMs, instances, unreachable })) {
    while (storm.atMs > simulation.now()) await simulation.sleep(TICK_SECONDS);
    // What is known of an event is about the moment at which it is really emitted.
    known.set(storm.key, { truth: { ...storm.truth, bornMs: simulation.now() }, meaning: storm.meaning });
    for (const { id, cluster } of storm.ending)
      if (cluster !== null && !unreachable.has(cluster) && !drain.has(id)) drain.set(id, storm.truth.emittedMs);
    if (storm.notice !== undefined) notices.set(storm.notice, (notices.get(storm.notice) ?? 0) + 1);
    send(account, storm);
  }
  await simulation.sleep(busFaults(simulation).reorderWindowSeconds);
  await untilQuiet(account, ['UrgentIngress', 'BulkIngress'], clusters, plan.patienceSeconds ?? 1800);
  isOver = true;
  watch.close();
  plan.listenToLogs(undefined);
  const endMs = simulation.now();
  await Promise.all(consumers);
  const { conservation, findings } = audit.close();
  const delays = audit.delaysByOwner();
  return {
    conservation,
    findings,
    leadTimeLeftSeconds: leadTimePercentiles(audit.leadTimesLeft()),
    arrivalSeconds: quantilesOf([...delays.values()].flat()),
    othersArrivalSeconds: quantilesOf([...delays].flatMap(([name, list]) => (name === clusters[0]?.name ? [] : list))),
    urgentArrivalSeconds: quantilesOf(
      [...audit.delaysByOwner((noticeSeconds) => noticeSeconds !== null).values()].flat(),
    ),
    ...drained(drain, seen),
    deadLetterSeconds: audit.deadLetterDelays(),
    longestDuplicateGapSeconds: audit.longestDuplicateGapSeconds(),
    unparseable: seen.unparseable,
    misread: seen.misread,
    notices,
    consumed: seen.received,
    lostOnTheBus: watch.lostOnTheBus(),
    allSentSeconds: round((audit.lastArrivalMs() - startMs) / 1000),
    startMs,
    endMs,
  };
}

function send({ simulation, cloud, stack, deployer }: Account, { sent }: StormEvent): void {
  if (typeof sent !== 'string') {
    emitEvent(simulation, sent);
    return;
  }
  const name = String(stack.resources['UrgentIngress']?.attributes['QueueName']);
  const QueueUrl = queueUrl(cloud.context(deployer), name);
  simulation.background(cloud.call('SQS', 'SendMessage', { QueueUrl, MessageBody: sent }, deployer));
}

/** What is left in the middle, to 99 and to 999 of 1,000 events; least first in `sorted`. Null without events. */
export function leadTimePercentiles(sorted: readonly number[]): StormReport['leadTimeLeftSeconds'] {
  if (sorted.length === 0) return null;
  // The worst are the first: 99 of 100 events have at least this much left.
  const left = (share: number) =>
    round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * (1 - share)))] ?? 0);
  return { p50: left(0.5), p99: left(0.99), p999: left(0.999), least: round(sorted[0] ?? 0) };
}

function drained(drain: ReadonlyMap<string, number>, { deletedMs }: Consumption) {
  const seconds: number[] = [];
  let claimsLeft = 0;
  for (const [id, emittedMs] of drain) {
    const atMs = deletedMs.get(id);
    if (atMs === undefined) claimsLeft += 1;
    else seconds.push((atMs - emittedMs) / 1000);
  }
  return { claimDeletedSeconds: quantilesOf(seconds), claimsLeft };
}
