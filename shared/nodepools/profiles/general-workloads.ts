import { DEFAULT_NODE_CLASS, families, NO_METAL, type NodePoolProfile } from './profile.ts';

export const generalWorkloadsProfile: NodePoolProfile = {
  name: 'general-workloads',
  row: 'P1',
  purpose: 'Applications that ask for it with a toleration of workload-type=general: on-demand, general families.',
  notes: [
    'The document writes wildcards (`t3.*`, `c5.*`, `m5.*`): families here.',
    'The document names no capacity type; its node groups of the same name are on-demand. Karpenter would take spot where nothing is said.',
    'The document sets no limits: 400 CPU and 800Gi here.',
  ],
  nodeClass: DEFAULT_NODE_CLASS,
  architectures: ['amd64'],
  capacityTypes: ['on-demand'],
  families: [families('t3', 'c5', 'm5')],
  sizes: [],
  guards: [NO_METAL],
  limits: { cpu: '400', memory: '800Gi' },
  taints: [{ key: 'workload-type', value: 'general', effect: 'NoSchedule' }],
  consolidationPolicy: 'WhenEmptyOrUnderutilized',
  consolidateAfter: '1m',
  expireAfter: '720h',
  terminationGracePeriod: '1h',
};
