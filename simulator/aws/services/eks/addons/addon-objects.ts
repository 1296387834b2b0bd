import {
  type KubeApi,
  type KubeCluster,
  type KubeObject,
  type KubeRef,
  SYSTEM_ADMIN,
} from '../../../../kubernetes/types.ts';
import type { AddonSettings } from './addon-configuration.ts';
import { chooseVersion } from './addon-versions.ts';
import { ADDON_WORKLOADS, workloadObject } from './addon-workloads.ts';

const FIELD_MANAGER = 'eks';
const NAMESPACE = 'kube-system';

/** Writes an add-on's objects, over whatever else manages them. */
export function applyAddon(kube: KubeCluster, addonName: string, version: string, settings: AddonSettings): void {
  const api = kube.as(SYSTEM_ADMIN);
  for (const object of objectsOf(addonName, version, settings))
    api.apply(object, { fieldManager: FIELD_MANAGER, force: true });
}

/** An add-on that someone else installed: EKS takes it over only when told to. */
export function isInstalled(kube: KubeCluster, addonName: string): boolean {
  const api = kube.as(SYSTEM_ADMIN);
  return workloadRefs(addonName).some((ref) => api.get(ref) !== undefined);
}

export function removeAddon(kube: KubeCluster, addonName: string): void {
  const api = kube.as(SYSTEM_ADMIN);
  for (const object of objectsOf(addonName, '', {})) {
    const ref = refOf(object);
    if (ref.name !== 'default' && api.get(ref)) api.delete(ref, { propagationPolicy: 'Background' });
  }
}

/** The Deployments of an add-on whose pods are not all there; DaemonSets are well without nodes. */
export function lackingDeployments(kube: KubeCluster, addonName: string): string[] {
  const api = kube.as(SYSTEM_ADMIN);
  return workloadRefs(addonName)
    .filter((ref) => ref.kind === 'Deployment' && !hasItsReplicas(api, ref))
    .map((ref) => ref.name);
}

/** What a cluster starts with when nobody said otherwise: the three networking add-ons, managed by nobody. */
export function installSelfManaged(kube: KubeCluster, kubernetesVersion: string): void {
  for (const name of ['vpc-cni', 'kube-proxy', 'coredns']) {
    const version = chooseVersion(name, kubernetesVersion, undefined);
    const api = kube.as(SYSTEM_ADMIN);
    for (const object of objectsOf(name, version, {})) api.apply(object, { fieldManager: 'kubectl', force: true });
  }
}

function hasItsReplicas(api: KubeApi, ref: KubeRef): boolean {
  const deployment = api.get(ref);
  const wanted = deployment?.spec?.['replicas'];
  const ready = deployment?.status?.['readyReplicas'] ?? 0;
  return typeof wanted === 'number' && typeof ready === 'number' && ready >= wanted;
}

function workloadRefs(addonName: string): KubeRef[] {
  return (ADDON_WORKLOADS[addonName] ?? []).map((workload) => ({
    apiVersion: 'apps/v1',
    kind: workload.kind,
    name: workload.name,
    namespace: NAMESPACE,
  }));
}

function refOf(object: KubeObject): KubeRef {
  return { apiVersion: object.apiVersion, kind: object.kind, name: object.metadata.name, namespace: NAMESPACE };
}

function objectsOf(addonName: string, version: string, settings: AddonSettings): KubeObject[] {
  const workloads = ADDON_WORKLOADS[addonName] ?? [];
  const accounts = [...new Set(workloads.map((workload) => workload.serviceAccount))].filter(
    (name) => name !== 'default',
  );
  return [
    ...accounts.map((name) => ({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name, namespace: NAMESPACE },
    })),
    ...(addonName === 'coredns' ? dnsObjects() : []),
    ...workloads.map((workload) => workloadObject(workload, version, settings)),
  ];
}

function dnsObjects(): KubeObject[] {
  const labels = { 'k8s-app': 'kube-dns' };
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'kube-dns', namespace: NAMESPACE, labels },
      spec: {
        clusterIP: '172.20.0.10',
        selector: labels,
        ports: [
          { name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 },
          { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 53 },
        ],
      },
    },
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'coredns', namespace: NAMESPACE, labels },
      spec: { maxUnavailable: 1, selector: { matchLabels: labels } },
    },
  ];
}
