import { readFileSync } from 'node:fs';
import { decide } from '../../shared/events/decide.ts';
import type { Decision, DecisionFacts, OwnerFact } from '../../shared/events/decision.ts';
import type { ParsedEvent } from '../../shared/events/event.ts';
import { parseEvent } from '../../shared/events/parse-event.ts';

export const ACCOUNT = '111122223333';
export const MANAGEMENT_ACCOUNT = '123456789012';
export const REGION = 'eu-west-1';
export const EMITTED_AT = '2026-11-21T09:14:07Z';
/** Three seconds after the event. */
export const NOW_MS = Date.parse('2026-11-21T09:14:10Z');

type JsonObject = Record<string, unknown>;

/** A file of tests/fixtures/events, byte for byte. */
export function sample(name: string): string {
  return readFileSync(new URL(`../fixtures/events/${name}`, import.meta.url), 'utf8');
}

function anEvent(envelope: JsonObject, detail: JsonObject): JsonObject {
  return {
    version: '0',
    id: '5d0c7a1e-3b7f-4f0e-9f2b-1a2b3c4d5e01',
    account: ACCOUNT,
    time: EMITTED_AT,
    region: REGION,
    resources: ['arn:aws:ec2:eu-west-1b:instance/i-0f3a9c1d2b4e5f607'],
    ...envelope,
    detail,
  };
}

/** A spot interruption warning as EventBridge sends it; undefined leaves a field out. */
export function aSpotWarning(envelope: JsonObject = {}, detail: JsonObject = {}): string {
  const event = anEvent(
    { source: 'aws.ec2', 'detail-type': 'EC2 Spot Instance Interruption Warning', ...envelope },
    { 'instance-id': 'i-0f3a9c1d2b4e5f607', 'instance-action': 'terminate', ...detail },
  );
  return JSON.stringify(event);
}

export function aStateChange(state: string, envelope: JsonObject = {}): string {
  return aSpotWarning(
    { 'detail-type': 'EC2 Instance State-change Notification', ...envelope },
    { 'instance-action': undefined, state },
  );
}

/** A scheduled change of EC2, upcoming, for these entities. */
export function aHealthEvent(entities: readonly unknown[], detail: JsonObject = {}, envelope: JsonObject = {}): string {
  const event = anEvent(
    { source: 'aws.health', 'detail-type': 'AWS Health Event', resources: undefined, ...envelope },
    {
      service: 'EC2',
      eventTypeCode: 'AWS_EC2_INSTANCE_RETIREMENT_SCHEDULED',
      eventTypeCategory: 'scheduledChange',
      statusCode: 'upcoming',
      eventRegion: REGION,
      affectedEntities: entities.map((entityValue) => ({ entityValue })),
      page: '1',
      totalPages: '1',
      backupEvent: 'false',
      affectedAccount: ACCOUNT,
      ...detail,
    },
  );
  return JSON.stringify(event);
}

/** Clusters named a, b, c of the account and Region, and c2 of another account; `owners` gives each instance its cluster. */
export function someFacts(
  owners: Readonly<Record<string, string | null | OwnerFact>> = {},
  overrides: Partial<DecisionFacts> = {},
): DecisionFacts {
  const facts = Object.entries(owners).map(([id, owner]): [string, OwnerFact] => [
    id,
    typeof owner === 'object' && owner !== null ? owner : { cluster: owner, launchedMs: NOW_MS - 3_600_000 },
  ]);
  return {
    nowMs: NOW_MS,
    region: REGION,
    accountIds: new Set([ACCOUNT]),
    owners: new Map(facts),
    lookupAnswered: true,
    queues: ['a', 'b', 'c'].map((cluster) => ({
      cluster,
      accountId: ACCOUNT,
      region: REGION,
      queueUrl: `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/joinery-${cluster}`,
    })),
    ...overrides,
  };
}

/** The event that a body is; fails where it is none. */
export function parsed(body: string): ParsedEvent {
  const result = parseEvent(body);
  if ('event' in result) return result.event;
  throw new Error(`refused: ${result.decision.reason}: ${result.decision.detail}`);
}

/** What is done with a body. */
export function decisionOn(body: string, facts: DecisionFacts = someFacts()): Decision {
  const result = parseEvent(body);
  return 'event' in result ? decide(result.event, facts) : result.decision;
}
