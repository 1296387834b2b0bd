import { strategyOf } from '../kinds/strategies.ts';
import { modelSchema } from '../schemas/models.ts';
import { ALL_VERBS, type Resource, type ScalePaths, type Subresource, storageKeyOf } from './resource.ts';

type Row = {
  readonly group?: string;
  readonly version?: string;
  readonly plural: string;
  readonly kind: string;
  readonly model?: string;
  readonly cluster?: true;
  readonly short?: readonly string[];
  readonly all?: true;
  /** Has a status subresource. */
  readonly status?: true;
  /** Counts its spec's changes in metadata.generation. */
  readonly counted?: true;
  readonly scale?: true;
  readonly more?: readonly Subresource[];
  readonly fields?: readonly string[];
  readonly verbs?: readonly string[];
};

const createOnly = ['create'] as const;
const POD_SUBRESOURCES: readonly Subresource[] = [
  { name: 'binding', kind: 'Binding', group: '', version: 'v1', verbs: createOnly },
  { name: 'eviction', kind: 'Eviction', group: 'policy', version: 'v1', verbs: createOnly },
  { name: 'log', kind: 'Pod', group: '', version: 'v1', verbs: ['get'] },
];
const POD_FIELDS = [
  'spec.nodeName',
  'spec.restartPolicy',
  'spec.schedulerName',
  'spec.serviceAccountName',
  'spec.hostNetwork',
  'status.phase',
  'status.podIP',
  'status.nominatedNodeName',
];
const EVENT_FIELDS = [
  'involvedObject.kind',
  'involvedObject.namespace',
  'involvedObject.name',
  'involvedObject.uid',
  'involvedObject.apiVersion',
  'involvedObject.resourceVersion',
  'involvedObject.fieldPath',
  'reason',
  'reportingComponent',
  'source',
  'type',
];
const WORKLOAD = { all: true, status: true, counted: true } as const;
const RBAC = 'rbac.authorization.k8s.io';
const STORAGE = 'storage.k8s.io';

