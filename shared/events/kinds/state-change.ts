import { shapeOf, typeOf } from '../shape.ts';
import { readInstance } from './instance.ts';
import { drop, type Kind, quarantine } from './kind.ts';

/** What Karpenter acts on. It compares without case. */
const ENDING = ['stopping', 'stopped', 'shutting-down', 'terminated'];

export const stateChange: Kind = {
  kind: 'state-change',
  version: '0',
  source: 'aws.ec2',
  detailTypes: ['EC2 Instance State-change Notification'],
  shape: shapeOf({ 'instance-id': 'text', state: 'text' }),
  read(detail) {
    const { state } = detail;
    if (typeof state !== 'string') return quarantine('detail', `detail.state is ${typeOf(state)}, not a state`);
    const subject = ENDING.find((ending) => ending === state.toLowerCase());
    return subject === undefined
      ? drop('state', 'the instance neither stops nor ends: Karpenter does not act on this state')
      : readInstance(detail, subject);
  },
};
