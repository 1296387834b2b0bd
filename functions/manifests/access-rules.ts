import { OPERATOR_GROUP, READER_GROUP } from '../../shared/clusters/access.ts';
import { namesOf } from '../../shared/clusters/names.ts';
import type { Manifest } from '../../shared/kube/api.ts';
import { MANAGED_BY_LABEL } from '../../shared/kube/labels.ts';
import { POD_IDENTITY_AGENT } from '../../shared/kube/pod-identity-agent.ts';

const RBAC = 'rbac.authorization.k8s.io/v1';
const labels = { [MANAGED_BY_LABEL]: 'joinery' };

type Rule = {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
};

/** These are there in every cluster, and not ours to label. */
const OF_KUBERNETES: ReadonlySet<string> = new Set(['default', 'kube-node-lease', 'kube-public', 'kube-system']);

const APPLY = ['get', 'list', 'create', 'patch', 'delete'];
const LOOK = ['get', 'list'];

/**
 * What the operator and the reader may do in a cluster. The operator runs the smoke test, in a namespace that is kept for it,
 * restarts the controller, and looks at pods and events for a diagnosis; the reader looks at nodes, Karpenter's objects, the controller's own pods and the Pod Identity agent.
 */
export function accessRules(options: { readonly cluster: string; readonly karpenterNamespace: string }): Manifest[] {
  const smokeTestNamespace = namesOf(options.cluster).smokeTestNamespace;
  const { karpenterNamespace } = options;
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: smokeTestNamespace, labels } },
    ...(OF_KUBERNETES.has(karpenterNamespace)
      ? []
      : [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: karpenterNamespace, labels } }]),
    ...granted('ClusterRole', 'joinery-operator', OPERATOR_GROUP, [
      { apiGroups: ['karpenter.sh'], resources: ['nodepools'], verbs: APPLY },
      { apiGroups: ['karpenter.sh'], resources: ['nodeclaims'], verbs: LOOK },
      { apiGroups: ['karpenter.k8s.aws'], resources: ['ec2nodeclasses'], verbs: LOOK },
      // A diagnosis: which pods wait, for what nodes, and what was told of them. The collector, which runs each minute, may not list pods.
      { apiGroups: [''], resources: ['pods', 'nodes', 'events'], verbs: ['list'] },
    ]),
    ...granted(
      'Role',
      'joinery-smoke-test',
      OPERATOR_GROUP,
      [
        { apiGroups: ['apps'], resources: ['deployments'], verbs: APPLY },
        { apiGroups: [''], resources: ['pods'], verbs: LOOK },
      ],
      smokeTestNamespace,
    ),
    ...granted(
      'Role',
      'joinery-restart-karpenter',
      OPERATOR_GROUP,
      [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'patch'], resourceNames: ['karpenter'] }],
      karpenterNamespace,
    ),
    ...granted(
      'Role',
      'joinery-diagnose-karpenter',
      OPERATOR_GROUP,
      [
        { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
        {
          apiGroups: ['coordination.k8s.io'],
          resources: ['leases'],
          verbs: ['get'],
          resourceNames: ['karpenter-leader-election'],
        },
      ],
      karpenterNamespace,
    ),
    ...readerRules(karpenterNamespace),
    ...granted(
      'Role',
      'joinery-read-pod-identity-agent',
      READER_GROUP,
      [{ apiGroups: ['apps'], resources: ['daemonsets'], verbs: ['get'], resourceNames: [POD_IDENTITY_AGENT.name] }],
      POD_IDENTITY_AGENT.namespace,
    ),
  ];
}

/** What the reader may do in any cluster, also in one whose Karpenter is somebody else's: look, at Karpenter's own things. */
export function readerRules(karpenterNamespace: string): Manifest[] {
  return [
    ...granted('ClusterRole', 'joinery-reader', READER_GROUP, [
      { apiGroups: ['karpenter.sh'], resources: ['nodepools', 'nodeclaims'], verbs: LOOK },
      { apiGroups: ['karpenter.k8s.aws'], resources: ['ec2nodeclasses'], verbs: LOOK },
      { apiGroups: [''], resources: ['nodes'], verbs: LOOK },
    ]),
    ...granted(
      'Role',
      'joinery-read-karpenter',
      READER_GROUP,
      [
        { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get'], resourceNames: ['karpenter'] },
        { apiGroups: [''], resources: ['pods'], verbs: LOOK },
        {
          apiGroups: ['coordination.k8s.io'],
          resources: ['leases'],
          verbs: ['get'],
          resourceNames: ['karpenter-leader-election'],
        },
        // The leader's metrics. Pods of this namespace alone, and only what they serve: the proxy is no way to their API.
        { apiGroups: [''], resources: ['pods/proxy'], verbs: ['get'] },
      ],
      karpenterNamespace,
    ),
  ];
}

/** A role of ours and its binding to a group. */
function granted(
  kind: 'ClusterRole' | 'Role',
  name: string,
  group: string,
  rules: readonly Rule[],
  namespace?: string,
): Manifest[] {
  const metadata = { name, labels, ...(namespace ? { namespace } : {}) };
  return [
    { apiVersion: RBAC, kind, metadata, rules },
    {
      apiVersion: RBAC,
      kind: `${kind}Binding`,
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: group }],
    },
  ];
}
