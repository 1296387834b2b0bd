import type { KubeApi, KubeCluster, KubeObject } from '../types.ts';
import type { ControllerState } from './state.ts';

type Change = { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: KubeObject };

type Cached = {
  readonly byKey: Map<string, KubeObject>;
  /** Until an object comes or goes. */
  order: readonly string[] | undefined;
  /** Until anything changes. */
  sorted: readonly KubeObject[] | undefined;
};

const LATEST = 8;

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
  const latest: Change[] = [];
  return {
    get changes() {
      return changes;
    },
    get latest() {
      return latest.map(({ type, object }) => `${type} ${object.kind} ${keyOf(object)}`);
    },
    list: (api, apiVersion, kind) => {
      const name = `${apiVersion}/${kind}`;
      let cached = kinds.get(name);
      if (!cached) {
        const byKey = new Map(api.list(apiVersion, kind).map((object) => [keyOf(object), object]));
        cached = { byKey, order: undefined, sorted: undefined };
        kinds.set(name, cached);
      }
      const { byKey } = cached;
      cached.order ??= [...byKey.keys()].sort();
      cached.sorted ??= cached.order.map((key) => byKey.get(key) as KubeObject);
      return cached.sorted;
    },
    apply: (change) => {
      const { type, object } = change;
      changes += 1;
      latest.push(change);
      if (latest.length > LATEST) latest.shift();
      const cached = kinds.get(`${object.apiVersion}/${object.kind}`);
      if (!cached) return;
      const key = keyOf(object);
      if (type === 'DELETED' || !cached.byKey.has(key)) cached.order = undefined;
      if (type === 'DELETED') cached.byKey.delete(key);
      else cached.byKey.set(key, object);
      cached.sorted = undefined;
    },
  };
}
