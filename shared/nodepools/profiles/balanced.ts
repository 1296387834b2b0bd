import { DEFAULT_NODE_CLASS, families, NO_METAL, type NodePoolProfile } from './profile.ts';

export const balancedProfile: NodePoolProfile = {
  name: 'balanced',
  row: 'P1',
  purpose:
    'Pods with amd64 images that tolerate nothing: cheap general families, spot first, on-demand where there is none.',
  notes: [
    'The document writes wildcards (`t3.*` and so on), which Karpenter takes for the names of types and never matches: families here.',
    'The document counts 80 and more types; its five families have 39 without bare metal.',
    'Weight 10: a pod that could go here or to `default` (arm64, no weight) goes here, and Karpenter never picks by chance.',
  ],
  nodeClass: DEFAULT_NODE_CLASS,
  architectures: ['amd64'],
  capacityTypes: ['spot', 'on-demand'],
  families: [families('t3', 'c5', 'c5a', 'm5', 'm5a')],
  sizes: [],
  guards: [NO_METAL],
  limits: { cpu: '1000', memory: '1000Gi' },
  weight: 10,
  consolidationPolicy: 'WhenEmptyOrUnderutilized',
  consolidateAfter: '30s',
  expireAfter: '720h',
  terminationGracePeriod: '1h',
};
