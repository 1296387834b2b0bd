import type { KubeApi, KubeCluster, KubeObject } from '../types.ts';
import type { ControllerState } from './state.ts';

type Change = { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: KubeObject };

type Cached = { readonly byKey: Map<string, KubeObject>; sorted: readonly KubeObject[] | undefined };

/** The controllers' own copy of a cluster's objects, kept up by changes, as a real controller's informers are. */
export type Informers = {
  /** In the order of namespace and name. Shared: never change the objects in place. */
  list(api: KubeApi, apiVersion: string, kind: string): readonly KubeObject[];
  apply(change: Change): void;
  readonly changes: number;
  /** The latest changes, to tell who keeps changing what. */
  readonly latest: readonly string[];
};

// By the state in which the objects live: a restore replaces it, and with it what is known here.
const known = new WeakMap<ControllerState, WeakMap<KubeCluster, Informers>>();

export function informersOf(cluster: KubeCluster, state: ControllerState): Informers {
  const clusters = known.get(state) ?? new WeakMap<KubeCluster, Informers>();
  known.set(state, clusters);
  const informers = clusters.get(cluster) ?? createInformers();
  clusters.set(cluster, informers);
  return informers;
}

function keyOf({ metadata }: KubeObject): string {
  return metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
}

function createInformers(): Informers {
  const kinds = new Map<string, Cached>();
  let changes = 0;
  let latest: string[] = [];
  return {
    get changes() {
      return changes;
    },
    get latest() {
      return latest;
    },
    list: (api, apiVersion, kind) => {
      const name = `${apiVersion}/${kind}`;
      let cached = kinds.get(name);
      if (!cached) {
        const byKey = new Map(api.list(apiVersion, kind).map((object) => [keyOf(object), object]));
        cached = { byKey, sorted: undefined };
        kinds.set(name, cached);
      }
      cached.sorted ??= [...cached.byKey]
        .sort(([left], [right]) => (left < right ? -1 : 1))
        .map(([, object]) => object);
      return cached.sorted;
    },
    apply: ({ type, object }) => {
      changes += 1;
      latest = [...latest.slice(-7), `${type} ${object.kind} ${keyOf(object)}`];
      const cached = kinds.get(`${object.apiVersion}/${object.kind}`);
      if (!cached) return;
      if (type === 'DELETED') cached.byKey.delete(keyOf(object));
      else cached.byKey.set(keyOf(object), object);
      cached.sorted = undefined;
    },
  };
}
