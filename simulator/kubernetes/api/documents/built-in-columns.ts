import { isJsonObject, type JsonObject } from '../../../../shared/kube/schema/values.ts';
import type { KubeObject } from '../../types.ts';
import { objectsIn } from '../kinds/defaulting.ts';
import { type LabelSelector, labelSelectorText } from '../selectors.ts';

export type Cell = string | number | boolean | null;

/** A column that the server itself prints. `date` columns take an RFC 3339 time and show an age. */
export type BuiltInColumn = {
  readonly name: string;
  readonly type?: 'string' | 'integer' | 'date';
  readonly priority?: number;
  readonly cell: (object: KubeObject) => Cell | undefined;
};

const status = (object: KubeObject): JsonObject => object.status ?? {};
const spec = (object: KubeObject): JsonObject => object.spec ?? {};
const number = (value: unknown): number => (typeof value === 'number' ? value : 0);
const text = (value: unknown, absent = '<none>'): string =>
  value === undefined || value === null || value === '' ? absent : String(value);
const size = (value: unknown): number => (isJsonObject(value) ? Object.keys(value).length : 0);
const labels = (value: unknown): string =>
  isJsonObject(value) && size(value) > 0
    ? Object.entries(value)
        .map(([key, one]) => `${key}=${one}`)
        .join(',')
    : '<none>';

const AGE: BuiltInColumn = { name: 'Age', type: 'date', cell: (object) => object.metadata.creationTimestamp };
const CREATED: BuiltInColumn = {
  name: 'Created At',
  type: 'string',
  cell: (object) => object.metadata.creationTimestamp,
};
const column = (name: string, cell: BuiltInColumn['cell'], priority = 0): BuiltInColumn => ({ name, cell, priority });
const count = (name: string, cell: BuiltInColumn['cell']): BuiltInColumn => ({ name, type: 'integer', cell });

function podStatus(pod: KubeObject): string {
  const { reason, phase } = status(pod);
  const waiting = objectsIn(status(pod), 'containerStatuses').flatMap(({ state }) => {
    const one = isJsonObject(state) ? (state['waiting'] ?? state['terminated']) : undefined;
    return isJsonObject(one) && one['reason'] ? [String(one['reason'])] : [];
  });
  if (pod.metadata.deletionTimestamp) return 'Terminating';
  return waiting[0] ?? text(reason ?? phase, 'Unknown');
}

function nodeStatus(node: KubeObject): string {
  const ready = objectsIn(status(node), 'conditions').find(({ type }) => type === 'Ready');
  const state = ready === undefined ? 'Unknown' : ready['status'] === 'True' ? 'Ready' : 'NotReady';
  return spec(node)['unschedulable'] ? `${state},SchedulingDisabled` : state;
}

function nodeRoles(node: KubeObject): string {
  const prefix = 'node-role.kubernetes.io/';
  const roles = Object.keys(node.metadata.labels ?? {}).filter((key) => key.startsWith(prefix));
  return roles.length === 0
    ? '<none>'
    : roles
        .map((key) => key.slice(prefix.length))
        .sort()
        .join(',');
}

const nodeInfo = (field: string) => (node: KubeObject) => {
  const info = status(node)['nodeInfo'];
  return text(isJsonObject(info) ? info[field] : undefined, '<unknown>');
};

const address = (type: string) => (node: KubeObject) =>
  text(objectsIn(status(node), 'addresses').find((one) => one['type'] === type)?.['address']);

function containers(object: KubeObject, field: string): string {
  const template = spec(object)['template'];
  const pod = isJsonObject(template) && isJsonObject(template['spec']) ? template['spec'] : {};
  return objectsIn(pod, 'containers')
    .map((container) => text(container[field]))
    .join(',');
}

const TEMPLATE_COLUMNS = [
  column('Containers', (object) => containers(object, 'name'), 1),
  column('Images', (object) => containers(object, 'image'), 1),
  column(
    'Selector',
    (object) => labelSelectorText(spec(object)['selector'] as LabelSelector | undefined) || '<none>',
    1,
  ),
];

function ports(service: KubeObject): string {
  const list = objectsIn(spec(service), 'ports').map(
    (port) => `${port['port']}${port['nodePort'] ? `:${port['nodePort']}` : ''}/${port['protocol']}`,
  );
  return list.join(',') || '<none>';
}

const podReady = (pod: KubeObject) => {
  const ready = objectsIn(status(pod), 'containerStatuses').filter((one) => one['ready']).length;
  return `${ready}/${objectsIn(spec(pod), 'containers').length}`;
};
const restarts = (pod: KubeObject) =>
  objectsIn(status(pod), 'containerStatuses').reduce((sum, one) => sum + number(one['restartCount']), 0);

