import { CANARY_DETAIL_TYPE, CANARY_SOURCE } from '../../shared/events/kinds/canary.ts';

/** Rules by their name in the template, with events that each must match and events that it must leave alone. */
export type Expectation = {
  readonly rule: string;
  readonly matches: readonly Sample[];
  readonly ignores: readonly Sample[];
};

type Sample = { readonly name: string; readonly event: object };

const ID = 'i-0123456789abcdef0';

/** What each rule of the interruption path is there for; the envelopes are as AWS documents them. */
export function expectations({
  accountId,
  region,
}: {
  readonly accountId: string;
  readonly region: string;
}): Expectation[] {
  const sample = (name: string, source: string, detailType: string, detail: object): Sample => ({
    name,
    event: {
      version: '0',
      id: '00000000-0000-4000-8000-000000000000',
      'detail-type': detailType,
      source,
      account: accountId,
      time: '2026-11-21T09:00:00Z',
      region,
      resources: [],
      detail,
    },
  });
  const ec2 = (name: string, detailType: string, detail: object = { 'instance-id': ID }) =>
    sample(name, 'aws.ec2', detailType, detail);
  const spot = ec2('spot interruption', 'EC2 Spot Instance Interruption Warning', {
    'instance-id': ID,
    'instance-action': 'terminate',
  });
  const rebalance = ec2('rebalance recommendation', 'EC2 Instance Rebalance Recommendation');
  const reserved = ec2('capacity reservation', 'EC2 Capacity Reservation Instance Interruption Warning');
  const interruptible = ec2(
    'interruptible capacity reservation',
    'EC2 Interruptible Capacity Reservation Instance Interruption Warning',
  );
  const state = (name: string) =>
    ec2(`state ${name}`, 'EC2 Instance State-change Notification', { 'instance-id': ID, state: name });
  const health = (service: string, eventTypeCategory: string) =>
    sample(`Health ${service} ${eventTypeCategory}`, 'aws.health', 'AWS Health Event', {
      service,
      eventTypeCategory,
      statusCode: 'open',
      affectedEntities: [{ entityValue: ID }],
    });
  const scheduled = health('EC2', 'scheduledChange');
  const canary = sample('canary', CANARY_SOURCE, CANARY_DETAIL_TYPE, {});
  const all = [spot, rebalance, reserved, interruptible, state('stopping'), scheduled, canary];
  const without = (...own: readonly Sample[]) => all.filter((one) => !own.includes(one));
  const ending = ['stopping', 'stopped', 'shutting-down', 'terminated'].map(state);
  return [
    { rule: 'SpotRule', matches: [spot], ignores: without(spot) },
    { rule: 'CapacityReservationRule', matches: [reserved, interruptible], ignores: without(reserved, interruptible) },
    {
      rule: 'HealthRule',
      matches: [scheduled],
      ignores: [...without(scheduled), health('RDS', 'scheduledChange'), health('EC2', 'issue')],
    },
    { rule: 'RebalanceRule', matches: [rebalance], ignores: without(rebalance) },
    {
      rule: 'StateChangeRule',
      matches: ending,
      ignores: all.filter(({ name }) => !name.startsWith('state ')),
    },
    { rule: 'CanaryRule', matches: [canary], ignores: without(canary) },
    {
      rule: 'NoticeRule',
      matches: [spot, reserved, interruptible, scheduled],
      ignores: [...without(spot, reserved, interruptible, scheduled), health('RDS', 'scheduledChange')],
    },
  ];
}
