import type { KubernetesPort } from '../aws/services/eks/ports.ts';
import type { Simulation } from '../core/simulation.ts';
import { createKubeCluster, type SimulatedKubeCluster } from '../kubernetes/api/cluster.ts';
import { type ApiServer, startApiServer } from '../kubernetes/api/http/server.ts';
import type { KubeUser } from '../kubernetes/types.ts';

type Entry = { readonly cluster: SimulatedKubeCluster; server: ApiServer | undefined };

/** Versions by name of the clusters that live in the present world. */
type KubernetesState = { versions: Record<string, string> };

const initialState = (): KubernetesState => ({ versions: {} });

export type KubernetesClusters = KubernetesPort & {
  /** Brings up every cluster of the present world: after a restore there may be some that were never opened here. */
  openAll(): void;
  /** Ends every API server. */
  close(): Promise<void>;
};

type Options = {
  readonly simulation: Simulation;
  readonly authenticate: (token: string, cluster: string) => KubeUser | undefined;
  /** Starts what runs in a cluster: controllers, Karpenter. Called once for each name, also after a restore. */
  readonly bringUp: (cluster: SimulatedKubeCluster) => void;
};

/** The Kubernetes of every simulated cluster, each behind an HTTPS API server of its own on the loopback interface. */
export function kubernetesClusters(options: Options): KubernetesClusters {
  const { simulation } = options;
  const entries = new Map<string, Entry>();
  const state = () => simulation.state('kubernetes-clusters', initialState);

  function open(name: string, version: string): Entry {
    const found = entries.get(name);
    // A restored world may not have the cluster's first objects yet: this seeds them.
    const cluster = createKubeCluster({ name, simulation, version });
    if (found) return found;
    const entry: Entry = { cluster, server: undefined };
    entries.set(name, entry);
    // Virtual time stands still until it listens, so nobody can ask for the endpoint before.
    void simulation.gate.run(async () => {
      entry.server = await startApiServer({ cluster, authenticate: (token) => options.authenticate(token, name) });
    });
    options.bringUp(cluster);
    return entry;
  }

  return {
    createCluster: (name, version) => {
      state().versions[name] = version;
      return open(name, version).cluster;
    },
    find: (name) => {
      const version = state().versions[name];
      return version === undefined ? undefined : (entries.get(name) ?? open(name, version)).cluster;
    },
    openAll: () => {
      for (const [name, version] of Object.entries(state().versions)) if (!entries.has(name)) open(name, version);
    },
    endpointOf: (name) => {
      const server = entries.get(name)?.server;
      if (!server) throw new Error(`the API server of ${name} is not up`);
      return { url: server.url, caData: server.caData };
    },
    setVersion: (name, version) => {
      state().versions[name] = version;
    },
    deleteCluster: (name) => {
      delete state().versions[name];
    },
    close: async () => {
      await Promise.all([...entries.values()].map((entry) => entry.server?.close()));
      entries.clear();
    },
  };
}
