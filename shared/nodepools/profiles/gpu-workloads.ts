import { families, isIn, NO_METAL, type NodePoolProfile, sizes } from './profile.ts';

export const gpuWorkloadsProfile: NodePoolProfile = {
  name: 'gpu-workloads',
  row: 'P1',
  purpose: 'Pods that request nvidia.com/gpu and tolerate workload-type=gpu: on-demand, one to four GPUs a node.',
  notes: [
    'The document asks for p3 and g4dn. EC2 offers p3.2xlarge and p3.8xlarge no more, and p3dn.24xlarge costs $31 an hour: g5 and g6 stand in for them.',
    'At most 8 GPUs at once; the document sets no limit.',
    'WhenEmpty: moving a pod that computes on a GPU throws its work away.',
    'The alias al2023 gives nodes with GPUs the NVIDIA variant of the image. The NVIDIA device plugin must run in the cluster, or no pod ever sees a GPU.',
    'Images for GPUs are large: the EC2NodeClass `gpu` has 150 GiB.',
  ],
  nodeClass: { name: 'gpu', rootVolume: { gib: 150, iops: 6000, throughputMiBps: 500 } },
  architectures: ['amd64'],
  capacityTypes: ['on-demand'],
  families: [families('g4dn', 'g5', 'g6')],
  sizes: [sizes('xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge')],
  guards: [NO_METAL, isIn('karpenter.k8s.aws/instance-gpu-manufacturer', ['nvidia'])],
  limits: { cpu: '192', memory: '768Gi', 'nvidia.com/gpu': '8' },
  taints: [{ key: 'workload-type', value: 'gpu', effect: 'NoSchedule' }],
  consolidationPolicy: 'WhenEmpty',
  consolidateAfter: '5m',
  expireAfter: '720h',
  terminationGracePeriod: '24h',
};
