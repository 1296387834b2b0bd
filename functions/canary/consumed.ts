import type { LeaderMetrics } from '../../shared/kube/leader-metrics.ts';
import type { Consumed } from './send-canary.ts';

const RECEIVED = 'karpenter_interruption_received_messages_total';

export const WANTED = new Map([[RECEIVED, ['message_type']]]);

/** How many messages the leader had nothing to do about: a canary is one. */
export function consumedBy(metrics: LeaderMetrics | undefined): Consumed | undefined {
  if (!metrics) return undefined;
  const count = metrics.samples
    .filter(({ name, labels }) => name === RECEIVED && labels['message_type'] === 'no_op')
    .reduce((sum, { value }) => sum + value, 0);
  return { process: metrics.process, count };
}
