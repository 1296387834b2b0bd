import { shapeOf } from '../shape.ts';
import { actionOf, readInstance } from './instance.ts';
import type { Kind } from './kind.ts';

export const spotInterruption: Kind = {
  kind: 'spot-interruption',
  version: '0',
  source: 'aws.ec2',
  detailTypes: ['EC2 Spot Instance Interruption Warning'],
  shape: shapeOf({ 'instance-id': 'text', 'instance-action': 'text' }),
  read: (detail) => readInstance(detail, actionOf(detail)),
};
