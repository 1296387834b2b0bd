import { describe, expect, it } from '@jest/globals';
import type { Node, Pod, PodSpec } from '../../../../../../simulator/kubernetes/controllers/objects.ts';
import type { NodeInfo } from '../../../../../../simulator/kubernetes/controllers/scheduler/cluster-view.ts';
import { canSchedule, refusalOf } from '../../../../../../simulator/kubernetes/controllers/scheduler/filters.ts';
import { podRequests } from '../../../../../../simulator/kubernetes/controllers/scheduler/resources.ts';
import { bestNode } from '../../../../../../simulator/kubernetes/controllers/scheduler/scores.ts';

function pod(name: string, spec: Partial<PodSpec> = {}, labels: Record<string, string> = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', labels },
    spec: { containers: [{ name: 'app', resources: { requests: { cpu: '500m', memory: '1Gi' } } }], ...spec },
  };
}

function host(name: string, labels: Record<string, string> = {}, pods: Pod[] = [], spec: Node['spec'] = {}): NodeInfo {
  const allocatable = { cpu: '2', memory: '4Gi', 'ephemeral-storage': '20Gi', pods: '17' };
  const metadata = { name, labels: { 'kubernetes.io/hostname': name, ...labels } };
  return { node: { apiVersion: 'v1', kind: 'Node', metadata, spec, status: { allocatable } }, pods };
}

const view = (...nodes: NodeInfo[]) => ({ nodes, namespaces: { default: {}, other: { team: 'red' } } });
const needing = (key: string, operator: string, values: string[] = []): Partial<PodSpec> => ({
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key, operator, values }] }],
      },
    },
  },
});

