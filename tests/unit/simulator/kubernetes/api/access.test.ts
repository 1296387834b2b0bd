import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { KubeObject, KubeUser } from '../../../../../simulator/kubernetes/types.ts';
import { aKubernetes, aPod, statusErrorOf } from '../../../../support/test-kubernetes.ts';

let world: ReturnType<typeof aKubernetes>;
beforeEach(() => {
  world = aKubernetes();
});
afterEach(() => world.close());

const RBAC = 'rbac.authorization.k8s.io';
const bob: KubeUser = { username: 'bob', groups: ['ops'] };
const rule = (verbs: string[], resources: string[], more: object = {}) => ({
  apiGroups: [''],
  resources,
  verbs,
  ...more,
});

function clusterRole(name: string, rules: object[], more: object = {}): KubeObject {
  return { apiVersion: `${RBAC}/v1`, kind: 'ClusterRole', metadata: { name, ...more }, rules };
}

function binding(kind: 'ClusterRoleBinding' | 'RoleBinding', role: string, subject: object): KubeObject {
  const metadata = { name: role, ...(kind === 'RoleBinding' ? { namespace: 'default' } : {}) };
  return {
    apiVersion: `${RBAC}/v1`,
    kind,
    metadata,
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: role },
    subjects: [subject],
  };
}

const group = { kind: 'Group', name: 'ops' };

describe('authorization', () => {
  it('refuses in the words of a real server', () => {
    const api = world.cluster.as(bob);

    expect(statusErrorOf(() => api.list('v1', 'Pod')).message).toBe(
      'pods is forbidden: User "bob" cannot list resource "pods" in API group "" at the cluster scope',
    );
    expect(
      statusErrorOf(() => api.get({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'd', namespace: 'default' })),
    ).toMatchObject({
      code: 403,
      message:
        'deployments.apps "d" is forbidden: User "bob" cannot get resource "deployments" in API group "apps" in the namespace "default"',
    });
  });

  it('lets a RoleBinding grant in its own namespace only', () => {
    world.api.create(clusterRole('reader', [rule(['get', 'list'], ['pods'])]));
    world.api.create(binding('RoleBinding', 'reader', group));
    const api = world.cluster.as(bob);

    expect(api.list('v1', 'Pod', { namespace: 'default' })).toEqual([]);
    expect(statusErrorOf(() => api.list('v1', 'Pod', { namespace: 'kube-system' })).code).toBe(403);
  });

  it('honours resourceNames, subresources and service account groups', () => {
    world.api.create(
      clusterRole('narrow', [
        rule(['get'], ['configmaps'], { resourceNames: ['mine'] }),
        rule(['patch'], ['pods/status']),
      ]),
    );
    world.api.create(
      binding('ClusterRoleBinding', 'narrow', { kind: 'Group', name: 'system:serviceaccounts:default' }),
    );
    const api = world.cluster.as({ username: 'system:serviceaccount:default:app', groups: [] });
    const inDefault = { namespace: 'default' };

    expect(api.can('get', '', 'configmaps', { ...inDefault, name: 'mine' })).toBe(true);
    expect(api.can('get', '', 'configmaps', { ...inDefault, name: 'other' })).toBe(false);
    expect(api.can('list', '', 'configmaps', inDefault)).toBe(false);
    expect(api.can('patch', '', 'pods', { ...inDefault, subresource: 'status' })).toBe(true);
    expect(api.can('patch', '', 'pods', inDefault)).toBe(false);
  });

  it('aggregates roles by label, also through another aggregated role', () => {
    const label = { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' };
    world.api.create(
      clusterRole('extra', [{ apiGroups: ['karpenter.sh'], resources: ['nodepools'], verbs: ['get'] }], {
        labels: label,
      }),
    );
    world.api.create({ ...binding('ClusterRoleBinding', 'admin', group), metadata: { name: 'admins' } });

    expect(world.cluster.as(bob).can('get', 'karpenter.sh', 'nodepools')).toBe(true);
    expect(world.cluster.as(bob).can('delete', 'karpenter.sh', 'nodepools')).toBe(false);
  });

  it('lets nobody grant more than they hold, unless they may escalate or bind', () => {
    world.api.create(
      clusterRole('role-writer', [
        { apiGroups: [RBAC], resources: ['clusterroles', 'clusterrolebindings'], verbs: ['*'], resourceNames: [] },
      ]),
    );
    world.api.create(
      clusterRole('weak-writer', [
        { apiGroups: [RBAC], resources: ['clusterroles', 'clusterrolebindings'], verbs: ['create'] },
      ]),
    );
    world.api.create(binding('ClusterRoleBinding', 'weak-writer', group));
    const api = world.cluster.as(bob);

    const role = statusErrorOf(() => api.create(clusterRole('mine', [rule(['get'], ['secrets'])])));
    const bound = statusErrorOf(() =>
      api.create({ ...binding('ClusterRoleBinding', 'cluster-admin', group), metadata: { name: 'me' } }),
    );
    world.api.create({ ...binding('ClusterRoleBinding', 'role-writer', group), metadata: { name: 'strong' } });

    expect(role.message).toContain(
      'is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}',
    );
    expect(bound.code).toBe(403);
    expect(api.create(clusterRole('mine', [rule(['get'], ['secrets'])])).metadata.name).toBe('mine');
  });

  it('lets a kubelet change its own node and its own pods', () => {
    const kubelet = world.cluster.as({ username: 'system:node:n1', groups: ['system:nodes'] });
    world.api.create(aPod('here', { spec: { nodeName: 'n1' } }));
    world.api.create(aPod('there', { spec: { nodeName: 'n2' } }));
    const patch = (name: string) =>
      kubelet.mergePatch(
        { apiVersion: 'v1', kind: 'Pod', name, namespace: 'default' },
        { status: { phase: 'Running' } },
        'status',
      );

    kubelet.create({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' } });

    expect(patch('here').status?.['phase']).toBe('Running');
    expect(statusErrorOf(() => patch('there')).code).toBe(403);
    expect(kubelet.can('patch', '', 'nodes', { name: 'n2' })).toBe(false);
  });

  it('lets a cluster admin by access policy do everything', () => {
    expect(world.cluster.as({ ...bob, isClusterAdmin: true }).can('delete', '', 'nodes')).toBe(true);
  });
});
