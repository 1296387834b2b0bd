import { describe, expect, it } from '@jest/globals';
import { parseEvent } from '../../../../shared/events/parse-event.ts';
import { aHealthEvent, aSpotWarning, aStateChange, decisionOn } from '../../../support/events.ts';

function verdictOn(body: string): string {
  const result = parseEvent(body);
  return 'event' in result ? result.event.kind : `${result.decision.action} ${result.decision.reason}`;
}

const padded = (bytes: number) => {
  const body = aSpotWarning({ padding: '' });
  return body.replace('"padding":""', `"padding":"${'x'.repeat(bytes - body.length)}"`);
};

describe('the size of an event', () => {
  it('may be 256 KiB and no byte more, whatever its characters', () => {
    const most = 256 * 1024;

    expect(verdictOn(padded(most))).toBe('spot-interruption');
    expect(verdictOn(padded(most + 1))).toBe('quarantine too-large');
    expect(verdictOn(padded(most).replace('xx', 'é'))).toBe('spot-interruption');
    expect(verdictOn(padded(most).replace('xx', 'éé'))).toBe('quarantine too-large');
    expect(verdictOn('x'.repeat(1_000_000))).toBe('quarantine too-large');
  });

  it('may be a thousand entities', () => {
    const entities = Array.from({ length: 1_001 }, (_, index) => `i-${index.toString(16).padStart(8, '0')}`);

    expect(verdictOn(aHealthEvent(entities.slice(1)))).toBe('health');
    expect(verdictOn(aHealthEvent(entities))).toBe('quarantine too-many-entities');
    expect(verdictOn(aHealthEvent(entities.fill('i-00000000')))).toBe('quarantine too-many-entities');
  });

  it('may be ten thousand levels deep, which is where the decoder of Karpenter ends', () => {
    const nested = (levels: number) =>
      aSpotWarning({ nested: 0 }).replace('"nested":0', `"nested":${'['.repeat(levels)}"]["${']'.repeat(levels)}`);

    expect(verdictOn(nested(9_999))).toBe('spot-interruption');
    expect(verdictOn(nested(10_000))).toBe('quarantine not-an-event');
  });
});

describe('what Karpenter would delete without a word', () => {
  it.each([
    ['not-json', ''],
    ['not-json', '{"version":"0",'],
    ['not-json', `\ufeff${aSpotWarning()}`],
    ['not-an-event', 'null'],
    ['not-an-event', '[]'],
    ['not-an-event', '"text"'],
    ['not-an-event', '{}'],
    ['not-an-event', aSpotWarning({ source: 7 })],
    ['not-an-event', aSpotWarning({ 'detail-type': null })],
    ['not-an-event', aSpotWarning({ account: 111122223333 })],
    ['not-an-event', aSpotWarning({ account: '11112222333' })],
    ['not-an-event', aSpotWarning({ id: undefined })],
    ['not-an-event', aSpotWarning({ id: 'a\nb' })],
    ['not-an-event', aSpotWarning({ region: 'eu-west-1; drop' })],
    ['not-an-event', aSpotWarning({ resources: [7] })],
    ['not-an-event', aSpotWarning({ resources: {} })],
    ['version', aSpotWarning({ version: 0 })],
    ['version', aSpotWarning({ version: '1' })],
    ['version', aSpotWarning({ version: undefined })],
    ['version', aSpotWarning({ 'detail-type': undefined, detail_type: 'EC2 Spot Instance Interruption Warning' })],
    ['time', aSpotWarning({ time: '' })],
    ['time', aSpotWarning({ time: 1795252447 })],
    ['time', aSpotWarning({ time: '2026-11-21T09:14:07' })],
    ['time', aSpotWarning({ time: '2026-02-29T09:14:07Z' })],
    ['time', aSpotWarning({ time: '2026-11-21t09:14:07z' })],
    ['time', aSpotWarning({ time: '2026-11-21T24:00:00Z' })],
    ['time', aSpotWarning({ time: '2026-11-21T09:14:07+24:00' })],
    ['time', aSpotWarning().replace('09:14:07Z', '09:14:07\\u005a')],
    ['detail', aSpotWarning({}, { 'instance-action': ['stop'] })],
    ['detail', aSpotWarning().replace(/"detail":\{.*?\}/, '"detail":null')],
    ['detail', aStateChange('stopped').replace('"stopped"', '7')],
    ['detail', aHealthEvent(['i-0f3a9c1d'], { eventArn: 7 })],
    ['detail', aHealthEvent(['i-0f3a9c1d'], { eventDescription: [{ language: 7 }] })],
    ['detail', aHealthEvent(['i-0f3a9c1d', 7])],
    ['detail', aHealthEvent(['i-0f3a9c1d'], { affectedEntities: {} })],
    ['detail', aHealthEvent(['i-0f3a9c1d'], { statusCode: undefined })],
    ['detail', aHealthEvent(['i-0f3a9c1d'], { statusCode: 'melting' })],
    ['detail', aHealthEvent(['i-0f3a9c1d'], { affectedAccount: '7' })],
    ['detail', aHealthEvent(['i-0f3a9c1d'], { eventRegion: '$(reboot)' })],
    ['instance-id', aSpotWarning({}, { 'instance-id': 'I-0F3A9C1D' })],
    ['instance-id', aSpotWarning({}, { 'instance-id': 'i-0f3a9c1d\n' })],
    ['instance-id', aSpotWarning({}, { 'instance-id': 'i-0f3a9c1d2' })],
    ['instance-id', aHealthEvent(['i-0f3a9c1d', 'i-0f3a9c1d; rm -rf /'])],
    ['instance-id', aHealthEvent(['arn:aws:ec2:eu-west-1:111122223333:instance/x'])],
    ['unknown-detail-type', aSpotWarning({ 'detail-type': 'ec2 spot instance interruption warning' })],
    ['unknown-detail-type', aSpotWarning({ 'detail-type': '' })],
    ['unknown-detail-type', aSpotWarning({ source: 'aws.health' })],
    ['unknown-detail-type', aSpotWarning({ source: 'joinery.canary' })],
  ])('is quarantined as %s: %s', (reason, body) => {
    expect(verdictOn(body)).toBe(`quarantine ${reason}`);
  });
});

