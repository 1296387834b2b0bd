import { bankingNodeClass } from './banking-node-class.ts';
import { families, NO_METAL, type NodePoolProfile, sizes } from './profile.ts';

export const bankingComputeProfile: NodePoolProfile = {
  name: 'banking-compute',
  row: 'P2',
  purpose: "The bank's API gateway and other work that is all CPU and tolerates banking.com/compute: spot only.",
  notes: [
    'The document names four types of c5. Fewer than 15 make spot interruptions frequent: c5a, c6i and c6a of the same sizes go with them, 16 types.',
    'The document lets nodes live 10 minutes: every pod would move 144 times a day. 8 hours here, a third of what `banking-general` has, as in the document. `expireAfter: 10m` in the cluster file gives what the document says.',
    'Spot only, as the document says: nothing that must stay up on its own. `capacityTypes: [spot, on-demand]` gives it a fallback.',
    'WhenUnderutilized of the document is WhenEmptyOrUnderutilized now.',
  ],
  nodeClass: bankingNodeClass,
  architectures: ['amd64'],
  capacityTypes: ['spot'],
  families: [families('c5', 'c5a', 'c6i', 'c6a')],
  sizes: [sizes('large', 'xlarge', '2xlarge', '4xlarge')],
  guards: [NO_METAL],
  limits: { cpu: '500', memory: '500Gi' },
  labels: { 'banking.com/pool': 'compute' },
  taints: [{ key: 'banking.com/compute', value: 'true', effect: 'NoSchedule' }],
  consolidationPolicy: 'WhenEmptyOrUnderutilized',
  consolidateAfter: '15s',
  expireAfter: '8h',
  terminationGracePeriod: '1h',
};
