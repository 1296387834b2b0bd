import { DEFAULT_NODE_CLASS, isIn, NO_METAL, type NodePoolProfile } from './profile.ts';

export const defaultProfile: NodePoolProfile = {
  name: 'default',
  row: 'K2',
  purpose:
    'Pods that say nothing of where they run and have arm64 images: no taint, no spot, nodes go only when empty.',
  notes: [
    'Bare metal is left out: the document names families only, and a c7g.metal fits into its limits.',
    'Every image must exist for arm64. Take `balanced` for amd64.',
  ],
  nodeClass: DEFAULT_NODE_CLASS,
  architectures: ['arm64'],
  capacityTypes: ['on-demand'],
  families: [
    isIn('karpenter.k8s.aws/instance-category', ['t', 'c', 'm']),
    { key: 'karpenter.k8s.aws/instance-generation', operator: 'Gt', values: ['3'] },
  ],
  sizes: [],
  guards: [NO_METAL],
  limits: { cpu: '100', memory: '200Gi' },
  consolidationPolicy: 'WhenEmpty',
  consolidateAfter: '30s',
  expireAfter: '720h',
  terminationGracePeriod: '24h',
};
