import type { EventKind, ParsedEvent } from '../../shared/events/event.ts';
import type { NoticeKind } from '../../shared/fleet/end-reason.ts';
import type { Timers } from '../../shared/lambda/timers.ts';
import type { ExpectedHandOver, HandOverRecord } from '../../shared/ledger/deliveries.ts';
import { digestOf, type InstanceFacts, messageOf, type Notice, type TopicMessage } from './notice.ts';

/** A batch with more notices than this becomes one digest. */
const SINGLE_MESSAGES = 3;

export type SpotPool = { readonly instanceType: string; readonly zone: string };

export type AnnouncedEnd = { readonly instanceId: string; readonly atMs: number; readonly kind: NoticeKind };

type Deps = {
  /** Undefined for what is no event that people should hear of: the router sees to what is broken. */
  readonly parse: (body: string) => ParsedEvent | undefined;
  readonly readInstances: (instanceIds: readonly string[]) => Promise<ReadonlyMap<string, InstanceFacts>>;
  /** What is recorded of each hand-over that is asked for. */
  readonly readHandOvers: (expected: readonly ExpectedHandOver[]) => Promise<readonly (HandOverRecord | undefined)[]>;
  /** Dollars an hour by `type zone`. */
  readonly readSpotPrices: (pools: readonly SpotPool[]) => Promise<ReadonlyMap<string, string>>;
  readonly publish: (message: TopicMessage) => Promise<void>;
  /** Keeps in the ledger when EC2 announced the end of an instance; a repetition changes nothing. */
  readonly recordNotice: (notice: AnnouncedEnd) => Promise<void>;
  /** Counts the events of these notices, each once for all; never throws. */
  readonly count: (notices: readonly Notice[]) => Promise<void>;
  readonly timers: Pick<Timers, 'within'>;
  readonly warn: (message: string, error: unknown) => void;
};

/** How long the reading of one kind of facts may take: a message without them is better than none. */
const READ_MS = 8_000;
/** Updates under way at a time: a batch can name a thousand instances. */
const UPDATES_AT_ONCE = 25;

/** Tells people of interruptions: a few one by one, a burst as one digest. Throws when the topic does not take a message. */
export async function publishNotices(
  bodies: readonly string[],
  deps: Deps,
): Promise<{ notices: number; messages: number }> {
  const events = new Map<string, ParsedEvent>();
  for (const body of bodies) {
    const event = deps.parse(body);
    if (event) events.set(`${event.id} ${event.instanceIds.join()}`, event);
  }
  const notices = await describeAll([...events.values()], deps);
  const messages = notices.length > SINGLE_MESSAGES ? [digestOf(notices)] : notices.map(messageOf);
  for (const message of messages) await deps.publish(message);
  await deps.count(notices);
  // People come first, and what a failure leaves out the ledger can do without: an end without its notice is one of unknown cause.
  await attempt('recording when the notices were given', deps, () => recordAll(notices, deps));
  return { notices: notices.length, messages: messages.length };
}

async function recordAll(notices: readonly Notice[], { recordNotice }: Deps): Promise<void> {
  const ends = notices.flatMap(({ instanceId, emittedMs, kind }): AnnouncedEnd[] =>
    emittedMs !== undefined && isEnd(kind) ? [{ instanceId, atMs: emittedMs, kind }] : [],
  );
  for (let start = 0; start < ends.length; start += UPDATES_AT_ONCE)
    await Promise.all(ends.slice(start, start + UPDATES_AT_ONCE).map(recordNotice));
}

function isEnd(kind: EventKind): kind is NoticeKind {
  return kind === 'spot-interruption' || kind === 'capacity-reservation-interruption' || kind === 'health';
}

async function describeAll(events: readonly ParsedEvent[], deps: Deps): Promise<Notice[]> {
  const ids = new Set(events.flatMap(({ instanceIds }) => instanceIds));
  if (ids.size === 0) return [];
  const instances =
    (await attempt('reading the instances', deps, () => deps.readInstances([...ids]))) ?? new Map<string, never>();
  const named = events.flatMap((event) =>
    event.instanceIds.flatMap((instanceId) => {
      const instance = instances.get(instanceId);
      // Known to be no node of ours. One that nobody knows may be.
      return instance && instance.cluster === null ? [] : [{ event, instanceId, instance }];
    }),
  );
  const expected = named.map(({ event, instance }) => ({ eventId: event.id, cluster: instance?.cluster ?? undefined }));
  const pools = spotPoolsOf(named.flatMap(({ instance }) => instance ?? []));
  const [handOvers, prices] = await Promise.all([
    attempt('reading the delivery records', deps, () => deps.readHandOvers(expected)),
    attempt('reading spot prices', deps, async () => (pools.length > 0 ? deps.readSpotPrices(pools) : undefined)),
  ]);
  return named.map(
    ({ event: { id, kind, subject, emittedMs }, instanceId, instance }, index): Notice => ({
      eventId: id,
      kind,
      subject,
      emittedMs,
      instanceId,
      instance,
      pricePerHour:
        instance?.capacityType === 'spot' ? prices?.get(`${instance.instanceType} ${instance.zone}`) : undefined,
      leadTimeLeftSeconds: handOvers?.[index]?.leadTimeLeftSeconds,
    }),
  );
}

function spotPoolsOf(instances: readonly InstanceFacts[]): SpotPool[] {
  const pools = new Map<string, SpotPool>();
  for (const { instanceType, zone, capacityType } of instances)
    if (instanceType && zone && capacityType === 'spot') pools.set(`${instanceType} ${zone}`, { instanceType, zone });
  return [...pools.values()];
}

/** A message without these facts is better than none. */
async function attempt<T>(doing: string, { timers, warn }: Deps, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await timers.within(READ_MS, doing, read());
  } catch (error) {
    warn(`${doing} failed: the notices say less`, error);
    return undefined;
  }
}
