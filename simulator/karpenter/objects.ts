import type { Taint } from '../kubernetes/controllers/objects.ts';
import type { KubeObject, KubeRef } from '../kubernetes/types.ts';
import type { Condition } from './conditions.ts';

export type RequirementSpec = { key: string; operator: string; values?: string[]; minValues?: number };

export type NodeClassRef = { group: string; kind: string; name: string };

/** What a NodePool's template and a NodeClaim have in common. */
export type NodeTemplateSpec = {
  nodeClassRef: NodeClassRef;
  requirements: RequirementSpec[];
  taints?: Taint[];
  startupTaints?: Taint[];
  expireAfter?: string;
  terminationGracePeriod?: string;
};

export type Budget = { nodes: string; reasons?: string[]; schedule?: string; duration?: string };

export type NodePool = KubeObject & {
  spec: {
    template: {
      metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> };
      spec: NodeTemplateSpec;
    };
    weight?: number;
    replicas?: number;
    limits?: Record<string, string | number>;
    disruption: { consolidateAfter: string; consolidationPolicy?: string; budgets?: Budget[] };
  };
  status?: {
    conditions?: Condition[];
    resources?: Record<string, string>;
    nodes?: number;
    nodeClassObservedGeneration?: number;
  };
};

export type SelectorTerm = {
  id?: string;
  name?: string;
  alias?: string;
  owner?: string;
  ssmParameter?: string;
  tags?: Record<string, string>;
};

export type BlockDeviceMapping = {
  deviceName?: string;
  rootVolume?: boolean;
  ebs?: {
    volumeSize?: string;
    volumeType?: string;
    iops?: number;
    throughput?: number;
    encrypted?: boolean;
    kmsKeyID?: string;
    snapshotID?: string;
    deleteOnTermination?: boolean;
    volumeInitializationRate?: number;
  };
};

export type Image = { id: string; name?: string; requirements: RequirementSpec[] };

export type NodeClass = KubeObject & {
  spec: {
    role?: string;
    instanceProfile?: string;
    amiFamily?: string;
    amiSelectorTerms: SelectorTerm[];
    subnetSelectorTerms: SelectorTerm[];
    securityGroupSelectorTerms: SelectorTerm[];
    associatePublicIPAddress?: boolean;
    metadataOptions?: {
      httpEndpoint?: string;
      httpProtocolIPv6?: string;
      httpPutResponseHopLimit?: number;
      httpTokens?: string;
    };
    blockDeviceMappings?: BlockDeviceMapping[];
    detailedMonitoring?: boolean;
    kubelet?: { maxPods?: number; clusterDNS?: string[] };
    tags?: Record<string, string>;
    userData?: string;
    [field: string]: unknown;
  };
  status?: {
    conditions?: Condition[];
    amis?: Image[];
    subnets?: { id: string; zone: string; zoneID?: string }[];
    securityGroups?: { id: string; name?: string }[];
    instanceProfile?: string;
  };
};

export type NodeClaim = KubeObject & {
  spec: NodeTemplateSpec & { resources?: { requests?: Record<string, string> } };
  status?: {
    conditions?: Condition[];
    providerID?: string;
    nodeName?: string;
    imageID?: string;
    capacity?: Record<string, string>;
    allocatable?: Record<string, string>;
    lastPodEventTime?: string;
  };
};

export const CORE = 'karpenter.sh/v1';
export const PROVIDER = 'karpenter.k8s.aws/v1';

export const poolRef = (name: string): KubeRef => ({ apiVersion: CORE, kind: 'NodePool', name });
export const claimRef = (name: string): KubeRef => ({ apiVersion: CORE, kind: 'NodeClaim', name });
export const classRef = (name: string): KubeRef => ({ apiVersion: PROVIDER, kind: 'EC2NodeClass', name });
export const nodeRef = (name: string): KubeRef => ({ apiVersion: 'v1', kind: 'Node', name });

/** The instance of a provider id such as aws:///eu-west-1a/i-0123456789abcdef0. */
export function instanceIdOf(providerId: string | undefined): string | undefined {
  return /^(.*):\/\/\/(.*)\/(.*)$/.exec(providerId ?? '')?.[3];
}

export function isGoing(object: KubeObject): boolean {
  return object.metadata.deletionTimestamp !== undefined;
}
