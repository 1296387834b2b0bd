import type { BusEvent } from './envelope.ts';

type Place = { readonly accountId: string; readonly region: string };
type InstanceAction = 'terminate' | 'stop' | 'hibernate';

const SOURCE = 'aws.ec2';

function instanceArn({ region, accountId }: Place, instanceId: string): string {
  return `arn:aws:ec2:${region}:${accountId}:instance/${instanceId}`;
}

/** The form of spot's own events: a zone, and no account. */
function zonalArn(zone: string, instanceId: string): string {
  return `arn:aws:ec2:${zone}:instance/${instanceId}`;
}

export function stateChange(place: Place, instanceId: string, state: string): BusEvent {
  return {
    source: SOURCE,
    detailType: 'EC2 Instance State-change Notification',
    resources: [instanceArn(place, instanceId)],
    detail: { 'instance-id': instanceId, state },
  };
}

export function spotInterruption(zone: string, instanceId: string, action: InstanceAction): BusEvent {
  return {
    source: SOURCE,
    detailType: 'EC2 Spot Instance Interruption Warning',
    resources: [zonalArn(zone, instanceId)],
    detail: { 'instance-id': instanceId, 'instance-action': action },
  };
}

export function rebalanceRecommendation(zone: string, instanceId: string): BusEvent {
  return {
    source: SOURCE,
    detailType: 'EC2 Instance Rebalance Recommendation',
    resources: [zonalArn(zone, instanceId)],
    detail: { 'instance-id': instanceId },
  };
}

/** The documentation names the event in two ways, and its sample has `resources` as a text. */
export type CapacityReservationWarning = {
  readonly instanceId: string;
  readonly action?: InstanceAction;
  readonly terminationTime?: string;
  readonly zoneId?: string;
  readonly spelling?: 'short' | 'interruptible';
  readonly resourcesAs?: 'list' | 'text';
};

export function capacityReservationInterruption(place: Place, warning: CapacityReservationWarning): BusEvent {
  const { instanceId, action = 'terminate', terminationTime, zoneId, spelling = 'short', resourcesAs } = warning;
  const arn = instanceArn(place, instanceId);
  const kind = spelling === 'short' ? 'Capacity Reservation' : 'Interruptible Capacity Reservation';
  return {
    source: SOURCE,
    detailType: `EC2 ${kind} Instance Interruption Warning`,
    resources: resourcesAs === 'text' ? arn : [arn],
    detail: {
      'instance-id': instanceId,
      'instance-action': action,
      ...(terminationTime === undefined ? {} : { 'instance-termination-time': terminationTime }),
      ...(zoneId === undefined ? {} : { azId: zoneId }),
    },
  };
}
