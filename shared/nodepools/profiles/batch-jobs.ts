import { DEFAULT_NODE_CLASS, families, NO_METAL, type NodePoolProfile } from './profile.ts';

export const batchJobsProfile: NodePoolProfile = {
  name: 'batch-jobs',
  row: 'P1',
  purpose: 'Jobs that can start again and tolerate workload-type=batch: spot only, families for computing.',
  notes: [
    'The document writes wildcards (`c5.*`, `c5a.*`): families here, 16 types without bare metal.',
    'The document sets no limits: 500 CPU and 1000Gi here.',
    'Spot only: a job must survive a notice of two minutes. WhenEmpty: no job is moved to save money.',
  ],
  nodeClass: DEFAULT_NODE_CLASS,
  architectures: ['amd64'],
  capacityTypes: ['spot'],
  families: [families('c5', 'c5a')],
  sizes: [],
  guards: [NO_METAL],
  limits: { cpu: '500', memory: '1000Gi' },
  taints: [{ key: 'workload-type', value: 'batch', effect: 'NoSchedule' }],
  consolidationPolicy: 'WhenEmpty',
  consolidateAfter: '1m',
  expireAfter: '720h',
  terminationGracePeriod: '24h',
};
