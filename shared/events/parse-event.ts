import type { Decision, DropReason, QuarantineReason } from './decision.ts';
import type { EventKind, ParsedEvent } from './event.ts';
import { isDeeperThan, membersAt } from './json-spans.ts';
import { drop, type Kind, quarantine, type Refusal } from './kinds/kind.ts';
import { ACCOUNT_ID, REGION } from './patterns.ts';
import { isNotForKarpenter, kindInAnotherVersion, kindOf } from './registry.ts';
import { repair } from './repair.ts';
import { isObject, type JsonObject, shapeOf, typeFault, typeOf } from './shape.ts';
import { parseTime } from './time.ts';

export type ParseLimits = { readonly maxBytes: number };

/** What can be decided from the event alone. */
export type EarlyDecision = Extract<Decision, { action: 'drop' | 'quarantine' }>;

export type ParseResult = { readonly event: ParsedEvent } | { readonly decision: EarlyDecision };

/** A page of AWS Health is the largest event, of at most so much. */
const LIMITS: ParseLimits = { maxBytes: 256 * 1024 };
/** Go's decoder refuses more, so Karpenter would delete the event. */
const DEEPEST_NESTING = 10_000;

/** Goes into attributes, keys and logs. */
const EVENT_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;
const GO_ZERO_TIME_MS = Date.parse('0001-01-01T00:00:00Z');

const RESOURCES = shapeOf({ resources: 'texts' });

const isReadableId = (id: unknown): id is string => typeof id === 'string' && EVENT_ID.test(id);

function refused(refusal: Refusal, kind: EventKind | 'other' | null, event?: JsonObject): ParseResult {
  const id = event?.['id'];
  const common = {
    kind,
    eventId: isReadableId(id) ? id : null,
    instanceIds: [],
    repairs: [],
    deadline: null,
    detail: refusal.detail,
    deliveries: [] as const,
  };
  return {
    decision:
      refusal.action === 'drop'
        ? { ...common, action: 'drop', reason: refusal.reason satisfies DropReason }
        : { ...common, action: 'quarantine', reason: refusal.reason satisfies QuarantineReason },
  };
}

function isLargerThan(body: string, bytes: number): boolean {
  if (body.length > bytes) return true;
  return body.length * 3 > bytes && Buffer.byteLength(body) > bytes;
}

/** The first thing in the envelope that keeps the event from being routed or Karpenter from decoding it. */
function envelopeRefusal(
  event: JsonObject,
  emittedMs: number | undefined,
  writtenTimeLength: number | undefined,
): Refusal | undefined {
  const { id, account, region, time, resources } = event;
  if (!isReadableId(id)) return quarantine('not-an-event', 'its id is missing or is no id');
  if (typeof account !== 'string' || !ACCOUNT_ID.test(account)) {
    return quarantine('not-an-event', 'its account is not an account id of twelve digits');
  }
  if (typeof region !== 'string' || !REGION.test(region)) {
    return quarantine('not-an-event', 'its region is not the name of a Region');
  }
  if (time !== undefined && time !== null) {
    if (typeof time !== 'string') return quarantine('time', `its time is ${typeOf(time)}, not a string`);
    // Go reads the time from the text as it is written, without resolving escapes.
    if (emittedMs === undefined || writtenTimeLength !== time.length + 2) {
      return quarantine('time', 'its time is not RFC 3339 with a zone');
    }
  }
  if (typeof resources === 'string') return undefined;
  const fault = typeFault(event, RESOURCES, '');
  return fault === undefined ? undefined : quarantine('not-an-event', fault);
}

function parseKnown(body: string, event: JsonObject, kind: Kind): ParseResult {
  const members = membersAt(body, 0);
  const { time, detail } = event;
  const written = members.findLast(({ key }) => key === 'time');
  const emittedMs = typeof time === 'string' ? parseTime(time) : undefined;
  const refusal = envelopeRefusal(event, emittedMs, written && written.to - written.from);
  if (refusal) return refused(refusal, kind.kind, event);
  if (!isObject(detail)) {
    return refused(quarantine('detail', `its detail is ${typeOf(detail)}, not an object`), kind.kind, event);
  }
  const reading = kind.read(detail);
  if ('action' in reading) return refused(reading, kind.kind, event);
  const fault = typeFault(detail, kind.shape, 'detail');
  if (fault !== undefined) return refused(quarantine('detail', fault), kind.kind, event);
  return {
    event: {
      kind: kind.kind,
      id: event['id'] as string,
      accountId: reading.accountId ?? (event['account'] as string),
      receivingAccountId: event['account'] as string,
      region: reading.region ?? (event['region'] as string),
      emittedMs: emittedMs === 0 || emittedMs === GO_ZERO_TIME_MS ? undefined : emittedMs,
      instanceIds: reading.instanceIds,
      subject: reading.subject,
      ...repair(body, members, event, kind),
    },
  };
}

/**
 * Reads the body of one message: an event of one of the kinds, or what is to be done with it already. Never throws, whatever
 * the body is. No text of the event gets into the decision's words.
 */
export function parseEvent(body: string, limits: ParseLimits = LIMITS): ParseResult {
  if (isLargerThan(body, limits.maxBytes)) {
    return refused(quarantine('too-large', `it is larger than ${limits.maxBytes} bytes`), null);
  }
  let event: unknown;
  try {
    event = JSON.parse(body);
  } catch {
    return refused(quarantine('not-json', 'it is not JSON'), null);
  }
  if (!isObject(event)) return refused(quarantine('not-an-event', `it is ${typeOf(event)}, not an object`), null);
  const { source, 'detail-type': named, detail_type: misnamed } = event;
  const detailType = named ?? misnamed;
  if (typeof source !== 'string' || typeof detailType !== 'string') {
    const isWrapped = typeof event['TopicArn'] === 'string' && typeof event['Message'] === 'string';
    const what = isWrapped ? 'it is wrapped by SNS, which is no way to here' : 'it has no source or no detail-type';
    return refused(quarantine('not-an-event', what), null, event);
  }
  const kind = kindOf(event['version'], source, detailType);
  if (kind && typeof named === 'string') {
    return isDeeperThan(body, DEEPEST_NESTING)
      ? refused(quarantine('not-an-event', `it is nested more than ${DEEPEST_NESTING} levels deep`), kind.kind, event)
      : parseKnown(body, event, kind);
  }
  const other = kindInAnotherVersion(source, detailType);
  if (other) return refused(quarantine('version', 'its version is not the string "0"'), other.kind, event);
  return isNotForKarpenter(source, detailType)
    ? refused(drop('not-for-karpenter', 'it is of a kind that Karpenter does not act on'), 'other', event)
    : refused(
        quarantine('unknown-detail-type', 'its detail-type is none that its source is known for'),
        'other',
        event,
      );
}
