import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { KARPENTER_KINDS } from '../../../shared/nodepools/kinds.ts';
import { helmTemplate, type RenderedObject } from '../../support/helm-template.ts';

const folder = (name: string) => fileURLToPath(new URL(`../../../charts/stand-in/${name}`, import.meta.url));
const crdNames = KARPENTER_KINDS.map(({ plural, group }) => `${plural}.${group}`).sort();

type EnvironmentVariable = { name: string; value?: string };
type Container = { name: string; image: string; env: EnvironmentVariable[]; [field: string]: unknown };
type Deployment = {
  spec: {
    replicas: number;
    template: {
      metadata: Record<string, Record<string, string>>;
      spec: { containers: Container[]; [field: string]: unknown };
    };
    [field: string]: unknown;
  };
};
type Rule = { apiGroups: string[]; resources: string[]; verbs: string[]; resourceNames?: string[] };

function deploymentOf(objects: RenderedObject[]) {
  const { spec } = objects.find(({ kind }) => kind === 'Deployment') as unknown as Deployment;
  const [container] = spec.template.spec.containers;
  if (!container) throw new Error('the deployment has no container');
  return { spec, pod: spec.template.spec, container };
}

function environmentOf(values: Record<string, unknown>) {
  const { container } = deploymentOf(helmTemplate(folder('karpenter'), values));
  return Object.fromEntries(container.env.map(({ name, value }) => [name, value]));
}

