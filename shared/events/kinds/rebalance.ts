import { shapeOf } from '../shape.ts';
import { readInstance } from './instance.ts';
import type { Kind } from './kind.ts';

export const rebalance: Kind = {
  kind: 'rebalance',
  version: '0',
  source: 'aws.ec2',
  detailTypes: ['EC2 Instance Rebalance Recommendation'],
  shape: shapeOf({ 'instance-id': 'text', 'instance-action': 'text' }),
  read: (detail) => readInstance(detail),
};
