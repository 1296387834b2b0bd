import type {
  PutEventsRequest,
  PutEventsRequestEntry,
  PutEventsResponse,
  PutEventsResultEntry,
  TestEventPatternRequest,
  TestEventPatternResponse,
} from '@aws-sdk/client-eventbridge';
import { NotSimulatedError } from '../../errors.ts';
import { type AccessRequest, type CallContext, operation } from '../../types.ts';
import { busArn, requireDefaultBus } from './access.ts';
import { emitEvent } from './bus.ts';
import { wholeSeconds } from './events/envelope.ts';
import { checkedPattern, invalid } from './failures.ts';
import { matchesPattern } from './patterns/match.ts';

const MAX_ENTRIES = 10;
/** 1 MB for all entries together, since 2026. */
const MAX_BYTES = 1_048_576;
const MAX_DETAIL_TYPE_CHARACTERS = 128;
/** What an entry's time counts for, whatever it is. */
const TIME_BYTES = 14;

export const eventOperations = {
  PutEvents: operation<PutEventsRequest, PutEventsResponse>({
    authorize: (input, context) => (input.Entries ?? []).map((entry) => entryAccess(context, entry)),
    run(input, context) {
      if (input.EndpointId !== undefined) throw new NotSimulatedError('EventBridge global endpoints');
      const entries = input.Entries ?? [];
      if (entries.length < 1 || entries.length > MAX_ENTRIES)
        throw invalid(`Entries must have between 1 and ${MAX_ENTRIES} members, not ${entries.length}.`);
      const bytes = entries.reduce((total, entry) => total + sizeOf(entry), 0);
      if (bytes >= MAX_BYTES) throw invalid('Total size of the entries in the request is over the limit.');
      if (entries.every((entry) => missingMember(entry) !== undefined))
        throw invalid('None of the entries has a Source, a DetailType and a Detail.');
      const results = entries.map((entry) => putEntry(entry, context));
      return { FailedEntryCount: results.filter(({ ErrorCode }) => ErrorCode !== undefined).length, Entries: results };
    },
  }),
  TestEventPattern: operation<TestEventPatternRequest, TestEventPatternResponse>({
    authorize: () => [{ action: 'events:TestEventPattern', resource: '*' }],
    run(input) {
      const pattern = checkedPattern(input.EventPattern ?? '');
      return { Result: matchesPattern(pattern, completeEvent(input.Event ?? '')) };
    },
  }),
};

function entryAccess(context: CallContext, { Source, DetailType }: PutEventsRequestEntry): AccessRequest {
  return {
    action: 'events:PutEvents',
    resource: busArn(context),
    context: {
      'events:eventBusInvocation': 'false',
      ...(Source === undefined ? {} : { 'events:source': Source }),
      ...(DetailType === undefined ? {} : { 'events:detail-type': DetailType }),
    },
  };
}

function sizeOf({ Time, Source, DetailType, Detail, Resources }: PutEventsRequestEntry): number {
  const texts = [Source, DetailType, Detail, ...(Resources ?? [])];
  return texts.reduce((total, text) => total + Buffer.byteLength(text ?? ''), Time ? TIME_BYTES : 0);
}

function missingMember(entry: PutEventsRequestEntry): string | undefined {
  return (['Source', 'DetailType', 'Detail'] as const).find((name) => !entry[name]);
}

/** An entry that is refused leaves the others alone. */
function putEntry(entry: PutEventsRequestEntry, context: CallContext): PutEventsResultEntry {
  requireDefaultBus(context, entry.EventBusName);
  const { Source = '', DetailType = '', Detail = '', Resources = [], Time } = entry;
  const missing = missingMember(entry);
  if (missing !== undefined)
    return refusal('InvalidArgument', `Parameter ${missing} is not valid. Reason: ${missing} is a required argument.`);
  if (Source.startsWith('aws.')) return refusal('NotAuthorizedForSourceException', 'Not authorized for the source.');
  if (DetailType.length > MAX_DETAIL_TYPE_CHARACTERS)
    return refusal('InvalidArgument', 'Parameter DetailType is not valid. Reason: it has more than 128 characters.');
  const detail = objectIn(Detail);
  if (!detail) return refusal('MalformedDetail', 'Detail is malformed.');
  const time = Time === undefined ? {} : { time: wholeSeconds(new Date(Time).getTime()) };
  const event = { source: Source, detailType: DetailType, resources: Resources, detail, ...time };
  return { EventId: emitEvent(context.simulation, event) };
}

function refusal(ErrorCode: string, ErrorMessage: string): PutEventsResultEntry {
  return { ErrorCode, ErrorMessage };
}

function objectIn(json: string): object | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** TestEventPattern wants an event with its whole envelope. */
function completeEvent(json: string): object {
  const event = objectIn(json);
  if (!event) throw invalid('Parameter Event is not valid: it is not a JSON object.');
  const needed = ['id', 'account', 'source', 'time', 'region', 'resources', 'detail-type'];
  const missing = needed.filter((name) => !Object.hasOwn(event, name));
  if (missing.length > 0) throw invalid(`Parameter Event is not valid: it has no ${missing.join(', ')}.`);
  return event;
}
