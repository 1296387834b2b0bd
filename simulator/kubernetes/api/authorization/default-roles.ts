import type { KubeObject } from '../../types.ts';
import type { PolicyRule } from './rules.ts';

const RBAC = 'rbac.authorization.k8s.io';
const READ = ['get', 'list', 'watch'];
const WRITE = ['create', 'delete', 'deletecollection', 'patch', 'update'];
const BOOTSTRAP = { 'kubernetes.io/bootstrapping': 'rbac-defaults' };

const on = (apiGroups: string[], resources: string[], verbs: string[]): PolicyRule => ({ apiGroups, resources, verbs });
const paths = (nonResourceURLs: string[]): PolicyRule => ({ nonResourceURLs, verbs: ['get'] });

const PUBLIC_PATHS = ['/healthz', '/livez', '/readyz', '/version', '/version/'];
const DISCOVERY_PATHS = ['/api', '/api/*', '/apis', '/apis/*', '/openapi', '/openapi/*', ...PUBLIC_PATHS];
const CORE_OBJECTS = [
  'configmaps',
  'endpoints',
  'persistentvolumeclaims',
  'pods',
  'replicationcontrollers',
  'services',
];
const WORKLOADS = [
  'daemonsets',
  'deployments',
  'deployments/scale',
  'replicasets',
  'replicasets/scale',
  'statefulsets',
  'statefulsets/scale',
];
const STATUSES = [
  'pods/log',
  'pods/status',
  'namespaces',
  'events',
  'limitranges',
  'resourcequotas',
  'namespaces/status',
];

const VIEW_RULES = [
  on([''], [...CORE_OBJECTS, 'serviceaccounts', ...STATUSES], READ),
  on(['discovery.k8s.io'], ['endpointslices'], READ),
  on(['apps'], WORKLOADS, READ),
  on(['batch'], ['cronjobs', 'jobs'], READ),
  on(['policy'], ['poddisruptionbudgets', 'poddisruptionbudgets/status'], READ),
];
const EDIT_RULES = [
  on([''], ['secrets'], READ),
  on([''], [...CORE_OBJECTS, 'secrets', 'serviceaccounts'], WRITE),
  on([''], ['pods/eviction'], ['create']),
  on(['apps'], WORKLOADS, WRITE),
  on(['batch'], ['cronjobs', 'jobs'], WRITE),
  on(['policy'], ['poddisruptionbudgets'], WRITE),
  on(['coordination.k8s.io'], ['leases'], [...READ, ...WRITE]),
];
const NODE_RULES = [
  on([''], ['nodes'], ['create', 'get', 'list', 'watch', 'patch', 'update']),
  on([''], ['nodes/status'], ['patch', 'update']),
  on([''], ['pods'], ['create', 'delete', 'get', 'list', 'watch']),
  on([''], ['pods/status'], ['patch', 'update']),
  on([''], ['pods/eviction'], ['create']),
  on([''], ['services', 'configmaps', 'secrets', 'persistentvolumeclaims', 'persistentvolumes', 'endpoints'], READ),
  on([''], ['events'], ['create', 'patch', 'update']),
  on(['coordination.k8s.io'], ['leases'], ['create', 'delete', 'get', 'patch', 'update']),
  on(['storage.k8s.io'], ['csinodes'], ['create', 'delete', 'get', 'patch', 'update']),
  on(['storage.k8s.io'], ['volumeattachments'], ['get']),
];
const SELF_REVIEWS = [
  on(['authorization.k8s.io'], ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'], ['create']),
  on(['authentication.k8s.io'], ['selfsubjectreviews'], ['create']),
];

function clusterRole(name: string, rules: readonly PolicyRule[], labels: Record<string, string> = {}): KubeObject {
  return {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRole',
    metadata: { name, labels: { ...BOOTSTRAP, ...labels } },
    rules: [...rules],
  };
}

function aggregated(name: string, labels: Record<string, string> = {}): KubeObject {
  const selector = { matchLabels: { [`rbac.authorization.k8s.io/aggregate-to-${name}`]: 'true' } };
  return { ...clusterRole(name, [], labels), aggregationRule: { clusterRoleSelectors: [selector] } };
}

function clusterBinding(name: string, role: string, kind: 'Group' | 'User', subjects: readonly string[]): KubeObject {
  return {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name, labels: BOOTSTRAP },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: role },
    subjects: subjects.map((subject) => ({ apiGroup: RBAC, kind, name: subject })),
  };
}

const to = (name: string) => ({ [`rbac.authorization.k8s.io/aggregate-to-${name}`]: 'true' });

/** The roles and bindings that a cluster has from its first moment; the system components' own ones are left out. */
export const DEFAULT_RBAC: readonly KubeObject[] = [
  clusterRole('cluster-admin', [on(['*'], ['*'], ['*']), { nonResourceURLs: ['*'], verbs: ['*'] }]),
  clusterRole('system:discovery', [paths(DISCOVERY_PATHS)]),
  clusterRole('system:basic-user', SELF_REVIEWS),
  clusterRole('system:public-info-viewer', [paths(PUBLIC_PATHS)]),
  clusterRole('system:monitoring', [
    paths(['/healthz', '/healthz/*', '/livez', '/livez/*', '/metrics', '/readyz', '/readyz/*']),
  ]),
  clusterRole('system:node', NODE_RULES),
  aggregated('admin'),
  aggregated('edit', to('admin')),
  aggregated('view', to('edit')),
  clusterRole('system:aggregate-to-view', VIEW_RULES, { ...to('view'), ...to('edit'), ...to('admin') }),
  clusterRole('system:aggregate-to-edit', EDIT_RULES, { ...to('edit'), ...to('admin') }),
  clusterRole('system:aggregate-to-admin', [on([RBAC], ['roles', 'rolebindings'], [...READ, ...WRITE])], to('admin')),
  clusterBinding('cluster-admin', 'cluster-admin', 'Group', ['system:masters']),
  clusterBinding('system:discovery', 'system:discovery', 'Group', ['system:authenticated']),
  clusterBinding('system:basic-user', 'system:basic-user', 'Group', ['system:authenticated']),
  clusterBinding('system:public-info-viewer', 'system:public-info-viewer', 'Group', [
    'system:authenticated',
    'system:unauthenticated',
  ]),
  clusterBinding('system:monitoring', 'system:monitoring', 'Group', ['system:monitoring']),
];
