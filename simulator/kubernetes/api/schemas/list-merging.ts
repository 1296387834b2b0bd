import type { JsonSchema } from '../../../../shared/kube/schema/types.ts';

type Merging = Pick<
  JsonSchema,
  | 'x-kubernetes-list-type'
  | 'x-kubernetes-list-map-keys'
  | 'x-kubernetes-map-type'
  | 'x-kubernetes-patch-merge-key'
  | 'x-kubernetes-patch-strategy'
>;

/** A list of objects told apart by key fields; the first is the strategic merge key. */
function byKeys(...keys: [string, ...string[]]): Merging {
  return { ...byPatchKey(keys[0]), 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': keys };
}

/** Merged by a key in a strategic merge patch, but owned as a whole in server-side apply. */
function byPatchKey(key: string): Merging {
  return { 'x-kubernetes-patch-merge-key': key, 'x-kubernetes-patch-strategy': 'merge' };
}

function retainingKeys(key: string): Merging {
  return { ...byKeys(key), 'x-kubernetes-patch-strategy': 'merge,retainKeys' };
}

const SET: Merging = { 'x-kubernetes-list-type': 'set', 'x-kubernetes-patch-strategy': 'merge' };
const ATOMIC_MAP: Merging = { 'x-kubernetes-map-type': 'atomic' };
const CONDITIONS = byKeys('type');

/** How the lists of the built-in types merge, by type and field. A list that is not named here is atomic. */
export const LIST_MERGING: Record<string, Merging> = {
  'ObjectMeta.ownerReferences': byKeys('uid'),
  'ObjectMeta.finalizers': SET,
  'PodSpec.containers': byKeys('name'),
  'PodSpec.initContainers': byKeys('name'),
  'PodSpec.ephemeralContainers': byKeys('name'),
  'PodSpec.volumes': retainingKeys('name'),
  'PodSpec.imagePullSecrets': byKeys('name'),
  'PodSpec.hostAliases': byKeys('ip'),
  'PodSpec.topologySpreadConstraints': byKeys('topologyKey', 'whenUnsatisfiable'),
  'PodSpec.resourceClaims': retainingKeys('name'),
  'PodSpec.schedulingGates': byKeys('name'),
  'PodSpec.nodeSelector': ATOMIC_MAP,
  'Container.ports': byKeys('containerPort', 'protocol'),
  'Container.env': byKeys('name'),
  'Container.volumeMounts': byKeys('mountPath'),
  'Container.volumeDevices': byKeys('devicePath'),
  'EphemeralContainer.ports': byKeys('containerPort', 'protocol'),
  'EphemeralContainer.env': byKeys('name'),
  'EphemeralContainer.volumeMounts': byKeys('mountPath'),
  'EphemeralContainer.volumeDevices': byKeys('devicePath'),
  'ResourceRequirements.claims': byKeys('name'),
  'PodStatus.conditions': CONDITIONS,
  'PodStatus.podIPs': byKeys('ip'),
  'PodStatus.resourceClaimStatuses': byKeys('name'),
  'NodeStatus.conditions': CONDITIONS,
  'NodeStatus.addresses': byKeys('type'),
  'NodeSpec.podCIDRs': SET,
  'NamespaceStatus.conditions': CONDITIONS,
  'ServiceSpec.ports': byKeys('port', 'protocol'),
  'ServiceSpec.selector': ATOMIC_MAP,
  'ServiceStatus.conditions': CONDITIONS,
  'ServiceAccount.secrets': byKeys('name'),
  'PersistentVolumeClaimStatus.conditions': CONDITIONS,
  'ReplicationControllerStatus.conditions': CONDITIONS,
  'ReplicationControllerSpec.selector': ATOMIC_MAP,
  'DeploymentStatus.conditions': CONDITIONS,
  'ReplicaSetStatus.conditions': CONDITIONS,
  'DaemonSetStatus.conditions': CONDITIONS,
  'StatefulSetStatus.conditions': CONDITIONS,
  'JobStatus.conditions': byPatchKey('type'),
  'PodDisruptionBudgetStatus.conditions': CONDITIONS,
  'CustomResourceDefinitionStatus.conditions': CONDITIONS,
  'CSINodeSpec.drivers': byKeys('name'),
  'FlowSchemaStatus.conditions': CONDITIONS,
};

/** Types that server-side apply owns as a whole. */
export const ATOMIC_MODELS: ReadonlySet<string> = new Set([
  'LabelSelector',
  'NodeSelector',
  'NodeSelectorTerm',
  'LocalObjectReference',
  'ObjectReference',
  'TypedLocalObjectReference',
  'SecretKeySelector',
  'ConfigMapKeySelector',
  'ObjectFieldSelector',
  'ResourceFieldSelector',
  'SecretReference',
  'ScopeSelector',
  'RoleRef',
  'Subject',
]);

/** Fields that hold quantities, which may be given as numbers. */
export const QUANTITY_FIELDS: ReadonlySet<string> = new Set([
  'ResourceRequirements.limits',
  'ResourceRequirements.requests',
  'VolumeResourceRequirements.limits',
  'VolumeResourceRequirements.requests',
  'NodeStatus.capacity',
  'NodeStatus.allocatable',
  'PodSpec.overhead',
  'PersistentVolumeSpec.capacity',
  'PersistentVolumeClaimStatus.capacity',
  'PersistentVolumeClaimStatus.allocatedResources',
  'LimitRangeItem._default',
  'LimitRangeItem.default',
  'LimitRangeItem.defaultRequest',
  'LimitRangeItem.max',
  'LimitRangeItem.min',
  'LimitRangeItem.maxLimitRequestRatio',
  'ResourceQuotaSpec.hard',
  'ResourceQuotaStatus.hard',
  'ResourceQuotaStatus.used',
  'EmptyDirVolumeSource.sizeLimit',
  'ResourceFieldSelector.divisor',
  'ContainerStatus.allocatedResources',
]);

/** Defaults that the keys of a list need: items that leave them out mean the same item as those that do not. */
export const KEY_DEFAULTS: Readonly<Record<string, unknown>> = {
  'ContainerPort.protocol': 'TCP',
  'ServicePort.protocol': 'TCP',
};