/** The columns after Name, by storage key. A kind that is not named here shows its age. */
export const BUILT_IN_COLUMNS: Readonly<Record<string, readonly BuiltInColumn[]>> = {
  '/pods': [
    column('Ready', podReady),
    column('Status', podStatus),
    column('Restarts', (pod) => String(restarts(pod))),
    AGE,
    column('IP', (pod) => text(status(pod)['podIP']), 1),
    column('Node', (pod) => text(spec(pod)['nodeName']), 1),
    column('Nominated Node', (pod) => text(status(pod)['nominatedNodeName']), 1),
    column('Readiness Gates', () => '<none>', 1),
  ],
  '/nodes': [
    column('Status', nodeStatus),
    column('Roles', nodeRoles),
    AGE,
    column('Version', nodeInfo('kubeletVersion')),
    column('Internal-IP', address('InternalIP'), 1),
    column('External-IP', address('ExternalIP'), 1),
    column('OS-Image', nodeInfo('osImage'), 1),
    column('Kernel-Version', nodeInfo('kernelVersion'), 1),
    column('Container-Runtime', nodeInfo('containerRuntimeVersion'), 1),
  ],
  '/namespaces': [column('Status', (one) => text(status(one)['phase'])), AGE],
  '/services': [
    column('Type', (one) => text(spec(one)['type'])),
    column('Cluster-IP', (one) => text(spec(one)['clusterIP'])),
    column('External-IP', (one) => text(spec(one)['externalName'])),
    column('Port(s)', ports),
    AGE,
    column('Selector', (one) => labels(spec(one)['selector']), 1),
  ],
  '/secrets': [column('Type', (one) => text(one['type'])), count('Data', (one) => size(one['data'])), AGE],
  '/configmaps': [count('Data', (one) => size(one['data']) + size(one['binaryData'])), AGE],
  '/events': [
    { name: 'Last Seen', type: 'date', cell: (one) => text(one['lastTimestamp'] ?? one['eventTime'], '') || undefined },
    column('Type', (one) => text(one['type'])),
    column('Reason', (one) => text(one['reason'])),
    column('Object', (one) => {
      const involved = isJsonObject(one['involvedObject']) ? one['involvedObject'] : {};
      return `${String(involved['kind'] ?? '').toLowerCase()}/${involved['name'] ?? ''}`;
    }),
    column('Message', (one) => text(one['message'], '')),
  ],
  'apps/deployments': [
    column('Ready', (one) => `${number(status(one)['readyReplicas'])}/${number(spec(one)['replicas'])}`),
    count('Up-to-date', (one) => number(status(one)['updatedReplicas'])),
    count('Available', (one) => number(status(one)['availableReplicas'])),
    AGE,
    ...TEMPLATE_COLUMNS,
  ],
  'apps/replicasets': [
    count('Desired', (one) => number(spec(one)['replicas'])),
    count('Current', (one) => number(status(one)['replicas'])),
    count('Ready', (one) => number(status(one)['readyReplicas'])),
    AGE,
    ...TEMPLATE_COLUMNS,
  ],
  'apps/daemonsets': [
    count('Desired', (one) => number(status(one)['desiredNumberScheduled'])),
    count('Current', (one) => number(status(one)['currentNumberScheduled'])),
    count('Ready', (one) => number(status(one)['numberReady'])),
    count('Up-to-date', (one) => number(status(one)['updatedNumberScheduled'])),
    count('Available', (one) => number(status(one)['numberAvailable'])),
    AGE,
    ...TEMPLATE_COLUMNS,
  ],
  'apps/statefulsets': [
    column('Ready', (one) => `${number(status(one)['readyReplicas'])}/${number(spec(one)['replicas'])}`),
    AGE,
  ],
  'policy/poddisruptionbudgets': [
    column('Min Available', (one) => text(spec(one)['minAvailable'], 'N/A')),
    column('Max Unavailable', (one) => text(spec(one)['maxUnavailable'], 'N/A')),
    count('Allowed Disruptions', (one) => number(status(one)['disruptionsAllowed'])),
    AGE,
  ],
  'coordination.k8s.io/leases': [column('Holder', (one) => text(spec(one)['holderIdentity'], '')), AGE],
  'scheduling.k8s.io/priorityclasses': [count('Value', (one) => number(one['value'])), AGE],
  'storage.k8s.io/storageclasses': [
    column('Provisioner', (one) => text(one['provisioner'])),
    column('ReclaimPolicy', (one) => text(one['reclaimPolicy'])),
    column('VolumeBindingMode', (one) => text(one['volumeBindingMode'])),
    AGE,
  ],
  'rbac.authorization.k8s.io/roles': [CREATED],
  'rbac.authorization.k8s.io/clusterroles': [CREATED],
  'rbac.authorization.k8s.io/rolebindings': [column('Role', roleOf), AGE],
  'rbac.authorization.k8s.io/clusterrolebindings': [column('Role', roleOf), AGE],
  'apiextensions.k8s.io/customresourcedefinitions': [CREATED],
};

function roleOf(binding: KubeObject): string {
  const ref = isJsonObject(binding['roleRef']) ? binding['roleRef'] : {};
  return `${ref['kind']}/${ref['name']}`;
}

export const DEFAULT_COLUMNS: readonly BuiltInColumn[] = [AGE];
