import { decide } from '../../shared/events/decide.ts';
import type { Decision, DecisionFacts } from '../../shared/events/decision.ts';
import type { ParsedEvent } from '../../shared/events/event.ts';
import { parseEvent } from '../../shared/events/parse-event.ts';
import type { Fleet } from './read-fleet.ts';

const NOTICE_SECONDS = 120;

/** What the router would do with one message. */
export type Explanation = {
  readonly file: string;
  /** Its place in a file of several, counted from 0. */
  readonly index?: number;
  readonly kind: Decision['kind'];
  readonly action: Decision['action'];
  readonly reason: Decision['reason'];
  readonly detail: string;
  readonly eventId: string | null;
  readonly emittedAt: string | null;
  readonly accountId: string | null;
  readonly region: string | null;
  readonly instanceIds: readonly string[];
  readonly repairs: readonly string[];
  readonly deadline: string | null;
  readonly leadTimeLeftSeconds: number | null;
  readonly deliveries: readonly {
    readonly cluster: string;
    readonly queue: string;
    readonly delaySeconds: number;
    readonly attributes: Readonly<Record<string, string>>;
    readonly body: string;
  }[];
};

/** A fleet without clusters says nothing of where the router runs: then it runs where the event comes from. */
function factsFor(event: ParsedEvent, fleet: Fleet, nowMs: number): DecisionFacts {
  const { queues, owners, regions } = fleet;
  const [someRegion = event.region] = regions;
  return {
    nowMs,
    region: regions.has(event.region) ? event.region : someRegion,
    accountIds: fleet.accountIds.size > 0 ? fleet.accountIds : new Set([event.accountId, event.receivingAccountId]),
    owners,
    lookupAnswered: true,
    queues,
  };
}

/** Clocks differ: no notice leaves more than its two minutes. */
function leadTimeLeft(deadline: string | null, nowMs: number): number | null {
  return deadline === null ? null : Math.min(NOTICE_SECONDS, (Date.parse(deadline) - nowMs) / 1000);
}

export function explain(
  body: string,
  at: { file: string; index: number | undefined },
  fleet: Fleet,
  nowMs: number,
): Explanation {
  const parsed = parseEvent(body);
  const event = 'event' in parsed ? parsed.event : undefined;
  const decision = 'event' in parsed ? decide(parsed.event, factsFor(parsed.event, fleet, nowMs)) : parsed.decision;
  const { kind, action, reason, detail, eventId, instanceIds, repairs, deadline } = decision;
  return {
    file: at.file,
    ...(at.index === undefined ? {} : { index: at.index }),
    kind,
    action,
    reason,
    instanceIds,
    deadline,
    leadTimeLeftSeconds: leadTimeLeft(deadline, nowMs),
    deliveries: decision.deliveries.map(({ cluster, queueUrl, delaySeconds, attributes, body: sent }) => ({
      cluster,
      queue: queueUrl.slice(queueUrl.lastIndexOf('/') + 1),
      delaySeconds,
      attributes,
      body: sent,
    })),
    detail,
    eventId,
    emittedAt: event?.emittedMs === undefined ? null : new Date(event.emittedMs).toISOString(),
    accountId: event?.accountId ?? null,
    region: event?.region ?? null,
    repairs,
  };
}
