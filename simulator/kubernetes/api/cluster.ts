import type { Simulation } from '../../core/simulation.ts';
import { type KubeCluster, type KubeObject, SYSTEM_ADMIN } from '../types.ts';
import { DEFAULT_RBAC } from './authorization/default-roles.ts';
import type { ApiContext } from './context.ts';
import { copyJson } from './json.ts';
import { createKubeApi } from './kube-api.ts';
import { createRegistry } from './resources/registry.ts';
import { createStore } from './store.ts';

/** A simulated API server with all that the HTTPS front end needs of it. */
export type SimulatedKubeCluster = KubeCluster & ApiContext;

const NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];
const PRIORITY_CLASSES = { 'system-cluster-critical': 2_000_000_000, 'system-node-critical': 2_000_001_000 };

/** Starts a cluster's Kubernetes, or takes up the one that the simulation's state holds already. */
export function createKubeCluster(options: {
  readonly name: string;
  readonly simulation: Simulation;
  /** The git version, such as `v1.35.2-eks-0000000`. */
  readonly version: string;
}): SimulatedKubeCluster {
  const { name, simulation, version } = options;
  const store = createStore(name, simulation);
  const context: ApiContext = {
    clusterName: name,
    simulation,
    version,
    store,
    registry: createRegistry(store),
    podPages: [],
    podLogs: [],
  };
  seed(context);
  return {
    ...context,
    name,
    as: (user) => createKubeApi(context, user),
    onChange: (listener) => {
      store.subscribe(({ type, object }) => listener({ type, object }));
    },
  };
}

/** What every cluster has from the start. */
function seed(context: ApiContext): void {
  if (context.store.list('/namespaces').length > 0) return;
  const api = createKubeApi(context, SYSTEM_ADMIN);
  const namespaces = NAMESPACES.map(
    (name): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }),
  );
  const priorities = Object.entries(PRIORITY_CLASSES).map(
    ([name, value]): KubeObject => ({
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name },
      value,
    }),
  );
  for (const object of [...namespaces, ...DEFAULT_RBAC, ...priorities]) api.create(copyJson(object));
}
