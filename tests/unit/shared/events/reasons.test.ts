import { describe, expect, it } from '@jest/globals';
import type { Decision, DropReason, QuarantineReason, SendReason } from '../../../../shared/events/decision.ts';
import { aHealthEvent, aSpotWarning, aStateChange, decisionOn, someFacts } from '../../../support/events.ts';

const ONE = 'i-0f3a9c1d2b4e5f607';
const health = (detail: Record<string, unknown>) => decisionOn(aHealthEvent([ONE], detail));

/** The router alone gives these: they are found out when it sends. */
type AtSending = 'too-late' | 'queue-gone';

const SENT: Readonly<Record<SendReason, () => Decision>> = {
  'owner-known': () => decisionOn(aSpotWarning(), someFacts({ [ONE]: 'a' })),
  'owner-unknown': () => decisionOn(aSpotWarning()),
  'lookup-failed': () => decisionOn(aSpotWarning(), someFacts({}, { lookupAnswered: false })),
  canary: () => decisionOn(aSpotWarning({ source: 'joinery.canary', 'detail-type': 'Joinery Canary' })),
};

const DROPPED: Readonly<Record<DropReason, () => Decision>> = {
  state: () => decisionOn(aStateChange('running')),
  'not-for-karpenter': () => decisionOn(aSpotWarning({ 'detail-type': 'EC2 Spot Instance Request Fulfillment' })),
  category: () => health({ eventTypeCategory: 'issue' }),
  service: () => health({ service: 'RDS' }),
  closed: () => health({ statusCode: 'closed' }),
  backup: () => health({ backupEvent: 'true' }),
  region: () => decisionOn(aSpotWarning({ region: 'us-east-1' })),
  account: () => decisionOn(aSpotWarning({ account: '444455556666' })),
  stale: () => decisionOn(aSpotWarning({ time: '2026-11-20T09:14:07Z' })),
  'not-ours': () => decisionOn(aSpotWarning(), someFacts({ [ONE]: null })),
  'no-entities': () => decisionOn(aHealthEvent([])),
};

const QUARANTINED: Readonly<Record<Exclude<QuarantineReason, AtSending>, () => Decision>> = {
  'not-json': () => decisionOn('{'),
  'not-an-event': () => decisionOn('{}'),
  'too-large': () => decisionOn(aSpotWarning({ padding: 'x'.repeat(300_000) })),
  'too-many-entities': () => decisionOn(aHealthEvent(new Array(1_001).fill(ONE))),
  version: () => decisionOn(aSpotWarning({ version: 0 })),
  time: () => decisionOn(aSpotWarning({ time: '' })),
  detail: () => decisionOn(aSpotWarning({}, { 'instance-action': 7 })),
  'instance-id': () => decisionOn(aSpotWarning({}, { 'instance-id': 'x' })),
  'unknown-detail-type': () => decisionOn(aSpotWarning({ 'detail-type': 'EC2 Something' })),
};

describe('a copy for a second Region', () => {
  it('is known by text, as it is documented, and by a boolean', () => {
    expect(health({ backupEvent: true }).reason).toBe('backup');
    expect(health({ backupEvent: 'false' }).reason).not.toBe('backup');
  });
});

describe('every reason', () => {
  it.each([
    ...Object.entries(SENT).map(([reason, decide]) => [reason, ['forward', 'broadcast'], decide] as const),
    ...Object.entries(DROPPED).map(([reason, decide]) => [reason, ['drop'], decide] as const),
    ...Object.entries(QUARANTINED).map(([reason, decide]) => [reason, ['quarantine'], decide] as const),
  ])('%s is given, and put into words', (reason, actions, decide) => {
    const decision = decide();

    expect(decision.reason).toBe(reason);
    expect(actions).toContain(decision.action);
    expect(decision.detail.length).toBeGreaterThan(5);
  });
});
