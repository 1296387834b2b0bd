import { createHash } from 'node:crypto';
import {
  capacityReservationInterruption,
  rebalanceRecommendation,
  spotInterruption,
  stateChange,
} from '../aws/services/eventbridge/events/ec2.ts';
import { type BusEvent, wholeSeconds } from '../aws/services/eventbridge/events/envelope.ts';
import { healthEvents } from '../aws/services/eventbridge/events/health.ts';
import { keyedRandom } from '../core/random.ts';
import type { MessageKind } from '../karpenter/interruption/messages.ts';
import type { StormInstance } from './fleet.ts';
import { keyOf } from './observe.ts';
import { POISON } from './poison.ts';
import type { Truth } from './truth.ts';

const STORM_KINDS = [
  'spot',
  'rebalance',
  'state',
  'health',
  'reservation',
  'interruptible-reservation',
  'health-closed',
  'poison',
] as const;

type StormKind = (typeof STORM_KINDS)[number];

/** Shares of the kinds; they need not sum to one. */
export type Mix = Readonly<Partial<Record<StormKind, number>>>;

/** A zone is reclaimed: every notice is urgent. */
export const RECLAIM: Mix = { spot: 1 };
/** What a Region's fleet sees in a bad hour. */
export const EVERYTHING: Mix = {
  spot: 0.3,
  rebalance: 0.2,
  state: 0.35,
  health: 0.05,
  reservation: 0.04,
  'interruptible-reservation': 0.04,
  'health-closed': 0.02,
};

/** An event of the storm: what is sent, when, and what is right to become of it. */
export type StormEvent = {
  readonly key: string;
  readonly atMs: number;
  /** The instances that it names and that end with it. */
  readonly ending: readonly StormInstance[];
  /** What the bus is given, or a body that gets into the urgent ingress queue past the bus. */
  readonly sent: BusEvent | string;
  readonly truth: Truth;
  /** What it must mean to Karpenter; undefined: nothing may reach it. */
  readonly meaning: Meaning | undefined;
  /** The kind as which people hear of the event, where they do. */
  readonly notice?: string | undefined;
};

export type Meaning = { readonly kind: MessageKind; readonly instanceIds: readonly string[] };

type Place = { readonly accountId: string; readonly region: string };

export type GeneratorOptions = Place & {
  readonly seed: number;
  readonly events: number;
  readonly mix: Mix;
  readonly startMs: number;
  readonly spreadSeconds: number;
  readonly instances: readonly StormInstance[];
  /** Every event after the other on the next instance, or on one drawn at random. */
  readonly order?: 'in-turn' | 'drawn';
  /** Clusters whose queue takes nothing: an event of theirs ends in the dead-letter queue, with the reason. */
  readonly unreachable?: ReadonlySet<string>;
};

const MINUTE = 60;
/** Kinds that announce the end of an instance. Poison comes past the bus. */
const NOTICES: Readonly<Partial<Record<StormKind, string>>> = {
  spot: 'spot-interruption',
  reservation: 'capacity-reservation-interruption',
  'interruptible-reservation': 'capacity-reservation-interruption',
  health: 'health',
};
const STATES = ['stopping', 'stopped', 'shutting-down', 'terminated'] as const;
const NONE: readonly string[] = [];
const NOT_OURS = ['not-ours'];
const TOO_LATE = ['too-late'];

/** The events of a storm in the order of their times, made one by one: a million of them are never held at once. */
export function* stormEvents(options: GeneratorOptions): Generator<StormEvent> {
  const { seed, events, instances, startMs, spreadSeconds, order = 'in-turn' } = options;
  const kinds = Object.entries(options.mix) as [StormKind, number][];
  const whole = kinds.reduce((sum, [, share]) => sum + share, 0);
  const ownersOf = ownerLists();
  for (let number = 0; number < events; number += 1) {
    const draw = (what: string) => keyedRandom(seed, `storm:${what}:${number}`);
    const kind = drawn(kinds, draw('kind') * whole);
    const index = order === 'in-turn' ? number : Math.floor(draw('instance') * instances.length);
    const instance = instances[index % instances.length];
    if (!instance) throw new RangeError('a storm needs instances');
    const atMs = Math.round(startMs + (number * spreadSeconds * 1000) / events);
    const key = eventKey(seed, number);
    const draft = { ...options, number, atMs, key, pick: draw('shape'), owners: ownersOf(instance.cluster) };
    const made = make(kind, instance, draft);
    const sent = typeof made.sent === 'string' ? made.sent : { ...made.sent, id: key, time: wholeSeconds(atMs) };
    const isEnding = made.truth.owners.length > 0 && kind !== 'rebalance';
    yield {
      ...made,
      key: typeof sent === 'string' ? keyOf(sent) : key,
      atMs,
      ending: isEnding ? [instance] : [],
      sent,
      notice: made.truth.owners.length > 0 ? NOTICES[kind] : undefined,
    };
  }
}