describe('the stand-in chart karpenter', () => {
  it('cannot be installed without the name of the cluster', () => {
    expect(() => helmTemplate(folder('karpenter'), {})).toThrow(/settings.clusterName/);
  });

  it('hands the settings to the controller as environment variables', () => {
    const environment = environmentOf({
      settings: {
        clusterName: 'banking-prod',
        interruptionQueue: 'joinery-cluster-banking-prod',
        batchMaxDuration: '20s',
        reservedENIs: 1,
        featureGates: { nodeRepair: true },
      },
      controller: { env: [{ name: 'AWS_REGION', value: 'eu-west-1' }] },
    });

    expect(environment).toMatchObject({
      CLUSTER_NAME: 'banking-prod',
      INTERRUPTION_QUEUE: 'joinery-cluster-banking-prod',
      BATCH_MAX_DURATION: '20s',
      BATCH_IDLE_DURATION: '1s',
      RESERVED_ENIS: '1',
      VM_MEMORY_OVERHEAD_PERCENT: '0.075',
      AWS_REGION: 'eu-west-1',
    });
    expect(environment['FEATURE_GATES']?.split(',')).toEqual(
      expect.arrayContaining(['NodeRepair=true', 'ReservedCapacity=true', 'NodeOverlay=false']),
    );
    expect(environmentOf({ settings: { clusterName: 'a' } })).not.toHaveProperty('INTERRUPTION_QUEUE');
  });

  it('keeps two replicas apart and off the nodes that Karpenter makes', () => {
    const { spec, pod, container } = deploymentOf(
      helmTemplate(folder('karpenter'), { settings: { clusterName: 'a' } }),
    );
    const selector = {
      matchLabels: { 'app.kubernetes.io/name': 'karpenter', 'app.kubernetes.io/instance': 'karpenter' },
    };

    expect(spec).toMatchObject({
      replicas: 2,
      revisionHistoryLimit: 10,
      strategy: { rollingUpdate: { maxUnavailable: 1 } },
    });
    expect(pod).toMatchObject({
      serviceAccountName: 'karpenter',
      priorityClassName: 'system-cluster-critical',
      dnsPolicy: 'ClusterFirst',
      nodeSelector: { 'kubernetes.io/os': 'linux' },
      tolerations: [{ key: 'CriticalAddonsOnly', operator: 'Exists' }],
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'topology.kubernetes.io/zone',
          whenUnsatisfiable: 'DoNotSchedule',
          labelSelector: selector,
        },
      ],
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: 'karpenter.sh/nodepool', operator: 'DoesNotExist' }] }],
          },
        },
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { topologyKey: 'kubernetes.io/hostname', labelSelector: selector },
          ],
        },
      },
    });
    expect(container).toMatchObject({
      name: 'controller',
      ports: [{ containerPort: 8080 }, { containerPort: 8081 }],
      livenessProbe: { httpGet: { path: '/healthz', port: 'http' } },
      readinessProbe: { httpGet: { path: '/readyz', port: 'http' } },
      securityContext: { runAsNonRoot: true, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    });
  });

  it('honours what the values change of the pods', () => {
    const resources = { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '1', memory: '1Gi' } };
    const { spec, pod, container } = deploymentOf(
      helmTemplate(folder('karpenter'), {
        settings: { clusterName: 'a' },
        replicas: 1,
        nodeSelector: { 'joinery.dev/bootstrap': 'true' },
        podAnnotations: { a: 'b' },
        podLabels: { c: 'd' },
        dnsPolicy: 'Default',
        hostNetwork: true,
        topologySpreadConstraints: [
          { maxSkew: 2, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: {} },
        ],
        controller: { resources, image: { digest: 'sha256:00' } },
      }),
    );

    expect(spec.replicas).toBe(1);
    expect(spec.template.metadata).toMatchObject({ annotations: { a: 'b' }, labels: { c: 'd' } });
    expect(pod).toMatchObject({
      nodeSelector: { 'joinery.dev/bootstrap': 'true', 'kubernetes.io/os': 'linux' },
      dnsPolicy: 'Default',
      hostNetwork: true,
      topologySpreadConstraints: [{ maxSkew: 2 }],
    });
    expect(container).toMatchObject({ resources, image: expect.stringMatching(/controller:1\.14\.1@sha256:00$/) });
  });

  it('grants the controller what it does and no more', () => {
    const objects = helmTemplate(folder('karpenter'), {
      settings: { clusterName: 'a' },
      additionalClusterRoleRules: [{ apiGroups: ['example.com'], resources: ['things'], verbs: ['get'] }],
    });
    const role = (kind: string, name: string) =>
      objects.find((object) => object.kind === kind && object.metadata.name === name) as unknown as { rules: Rule[] };
    const may = (rules: Rule[], group: string, resource: string) =>
      rules
        .filter(({ apiGroups, resources }) => apiGroups.includes(group) && resources.includes(resource))
        .flatMap(({ verbs }) => verbs)
        .sort();
    const core = role('ClusterRole', 'karpenter-core').rules;

    expect(may(core, 'karpenter.sh', 'nodeclaims')).toEqual([
      'create',
      'delete',
      'get',
      'list',
      'patch',
      'update',
      'watch',
    ]);
    expect(may(core, '', 'nodes')).toEqual(['delete', 'get', 'list', 'patch', 'update', 'watch']);
    expect(may(core, '', 'pods/eviction')).toEqual(['create']);
    expect(may(core, '', 'secrets')).toEqual([]);
    expect(may(core, 'example.com', 'things')).toEqual(['get']);
    expect(may(role('ClusterRole', 'karpenter').rules, 'karpenter.k8s.aws', 'ec2nodeclasses')).toContain('patch');
    expect(role('Role', 'karpenter-dns')).toMatchObject({
      metadata: { namespace: 'kube-system' },
      rules: [{ resources: ['services'], resourceNames: ['kube-dns'], verbs: ['get'] }],
    });
    expect(role('Role', 'karpenter').rules).toContainEqual(
      expect.objectContaining({ resourceNames: ['karpenter-leader-election'], verbs: ['patch', 'update'] }),
    );
    const bindings = objects.filter(({ kind }) => kind.endsWith('RoleBinding'));
    expect(bindings).toHaveLength(4);
    for (const { subjects } of bindings) {
      expect(subjects).toEqual([{ kind: 'ServiceAccount', name: 'karpenter', namespace: 'kube-system' }]);
    }
  });

  it('carries the CRDs, which --skip-crds leaves out', () => {
    const values = { settings: { clusterName: 'a' } };
    const crds = (...flags: string[]) =>
      helmTemplate(folder('karpenter'), values, ...flags).filter(({ kind }) => kind === 'CustomResourceDefinition');

    expect(
      crds('--include-crds')
        .map(({ metadata }) => metadata.name)
        .sort(),
    ).toEqual(crdNames);
    expect(crds('--skip-crds')).toEqual([]);
  });
});

describe('the stand-in chart karpenter-crd', () => {
  it('renders the five CRDs with the annotations that were asked for', () => {
    const crds = helmTemplate(folder('karpenter-crd'), { additionalAnnotations: { 'example.com/a': 'b' } });

    expect(crds.map(({ metadata }) => metadata.name).sort()).toEqual(crdNames);
    for (const { metadata } of crds) {
      expect(metadata.annotations).toEqual({ 'example.com/a': 'b', 'joinery.dev/stand-in': 'true' });
    }
  });
});
