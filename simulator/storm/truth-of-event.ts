import { ec2World } from '../aws/services/ec2/world.ts';
import type { Envelope } from '../aws/services/eventbridge/events/envelope.ts';
import type { Simulation } from '../core/simulation.ts';
import type { Truth } from './truth.ts';

/** Minutes for which an event of each kind may be delivered, and the seconds of notice that it gives. */
const KINDS: Readonly<Record<string, { readonly staleMinutes: number; readonly noticeSeconds: number | null }>> = {
  'EC2 Spot Instance Interruption Warning': { staleMinutes: 10, noticeSeconds: 120 },
  'EC2 Instance Rebalance Recommendation': { staleMinutes: 30, noticeSeconds: null },
  'EC2 Instance State-change Notification': { staleMinutes: 15, noticeSeconds: null },
};

/**
 * What is right to become of an event of the simulated EC2, by what EC2 itself knows of the instance at that moment. Throws for
 * events that no scenario emits: an audit that does not know the truth would find everything right.
 */
export function truthOfEvent(simulation: Simulation, event: Envelope): Truth {
  const kind = KINDS[event['detail-type']];
  if (!kind) throw new Error(`the audit does not know what should become of a ${event['detail-type']}`);
  const { 'instance-id': id = '' } = event.detail as { 'instance-id'?: string };
  const tags = ec2World(simulation).instances[id]?.tags ?? {};
  const owner = tags['eks:eks-cluster-name'] ?? tags['eks:cluster-name'];
  return {
    owners: owner === undefined ? [] : [owner],
    mayBeDropped: owner === undefined ? ['not-ours'] : [],
    mayBeQuarantined: kind.noticeSeconds === null ? [] : ['too-late'],
    emittedMs: Date.parse(event.time),
    bornMs: simulation.now(),
    staleAfterSeconds: kind.staleMinutes * 60,
    noticeSeconds: kind.noticeSeconds,
  };
}
