import type { JsonSchema } from '../kube/schema/types.ts';
import { capacityBufferSchema } from './schemas/capacity-buffer.ts';
import { ec2NodeClassSchema } from './schemas/ec2-node-class.ts';
import { nodeClaimSchema } from './schemas/node-claim.ts';
import { nodeOverlaySchema } from './schemas/node-overlay.ts';
import { nodePoolSchema } from './schemas/node-pool.ts';

export type PrinterColumn = {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'date';
  readonly jsonPath: string;
  readonly priority?: number;
};

/** A kind that Karpenter 1.14.1 defines, with what its CustomResourceDefinition says of it. */
export type KarpenterKind = {
  readonly kind: string;
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly scope: 'Cluster' | 'Namespaced';
  readonly printerColumns: readonly PrinterColumn[];
  readonly scale?: { readonly specReplicasPath: string; readonly statusReplicasPath: string };
  readonly schema: JsonSchema;
};

const ready: PrinterColumn = {
  name: 'Ready',
  type: 'string',
  jsonPath: '.status.conditions[?(@.type=="Ready")].status',
};
const age: PrinterColumn = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' };
const wide = (name: string, jsonPath: string, type: PrinterColumn['type'] = 'string'): PrinterColumn => ({
  name,
  type,
  jsonPath,
  priority: 1,
});

export const KARPENTER_KINDS: readonly KarpenterKind[] = [
  {
    kind: 'NodePool',
    group: 'karpenter.sh',
    version: 'v1',
    plural: 'nodepools',
    shortNames: [],
    categories: ['karpenter'],
    scope: 'Cluster',
    printerColumns: [
      { name: 'NodeClass', type: 'string', jsonPath: '.spec.template.spec.nodeClassRef.name' },
      { name: 'Nodes', type: 'string', jsonPath: '.status.nodes' },
      ready,
      age,
      wide('Weight', '.spec.weight', 'integer'),
      wide('CPU', '.status.resources.cpu'),
      wide('Memory', '.status.resources.memory'),
    ],
    scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.nodes' },
    schema: nodePoolSchema,
  },
  {
    kind: 'NodeClaim',
    group: 'karpenter.sh',
    version: 'v1',
    plural: 'nodeclaims',
    shortNames: [],
    categories: ['karpenter'],
    scope: 'Cluster',
    printerColumns: [
      { name: 'Type', type: 'string', jsonPath: '.metadata.labels.node\\.kubernetes\\.io/instance-type' },
      { name: 'Capacity', type: 'string', jsonPath: '.metadata.labels.karpenter\\.sh/capacity-type' },
      { name: 'Zone', type: 'string', jsonPath: '.metadata.labels.topology\\.kubernetes\\.io/zone' },
      { name: 'Node', type: 'string', jsonPath: '.status.nodeName' },
      ready,
      age,
      wide('ImageID', '.status.imageID'),
      wide('ID', '.status.providerID'),
      wide('NodePool', '.metadata.labels.karpenter\\.sh/nodepool'),
      wide('NodeClass', '.spec.nodeClassRef.name'),
      wide('Drifted', '.status.conditions[?(@.type=="Drifted")].status'),
    ],
    schema: nodeClaimSchema,
  },
  {
    kind: 'EC2NodeClass',
    group: 'karpenter.k8s.aws',
    version: 'v1',
    plural: 'ec2nodeclasses',
    shortNames: ['ec2nc', 'ec2ncs'],
    categories: ['karpenter'],
    scope: 'Cluster',
    printerColumns: [ready, age, wide('Role', '.spec.role')],
    schema: ec2NodeClassSchema,
  },
  {
    kind: 'NodeOverlay',
    group: 'karpenter.sh',
    version: 'v1alpha1',
    plural: 'nodeoverlays',
    shortNames: ['overlays'],
    categories: ['karpenter'],
    scope: 'Cluster',
    printerColumns: [ready, age, wide('Weight', '.spec.weight', 'integer')],
    schema: nodeOverlaySchema,
  },
  {
    kind: 'CapacityBuffer',
    group: 'autoscaling.x-k8s.io',
    version: 'v1beta1',
    plural: 'capacitybuffers',
    shortNames: ['cb'],
    categories: ['autoscaling'],
    scope: 'Namespaced',
    printerColumns: [
      { name: 'Strategy', type: 'string', jsonPath: '.spec.provisioningStrategy' },
      { name: 'PodTemplate', type: 'string', jsonPath: '.status.podTemplateRef.name' },
      { name: 'Replicas', type: 'integer', jsonPath: '.status.replicas' },
      age,
    ],
    schema: capacityBufferSchema,
  },
];