const ROWS: readonly Row[] = [
  { plural: 'namespaces', kind: 'Namespace', cluster: true, short: ['ns'], status: true, fields: ['status.phase'] },
  { plural: 'pods', kind: 'Pod', short: ['po'], ...WORKLOAD, more: POD_SUBRESOURCES, fields: POD_FIELDS },
  { plural: 'nodes', kind: 'Node', cluster: true, short: ['no'], status: true, fields: ['spec.unschedulable'] },
  {
    plural: 'services',
    kind: 'Service',
    short: ['svc'],
    all: true,
    status: true,
    fields: ['spec.clusterIP', 'spec.type'],
  },
  { plural: 'serviceaccounts', kind: 'ServiceAccount', short: ['sa'] },
  { plural: 'secrets', kind: 'Secret', fields: ['type'] },
  { plural: 'configmaps', kind: 'ConfigMap', short: ['cm'] },
  { plural: 'events', kind: 'Event', model: 'CoreV1Event', short: ['ev'], fields: EVENT_FIELDS },
  { plural: 'replicationcontrollers', kind: 'ReplicationController', short: ['rc'], ...WORKLOAD, scale: true },
  { plural: 'podtemplates', kind: 'PodTemplate' },
  { plural: 'persistentvolumes', kind: 'PersistentVolume', cluster: true, short: ['pv'], status: true },
  { plural: 'persistentvolumeclaims', kind: 'PersistentVolumeClaim', short: ['pvc'], status: true },
  { plural: 'endpoints', kind: 'Endpoints', short: ['ep'] },
  { plural: 'limitranges', kind: 'LimitRange', short: ['limits'] },
  { plural: 'resourcequotas', kind: 'ResourceQuota', short: ['quota'], status: true },
  { group: 'apps', plural: 'deployments', kind: 'Deployment', short: ['deploy'], ...WORKLOAD, scale: true },
  {
    group: 'apps',
    plural: 'replicasets',
    kind: 'ReplicaSet',
    short: ['rs'],
    ...WORKLOAD,
    scale: true,
    fields: ['status.replicas'],
  },
  { group: 'apps', plural: 'daemonsets', kind: 'DaemonSet', short: ['ds'], ...WORKLOAD },
  { group: 'apps', plural: 'statefulsets', kind: 'StatefulSet', short: ['sts'], ...WORKLOAD, scale: true },
  { group: 'batch', plural: 'jobs', kind: 'Job', ...WORKLOAD, fields: ['status.successful'] },
  { group: 'batch', plural: 'cronjobs', kind: 'CronJob', short: ['cj'], ...WORKLOAD },
  {
    group: 'policy',
    plural: 'poddisruptionbudgets',
    kind: 'PodDisruptionBudget',
    short: ['pdb'],
    status: true,
    counted: true,
  },
  { group: RBAC, plural: 'roles', kind: 'Role' },
  { group: RBAC, plural: 'rolebindings', kind: 'RoleBinding' },
  { group: RBAC, plural: 'clusterroles', kind: 'ClusterRole', cluster: true },
  { group: RBAC, plural: 'clusterrolebindings', kind: 'ClusterRoleBinding', cluster: true },
  { group: 'coordination.k8s.io', plural: 'leases', kind: 'Lease' },
  { group: STORAGE, plural: 'storageclasses', kind: 'StorageClass', cluster: true, short: ['sc'] },
  { group: STORAGE, plural: 'csinodes', kind: 'CSINode', cluster: true },
  { group: STORAGE, plural: 'volumeattachments', kind: 'VolumeAttachment', cluster: true, status: true },
  { group: 'scheduling.k8s.io', plural: 'priorityclasses', kind: 'PriorityClass', cluster: true, short: ['pc'] },
  {
    group: 'apiextensions.k8s.io',
    plural: 'customresourcedefinitions',
    kind: 'CustomResourceDefinition',
    cluster: true,
    short: ['crd', 'crds'],
    status: true,
    counted: true,
  },
  { group: 'discovery.k8s.io', plural: 'endpointslices', kind: 'EndpointSlice', counted: true },
  {
    group: 'flowcontrol.apiserver.k8s.io',
    plural: 'flowschemas',
    kind: 'FlowSchema',
    cluster: true,
    status: true,
    counted: true,
  },
  {
    group: 'authorization.k8s.io',
    plural: 'selfsubjectaccessreviews',
    kind: 'SelfSubjectAccessReview',
    cluster: true,
    verbs: createOnly,
  },
  {
    group: 'authentication.k8s.io',
    plural: 'selfsubjectreviews',
    kind: 'SelfSubjectReview',
    cluster: true,
    verbs: createOnly,
  },
];

const STATUS_VERBS = ['get', 'patch', 'update'] as const;
const SCALE_PATHS: ScalePaths = {
  specReplicasPath: '.spec.replicas',
  statusReplicasPath: '.status.replicas',
  labelSelectorPath: '.spec.selector',
};

function toResource(row: Row): Resource {
  const group = row.group ?? '';
  const version = row.version ?? 'v1';
  const status: Subresource = { name: 'status', kind: row.kind, group, version, verbs: STATUS_VERBS };
  const scale: Subresource = { name: 'scale', kind: 'Scale', group: 'autoscaling', version: 'v1', verbs: STATUS_VERBS };
  return {
    group,
    version,
    plural: row.plural,
    singular: row.kind.toLowerCase(),
    kind: row.kind,
    listKind: `${row.kind}List`,
    namespaced: !row.cluster,
    shortNames: row.short ?? [],
    categories: row.all ? ['all'] : [],
    verbs: row.verbs ?? ALL_VERBS,
    subresources: [...(row.status ? [status] : []), ...(row.scale ? [scale] : []), ...(row.more ?? [])],
    hasStatus: row.status ?? false,
    hasGeneration: row.counted ?? false,
    isCustom: false,
    // Read when first used: a run touches a few of the kinds only.
    get schema() {
      return modelSchema(row.model ?? `V1${row.kind}`);
    },
    columns: undefined,
    scale: row.scale ? SCALE_PATHS : undefined,
    strategy: strategyOf(group, row.kind),
    selectableFields: row.fields ?? [],
    storageKey: storageKeyOf(group, row.plural),
  };
}

/** What the server serves of itself. */
export const BUILT_IN_RESOURCES: readonly Resource[] = ROWS.map(toResource);
