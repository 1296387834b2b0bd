import { shapeOf } from '../shape.ts';
import { actionOf, readInstance } from './instance.ts';
import type { Kind } from './kind.ts';

/** The documentation spells the detail-type in two ways; Karpenter has a parser for one of them. */
export const capacityReservationInterruption: Kind = {
  kind: 'capacity-reservation-interruption',
  version: '0',
  source: 'aws.ec2',
  detailTypes: [
    'EC2 Capacity Reservation Instance Interruption Warning',
    'EC2 Interruptible Capacity Reservation Instance Interruption Warning',
  ],
  shape: shapeOf({ 'instance-id': 'text', 'instance-action': 'text' }),
  read: (detail) => readInstance(detail, actionOf(detail)),
};
