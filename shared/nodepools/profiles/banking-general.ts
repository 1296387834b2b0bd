import { bankingNodeClass } from './banking-node-class.ts';
import { families, NO_METAL, type NodePoolProfile, sizes } from './profile.ts';

export const bankingGeneralProfile: NodePoolProfile = {
  name: 'banking-general',
  row: 'P2',
  purpose: 'The services of a bank that tolerate banking.com/general: spot first, on-demand where there is none.',
  notes: [
    'The document names five types of t3 and m5. Fewer than 15 make spot interruptions frequent and stop Karpenter from moving a node to cheaper spot: t3a, m5a, m6i, m6a and m7i of the same sizes go with them, 16 types.',
    'The document lets nodes live 30 minutes. Since v1 an expired node is drained whatever the budgets say, so every pod would move 48 times a day: 24 hours here, which keeps nodes young. `expireAfter: 30m` in the cluster file gives what the document says.',
    'WhenUnderutilized of the document is WhenEmptyOrUnderutilized now.',
  ],
  nodeClass: bankingNodeClass,
  architectures: ['amd64'],
  capacityTypes: ['spot', 'on-demand'],
  families: [families('t3', 't3a', 'm5', 'm5a', 'm6i', 'm6a', 'm7i')],
  sizes: [sizes('medium', 'large', 'xlarge')],
  guards: [NO_METAL],
  limits: { cpu: '1000', memory: '1000Gi' },
  labels: { 'banking.com/pool': 'general' },
  taints: [{ key: 'banking.com/general', value: 'true', effect: 'NoSchedule' }],
  consolidationPolicy: 'WhenEmptyOrUnderutilized',
  consolidateAfter: '30s',
  expireAfter: '24h',
  terminationGracePeriod: '1h',
};
