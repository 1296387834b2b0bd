import { describe, expect, it } from '@jest/globals';
import { UnparseableMessageError } from '../../../../../simulator/karpenter/interruption/messages.ts';
import { parseMessage } from '../../../../../simulator/karpenter/interruption/parse-message.ts';

const TIME = '2026-11-02T08:00:00Z';

function anEvent(more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    version: '0',
    id: '8c1fc3b2-63ab-4d8f-9f09-1d4a3b1e0001',
    'detail-type': 'EC2 Spot Instance Interruption Warning',
    source: 'aws.ec2',
    account: '111122223333',
    time: TIME,
    region: 'eu-west-1',
    resources: ['arn:aws:ec2:eu-west-1:111122223333:instance/i-0a'],
    detail: { 'instance-id': 'i-0a', 'instance-action': 'terminate' },
    ...more,
  };
}

const STATE = 'EC2 Instance State-change Notification';
const HEALTH = { source: 'aws.health', 'detail-type': 'AWS Health Event' };
const affected = { service: 'EC2', eventTypeCategory: 'scheduledChange', affectedEntities: [{ entityValue: 'i-0a' }] };

const inState = (state: string) => ({ 'detail-type': STATE, detail: { 'instance-id': 'i-0a', state } });

describe('the parser of interruption messages', () => {
  it.each([
    ['a spot notice', {}, 'spot_interrupted'],
    [
      'a spot notice to hibernate',
      { detail: { 'instance-id': 'i-0a', 'instance-action': 'hibernate' } },
      'spot_interrupted',
    ],
    [
      'a rebalance recommendation',
      { 'detail-type': 'EC2 Instance Rebalance Recommendation' },
      'rebalance_recommendation',
    ],
    [
      'a capacity reservation notice',
      { 'detail-type': 'EC2 Capacity Reservation Instance Interruption Warning' },
      'capacity_reservation_interrupted',
    ],
    ['stopping', inState('stopping'), 'instance_stopped'],
    ['stopped', inState('stopped'), 'instance_stopped'],
    ['shutting-down', inState('shutting-down'), 'instance_terminated'],
    ['terminated', inState('terminated'), 'instance_terminated'],
    ['Stopping, which is taken for an end', inState('Stopping'), 'instance_terminated'],
    ['a scheduled change of EC2', { ...HEALTH, detail: affected }, 'scheduled_change'],
    [
      'keys in other cases',
      { SOURCE: 'aws.ec2', source: undefined, Detail: { 'Instance-ID': 'i-0a' }, detail: undefined },
      'spot_interrupted',
    ],
  ])('takes %s for what it is, with its instance and time', (_, more, kind) => {
    const message = parseMessage(JSON.stringify(anEvent(more)));

    expect(message).toEqual({ kind, instanceIds: ['i-0a'], time: TIME });
  });

  it.each([
    ['pending', inState('pending')],
    ['running', inState('running')],
    ['Health of another service', { ...HEALTH, detail: { ...affected, service: 'RDS' } }],
    ['Health of another category', { ...HEALTH, detail: { ...affected, eventTypeCategory: 'issue' } }],
    ['Health in other letters', { ...HEALTH, detail: { ...affected, service: 'ec2' } }],
  ])('lets %s pass as a no_op that has lost its time', (_, more) => {
    const message = parseMessage(JSON.stringify(anEvent(more)));

    expect(message).toEqual({ kind: 'no_op', instanceIds: [], time: undefined });
  });

  it.each([
    ['another detail-type', { 'detail-type': 'EC2 Interruptible Capacity Reservation Instance Interruption Warning' }],
    ['a detail-type in other letters', { 'detail-type': 'ec2 spot instance interruption warning' }],
    ['another source', { source: 'aws.ec2 ' }],
    ['another version', { version: '1' }],
  ])('lets %s pass as a no_op with its time', (_, more) => {
    const message = parseMessage(JSON.stringify(anEvent(more)));

    expect(message).toEqual({ kind: 'no_op', instanceIds: [], time: TIME });
  });

  it.each([
    ['an empty body', ''],
    ['null', 'null'],
    ['an empty object', '{}'],
    ['an SNS wrapping', JSON.stringify({ Type: 'Notification', Message: JSON.stringify(anEvent()) })],
  ])('takes %s for a no_op', (_, body) => {
    expect(parseMessage(body)).toEqual({ kind: 'no_op', instanceIds: [], time: undefined });
  });

  it.each([
    ['text', 'spot'],
    ['an array', '[]'],
    ['a numeric version', JSON.stringify(anEvent({ version: 0 }))],
    ['a time that is none', JSON.stringify(anEvent({ time: '2026-11-02 08:00:00' }))],
    ['a time on no day', JSON.stringify(anEvent({ time: '2026-02-30T08:00:00Z' }))],
    ['resources as text', JSON.stringify(anEvent({ resources: 'arn' }))],
    ['a number among the resources', JSON.stringify(anEvent({ resources: [1] }))],
    ['a numeric instance id', JSON.stringify(anEvent({ detail: { 'instance-id': 7 } }))],
    ['entities as an object', JSON.stringify(anEvent({ ...HEALTH, detail: { ...affected, affectedEntities: {} } }))],
  ])('cannot read %s', (_, body) => {
    expect(() => parseMessage(body)).toThrow(UnparseableMessageError);
  });

  it('names every instance of a health event', () => {
    const entities = [{ entityValue: 'i-0a' }, { entityValue: 'i-0b' }];

    const message = parseMessage(
      JSON.stringify(anEvent({ ...HEALTH, detail: { ...affected, affectedEntities: entities } })),
    );

    expect(message.instanceIds).toEqual(['i-0a', 'i-0b']);
  });
});
