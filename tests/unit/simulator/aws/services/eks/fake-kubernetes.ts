import type { KubernetesPort, NodesPort } from '../../../../../../simulator/aws/services/eks/ports.ts';
import type { Simulation } from '../../../../../../simulator/core/simulation.ts';
import type { KubeApi, KubeCluster, KubeObject, KubeRef } from '../../../../../../simulator/kubernetes/types.ts';

type Objects = Record<string, Record<string, KubeObject>>;

const objectsIn = (simulation: Simulation) => simulation.state<Objects>('fake-kubernetes', () => ({}));

const keyOf = (ref: KubeRef) => `${ref.apiVersion}/${ref.kind}/${ref.namespace ?? ''}/${ref.name}`;
const refOf = (object: KubeObject): KubeRef => ({
  apiVersion: object.apiVersion,
  kind: object.kind,
  name: object.metadata.name,
  ...(object.metadata.namespace === undefined ? {} : { namespace: object.metadata.namespace }),
});

/** As much of an API server as EKS itself touches: no rules, no controllers. */
export function fakeKubernetes(simulation: Simulation): KubernetesPort {
  const apiOf = (name: string): KubeApi => {
    const objects = () => objectsIn(simulation)[name] ?? {};
    const put = (object: KubeObject) => {
      objects()[keyOf(refOf(object))] = structuredClone(object);
      return object;
    };
    return {
      get: (ref) => {
        const object = structuredClone(objects()[keyOf(ref)]);
        return object?.kind === 'Node' ? withReadiness(object, objects()) : object;
      },
      list: (apiVersion, kind) =>
        Object.values(objects()).filter((object) => object.apiVersion === apiVersion && object.kind === kind),
      create: put,
      update: put,
      updateStatus: put,
      apply: put,
      mergePatch: (ref, patch) => {
        const current = objects()[keyOf(ref)];
        if (!current) throw new Error(`no ${keyOf(ref)}`);
        const { metadata, spec } = patch as { metadata?: { labels?: object }; spec?: object };
        return put({
          ...current,
          metadata: {
            ...current.metadata,
            labels: withoutNulls({ ...current.metadata.labels, ...metadata?.labels }),
          },
          spec: { ...current.spec, ...spec },
        });
      },
      delete: (ref) => {
        delete objects()[keyOf(ref)];
      },
      evict: (namespace, podName) => {
        delete objects()[keyOf({ apiVersion: 'v1', kind: 'Pod', namespace, name: podName })];
      },
      can: () => true,
    };
  };
  const find = (name: string): KubeCluster | undefined =>
    objectsIn(simulation)[name] && { name, simulation, as: () => apiOf(name), onChange: () => undefined };
  return {
    createCluster: (name) => {
      objectsIn(simulation)[name] ??= {};
      return find(name) as KubeCluster;
    },
    find,
    endpointOf: (name) => ({ url: `https://127.0.0.1:6443/${name}`, caData: 'Q0E=' }),
    setVersion: () => undefined,
    deleteCluster: (name) => {
      delete objectsIn(simulation)[name];
    },
  };
}

/** Nodes as plain objects in the fake API server: Ready as soon as there is a network plugin, gone with their machine. */
export function fakeNodes(kubernetes: KubernetesPort): NodesPort {
  const api = (cluster: string) => kubernetes.find(cluster)?.as({ username: 'kubelet', groups: [] });
  return {
    join: (cluster, spec) => {
      api(cluster)?.create({
        apiVersion: 'v1',
        kind: 'Node',
        metadata: { name: spec.name, labels: { ...spec.labels } },
        spec: { providerID: spec.providerId, taints: [...spec.taints] },
        status: { allocatable: spec.allocatable, capacity: spec.capacity },
      });
    },
    gone: (cluster, name) => api(cluster)?.delete({ apiVersion: 'v1', kind: 'Node', name }),
  };
}

/** What the fake kubelet reports of a node: whether the DaemonSet of the network plugin is there. */
function withReadiness(node: KubeObject, objects: Record<string, KubeObject>): KubeObject {
  const hasPlugin = objects['apps/v1/DaemonSet/kube-system/aws-node'] !== undefined;
  const conditions = [{ type: 'Ready', status: hasPlugin ? 'True' : 'False' }];
  return { ...node, status: { ...node.status, conditions } };
}

function withoutNulls(labels: object): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== null));
}