describe('whether a pod fits on a node', () => {
  it.each([
    ['In', ['m5', 'm6'], true],
    ['NotIn', ['m5'], false],
    ['Exists', [], true],
    ['DoesNotExist', [], false],
  ])('reads the node affinity operator %s', (operator, values, fits) => {
    const node = host('a', { family: 'm5' });

    expect(canSchedule(pod('p', needing('family', operator, values)), node, view(node))).toBe(fits);
  });

  it.each([
    ['Gt', '3', true],
    ['Gt', '4', false],
    ['Lt', '5', true],
    ['Lt', '4', false],
    ['Gt', 'many', false],
  ])('compares labels as numbers with %s %s', (operator, limit, fits) => {
    const node = host('a', { generation: '4' });

    expect(canSchedule(pod('p', needing('generation', operator, [limit])), node, view(node))).toBe(fits);
  });

  it('counts init containers by the largest, sidecars with all, and overhead', () => {
    const container = (cpu: string, more = {}) => ({ name: cpu, resources: { requests: { cpu } }, ...more });
    const wanted = pod('p', {
      initContainers: [container('300m', { restartPolicy: 'Always' }), container('1500m'), container('100m')],
      containers: [container('500m'), { name: 'b', resources: { limits: { cpu: '0.2', 'ephemeral-storage': '1Gi' } } }],
      overhead: { cpu: '10m' },
    });

    expect(podRequests(wanted)).toEqual({ cpu: 1810, 'ephemeral-storage': 2 ** 30 });
  });

  it('refuses a host port that is taken, and only on the same address and protocol', () => {
    const withPort = (port: object) =>
      pod('p', { containers: [{ name: 'app', ports: [{ hostPort: 8080, protocol: 'TCP', ...port }] }] });
    const node = host('a', {}, [withPort({ hostIP: '10.0.0.1' })]);

    expect(canSchedule(withPort({}), node, view(node))).toBe(false);
    expect(canSchedule(withPort({ hostIP: '10.0.0.2' }), node, view(node))).toBe(true);
    expect(canSchedule(withPort({ protocol: 'UDP' }), node, view(node))).toBe(true);
  });

  it('counts required anti-affinity of running pods against new ones, in the namespaces that they mean', () => {
    const term = {
      topologyKey: 'kubernetes.io/hostname',
      labelSelector: { matchLabels: { noisy: 'yes' } },
      namespaceSelector: { matchLabels: { team: 'red' } },
    };
    const quiet = pod('quiet', {
      affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } },
    });
    const node = host('a', {}, [quiet]);
    const noisy = pod('noisy', {}, { noisy: 'yes' });
    const foreign = { ...noisy, metadata: { ...noisy.metadata, namespace: 'other' } };

    expect(canSchedule(noisy, node, view(node))).toBe(true);
    expect(refusalOf(foreign, node, view(node))?.reasons).toEqual([
      "node(s) didn't satisfy existing pods anti-affinity rules",
    ]);
  });

  it('lets the first pod of a group with affinity to itself go anywhere, and the others only to it', () => {
    const term = { topologyKey: 'zone', labelSelector: { matchLabels: { app: 'group' } } };
    const spec = { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } } };
    const member = (name: string) => pod(name, spec, { app: 'group' });
    const [empty, here, there] = [
      host('a', { zone: '1' }),
      host('a', { zone: '1' }, [member('x')]),
      host('b', { zone: '2' }),
    ];

    expect(canSchedule(member('x'), empty, view(empty, there))).toBe(true);
    expect(canSchedule(member('y'), here, view(here, there))).toBe(true);
    expect(canSchedule(member('y'), there, view(here, there))).toBe(false);
  });

  it('spreads over a node that does not exist yet as over the others', () => {
    const constraint = {
      maxSkew: 1,
      topologyKey: 'zone',
      whenUnsatisfiable: 'DoNotSchedule',
      labelSelector: { matchLabels: { app: 'web' } },
    };
    const web = (name: string) => pod(name, { topologySpreadConstraints: [constraint] }, { app: 'web' });
    const full = host('a', { zone: '1' }, [web('1')]);
    const imagined = host('new', { zone: '2' });

    expect(canSchedule(web('2'), full, view(full))).toBe(true);
    expect(canSchedule(web('2'), full, view(full, imagined))).toBe(false);
    expect(canSchedule(web('2'), imagined, view(full))).toBe(true);
  });

  it('keeps to one pod in each of fewer domains than minDomains', () => {
    const constraint = {
      maxSkew: 1,
      topologyKey: 'zone',
      whenUnsatisfiable: 'DoNotSchedule',
      minDomains: 2,
      labelSelector: { matchLabels: { app: 'web' } },
    };
    const web = (name: string) => pod(name, { topologySpreadConstraints: [constraint] }, { app: 'web' });
    const node = host('a', { zone: '1' }, [web('1')]);

    expect(canSchedule(web('2'), node, view(node))).toBe(false);
    expect(refusalOf(web('2'), host('b'), view(node))).toEqual({
      reasons: ["node(s) didn't match pod topology spread constraints (missing required label)"],
      isFinal: true,
    });
  });

  it('spreads the pods of one revision only where matchLabelKeys says so', () => {
    const constraint = {
      maxSkew: 1,
      topologyKey: 'kubernetes.io/hostname',
      whenUnsatisfiable: 'DoNotSchedule',
      labelSelector: { matchLabels: { app: 'web' } },
      matchLabelKeys: ['pod-template-hash'],
    };
    const web = (hash: string) =>
      pod(hash, { topologySpreadConstraints: [constraint] }, { app: 'web', 'pod-template-hash': hash });
    const [full, free] = [host('a', {}, [web('old')]), host('b')];

    expect(canSchedule(web('new'), full, view(full, free))).toBe(true);
    expect(canSchedule(web('old'), full, view(full, free))).toBe(false);
  });

  it('keeps pods off cordoned nodes and lets daemons on', () => {
    const node = host('a', {}, [], { unschedulable: true });
    const toleration = { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' };

    expect(refusalOf(pod('p'), node, view(node))?.reasons).toEqual(['node(s) were unschedulable']);
    expect(canSchedule(pod('p', { tolerations: [toleration] }), node, view(node))).toBe(true);
  });
});

describe('the choice among nodes that take a pod', () => {
  it('prefers by node affinity, avoids soft taints, then takes the emptiest, then the first by name', () => {
    const preference = { matchExpressions: [{ key: 'tier', operator: 'In', values: ['gold'] }] };
    const picky = pod('p', {
      affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 50, preference }] } },
    });
    const [plain, gold, soft, busy] = [
      host('b'),
      host('z', { tier: 'gold' }),
      host('a', {}, [], { taints: [{ key: 'spot', effect: 'PreferNoSchedule' }] }),
      host('a', {}, [pod('x')]),
    ];
    const best = (one: Pod, ...nodes: NodeInfo[]) => bestNode(one, nodes, view(...nodes))?.node.metadata.name;

    expect(best(picky, plain, gold)).toBe('z');
    expect(best(pod('p'), soft, plain)).toBe('b');
    expect(best(pod('p'), busy, plain)).toBe('b');
    expect(best(pod('p'), host('d'), host('c'))).toBe('c');
  });
});