/** A UUID that depends on the seed and the number alone. */
export function eventKey(seed: number, number: number): string {
  const hash = createHash('sha256').update(`${seed}:storm:${number}`).digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-4${hash.slice(13, 16)}-b${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}

/** One list for each owner, not for each event. */
function ownerLists(): (cluster: string | null) => readonly string[] {
  const lists = new Map<string, readonly string[]>();
  return (cluster) => {
    if (cluster === null) return NONE;
    const list = lists.get(cluster) ?? [cluster];
    lists.set(cluster, list);
    return list;
  };
}

function drawn(kinds: readonly [StormKind, number][], at: number): StormKind {
  let rest = at;
  for (const [kind, share] of kinds) {
    rest -= share;
    if (rest < 0) return kind;
  }
  throw new RangeError('a storm needs a mix of kinds');
}

type Draft = Place & {
  readonly number: number;
  readonly atMs: number;
  readonly key: string;
  readonly pick: number;
  readonly owners: readonly string[];
  readonly unreachable?: ReadonlySet<string>;
};

type Made = Pick<StormEvent, 'sent' | 'truth' | 'meaning'>;

function make(kind: StormKind, instance: StormInstance, draft: Draft): Made {
  const { id, zone } = instance;
  const { owners, unreachable } = draft;
  const isUnreachable = owners.some((owner) => unreachable?.has(owner));
  const truth = (more: Partial<Truth>): Truth => ({
    owners,
    mayBeDropped: owners.length === 0 ? NOT_OURS : NONE,
    mayBeQuarantined: isUnreachable ? ['queue-gone'] : NONE,
    // The event's own time has whole seconds: that is what the notice is counted from.
    emittedMs: Math.floor(draft.atMs / 1000) * 1000,
    bornMs: draft.atMs,
    staleAfterSeconds: 10 * MINUTE,
    noticeSeconds: null,
    ...more,
  });
  const urgent = () =>
    truth({ noticeSeconds: 120, mayBeQuarantined: isUnreachable ? ['queue-gone', ...TOO_LATE] : TOO_LATE });
  const means = (what: MessageKind): Meaning => ({ kind: what, instanceIds: [id] });
  switch (kind) {
    case 'spot':
      return { sent: spotInterruption(zone, id, 'terminate'), truth: urgent(), meaning: means('spot_interrupted') };
    case 'rebalance':
      return {
        sent: rebalanceRecommendation(zone, id),
        truth: truth({ staleAfterSeconds: 30 * MINUTE }),
        meaning: means('rebalance_recommendation'),
      };
    case 'state': {
      const state = STATES[Math.floor(draft.pick * STATES.length)] ?? 'stopping';
      return {
        sent: stateChange(draft, id, state),
        truth: truth({ staleAfterSeconds: 15 * MINUTE }),
        meaning: means(state.startsWith('stop') ? 'instance_stopped' : 'instance_terminated'),
      };
    }
    case 'health':
      return {
        sent: health(id, 'open', draft),
        truth: truth({ staleAfterSeconds: Infinity }),
        meaning: means('scheduled_change'),
      };
    case 'health-closed':
      return {
        sent: health(id, 'closed', draft),
        truth: truth({ owners: NONE, mayBeDropped: ['closed'] }),
        meaning: undefined,
      };
    case 'reservation':
      return {
        sent: capacityReservationInterruption(draft, { instanceId: id }),
        truth: urgent(),
        meaning: means('capacity_reservation_interrupted'),
      };
    case 'interruptible-reservation': {
      const warning = { instanceId: id, spelling: 'interruptible', resourcesAs: 'text' } as const;
      return {
        sent: capacityReservationInterruption(draft, warning),
        truth: urgent(),
        meaning: means('capacity_reservation_interrupted'),
      };
    }
    case 'poison': {
      const poison = POISON[Math.floor(draft.pick * POISON.length)];
      if (!poison) throw new RangeError('there is no poison');
      const sent = poison.body({ ...draft, id: draft.key, instanceId: id, zone });
      if (poison.fate === 'delivered') return { sent, truth: urgent(), meaning: means('spot_interrupted') };
      const fate = poison.fate === 'dropped' ? 'mayBeDropped' : 'mayBeQuarantined';
      return {
        sent,
        truth: truth({ owners: NONE, mayBeDropped: NONE, mayBeQuarantined: NONE, [fate]: poison.reasons }),
        meaning: undefined,
      };
    }
  }
}

function health(id: string, statusCode: 'open' | 'closed', draft: Draft): BusEvent {
  const notice = { entities: [id], startMs: draft.atMs + 86_400_000, statusCode, withoutResources: draft.pick < 0.5 };
  const [event] = healthEvents(notice, { ...draft, nowMs: draft.atMs });
  if (!event) throw new Error('Health made no event');
  return event;
}
