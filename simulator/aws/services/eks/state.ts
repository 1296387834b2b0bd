import type {
  AccessScope,
  AddonStatus,
  AuthenticationMode,
  CapacityTypes,
  Cluster,
  ClusterStatus,
  CreateNodegroupRequest,
  Nodegroup,
  NodegroupStatus,
  Update,
} from '@aws-sdk/client-eks';
import type { Simulation } from '../../../core/simulation.ts';
import type { NodeTaint } from './ports.ts';

export type Tags = Record<string, string>;

/** What the API shows of an access entry; whom the API server lets in is in `grants`, which follows later. */
export type AccessEntryRecord = {
  principalArn: string;
  arn: string;
  type: string;
  username: string;
  kubernetesGroups: string[];
  tags: Tags;
  createdAtMs: number;
  modifiedAtMs: number;
  policies: { policyArn: string; accessScope: AccessScope; associatedAtMs: number; modifiedAtMs: number }[];
};

/** A span of time in which the authenticator knows a principal by a name and groups, or as cluster admin by a policy. */
export type Grant = {
  principalArn: string;
  fromMs: number;
  untilMs?: number;
  identity?: { username: string; groups: string[] };
  policyArn?: string;
};

export type NodeRecord = {
  ordinal: number;
  instanceId: string;
  nodeName: string;
  zone: string;
  joinAtMs: number;
  joined: boolean;
  /** Set when the group wants this machine gone: it is drained, then terminated. */
  drainUntilMs?: number;
};

export type NodegroupRecord = {
  name: string;
  arn: string;
  uid: string;
  status: NodegroupStatus;
  createdAtMs: number;
  modifiedAtMs: number;
  activeNotBeforeMs: number;
  failsAtMs: number;
  nextLaunchAtMs: number;
  launches: number;
  deleteNotBeforeMs?: number;
  spec: Omit<CreateNodegroupRequest, 'clusterName' | 'nodegroupName' | 'clientRequestToken' | 'tags'>;
  requestToken?: string;
  version: string;
  releaseVersion: string;
  kubeletVersion: string;
  instanceTypes: string[];
  amiType: string;
  capacityType: CapacityTypes;
  diskGiB: number;
  labels: Record<string, string>;
  taints: NodeTaint[];
  minSize: number;
  maxSize: number;
  desiredSize: number;
  tags: Tags;
  asgName: string;
  issues: { code: string; message: string; resourceIds: string[] }[];
  nodes: NodeRecord[];
  /** Names of the Node objects of machines that died, until they are gone too. */
  dead: string[];
  updateConfig: NonNullable<Nodegroup['updateConfig']>;
};

export type AddonRecord = {
  name: string;
  arn: string;
  uid: string;
  status: AddonStatus;
  version: string;
  createdAtMs: number;
  modifiedAtMs: number;
  settlesAtMs: number;
  configurationValues?: string;
  requestToken?: string;
  issues: { code: string; message: string; resourceIds: string[] }[];
  associationArns: string[];
  tags: Tags;
};

export type AssociationRecord = {
  id: string;
  arn: string;
  namespace: string;
  serviceAccount: string;
  roleArn: string;
  ownerArn?: string;
  disableSessionTags: boolean;
  tags: Tags;
  createdAtMs: number;
  modifiedAtMs: number;
  requestToken?: string;
};

/** Which role pods of a service account get when they are admitted within this span. */
type AssociationSpan = {
  namespace: string;
  serviceAccount: string;
  roleArn: string;
  fromMs: number;
  untilMs?: number;
};

export type UpdateRecord = Omit<Update, 'createdAt'> & {
  id: string;
  createdAtMs: number;
  nodegroupName?: string;
  addonName?: string;
};

export type ClusterRecord = {
  name: string;
  arn: string;
  uid: string;
  status: ClusterStatus;
  createdAtMs: number;
  requestToken?: string;
  /** The request that made it, to tell a retry from a second cluster. */
  requestJson: string;
  view: Omit<Cluster, 'createdAt' | 'status' | 'endpoint' | 'certificateAuthority' | 'identity'>;
  vpcId: string;
  securityGroupId: string;
  authenticationMode: AuthenticationMode;
  version: string;
  tags: Tags;
  deletionProtection: boolean;
  selfManagedAddons: boolean;
  accessEntries: Record<string, AccessEntryRecord>;
  grants: Grant[];
  nodegroups: Record<string, NodegroupRecord>;
  addons: Record<string, AddonRecord>;
  associations: Record<string, AssociationRecord>;
  associationSpans: AssociationSpan[];
  updates: UpdateRecord[];
};

type EksState = {
  clusters: Record<string, ClusterRecord>;
  /** Quotas in force; a scenario may lower them. */
  limits: {
    clusters: number;
    nodegroupsPerCluster: number;
    nodesPerNodegroup: number;
    accessEntriesPerCluster: number;
    associationsPerCluster: number;
  };
  /** Zone ids in which no control plane can be placed. */
  unsupportedZoneIds: string[];
};

const initialState = (): EksState => ({
  clusters: {},
  limits: {
    clusters: 100,
    nodegroupsPerCluster: 30,
    nodesPerNodegroup: 450,
    accessEntriesPerCluster: 2500,
    associationsPerCluster: 5000,
  },
  unsupportedZoneIds: ['use1-az3', 'usw1-az2', 'cac1-az3'],
});

export function eksState(simulation: Simulation): EksState {
  return simulation.state('eks', initialState);
}

export function findCluster(simulation: Simulation, name: string): ClusterRecord | undefined {
  return eksState(simulation).clusters[name];
}

/** Thirty-two hex digits in UUID form, unique in this world and the same in each run of a seed. */
export function freshUuid(simulation: Simulation): string {
  const id = simulation.nextId();
  const digits = Array.from({ length: 4 }, (_, part) =>
    Math.floor(simulation.between(`eks:uuid:${id}:${part}`, 0, 0x1_0000_0000))
      .toString(16)
      .padStart(8, '0'),
  ).join('');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