describe('what Karpenter accepts', () => {
  it.each([
    ['a time with a fraction', aSpotWarning({ time: '2026-11-21T09:14:07.123456789Z' })],
    ['a time with an offset', aSpotWarning({ time: '2026-11-21T09:14:07-08:00' })],
    ['no resources', aSpotWarning({ resources: null })],
    ['an action that nobody knows', aSpotWarning({}, { 'instance-action': 'dance' })],
    ['no action', aSpotWarning({}, { 'instance-action': null })],
    ['an old, short id', aSpotWarning({}, { 'instance-id': 'i-0f3a9c1d' })],
  ])('is parsed with %s', (_, body) => {
    expect(verdictOn(body)).toBe('spot-interruption');
  });

  it('is parsed with a state in any letters', () => {
    expect(verdictOn(aStateChange('Stopping'))).toBe('state-change');
  });

  it('is parsed where only some of the entities are instances', () => {
    expect(verdictOn(aHealthEvent(['vol-0f3a9c1d', 'i-0f3a9c1d', '', 'UNKNOWN']))).toBe('health');
    expect(verdictOn(aHealthEvent(['vol-0f3a9c1d', '']))).toBe('drop no-entities');
  });
});

describe('what is said about a refused event', () => {
  it('has none of its text, and its id only where that is an id', () => {
    const hostile = '\u001b[2J<script>';
    const bodies = [
      aSpotWarning({ id: hostile }),
      aSpotWarning({ region: hostile }),
      aSpotWarning({ account: hostile }),
      aSpotWarning({ time: hostile }),
      aSpotWarning({ 'detail-type': hostile }),
      aSpotWarning({ source: hostile }),
      aSpotWarning({}, { 'instance-id': hostile }),
      aStateChange(hostile),
      aHealthEvent([`i-${hostile}`]),
      aHealthEvent([], { statusCode: hostile }),
      hostile,
    ];

    for (const body of bodies) expect(JSON.stringify(decisionOn(body))).not.toContain('script');
    expect(decisionOn(aSpotWarning({ version: 1 })).eventId).toBe('5d0c7a1e-3b7f-4f0e-9f2b-1a2b3c4d5e01');
  });
});
