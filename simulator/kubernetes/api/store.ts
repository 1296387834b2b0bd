import { createHash } from 'node:crypto';
import type { Simulation } from '../../core/simulation.ts';
import type { KubeObject } from '../types.ts';
import { frozenJson } from './json.ts';

export type ChangeType = 'ADDED' | 'MODIFIED' | 'DELETED';

/** A change as watches resume from it. */
export type LoggedChange = {
  readonly revision: number;
  readonly type: ChangeType;
  readonly storageKey: string;
  readonly object: KubeObject;
  /** What the object was before, to tell which selectors it left. */
  readonly previous: KubeObject | null;
};

type KubeState = {
  revision: number;
  /** storage key -> object key -> object. Stored objects are never changed in place. */
  objects: Record<string, Record<string, KubeObject>>;
  log: LoggedChange[];
  /** How often each name was made within the present millisecond, so that uids depend on names and not on arrival. */
  draws: { atMs: number; counts: Record<string, number> };
};

/** How many changes a watch can look back on; older resource versions are 410 Gone. */
const LOG_LENGTH = 100;
const NAME_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** The objects of one cluster. What it returns is the stored object itself, frozen: copy before changing. */
export type Store = {
  get(storageKey: string, namespace: string | undefined, name: string): KubeObject | undefined;
  /** In the order of namespace and name. */
  list(storageKey: string, namespace?: string): KubeObject[];
  put(storageKey: string, object: KubeObject): KubeObject;
  remove(storageKey: string, object: KubeObject): KubeObject;
  revision(): number;
  /** Changes after a revision; undefined when the log no longer reaches back that far. */
  changesSince(revision: number): LoggedChange[] | undefined;
  subscribe(listener: (change: LoggedChange) => void): () => void;
  newUid(storageKey: string, namespace: string | undefined, name: string): string;
  newNameSuffix(storageKey: string, namespace: string | undefined, prefix: string): string;
  /** Identity of the present state: another object after a restore. */
  identity(): object;
};

function objectKey(namespace: string | undefined, name: string): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** The keys of one kind's objects in order, until an object comes or goes; a cluster may be taken up by another store. */
const orders = new WeakMap<Record<string, KubeObject>, readonly string[]>();

export function createStore(clusterName: string, simulation: Simulation): Store {
  const listeners = new Set<(change: LoggedChange) => void>();
  const state = (): KubeState =>
    simulation.state(`kubernetes:${clusterName}`, () => ({
      revision: 1,
      objects: {},
      log: [],
      draws: { atMs: 0, counts: {} },
    }));

  function objectsOf(storageKey: string): Record<string, KubeObject> {
    const objects = state().objects;
    objects[storageKey] ??= {};
    return objects[storageKey];
  }

  function record(type: ChangeType, storageKey: string, object: KubeObject, previous: KubeObject | undefined): void {
    const present = state();
    const change = { revision: present.revision, type, storageKey, object, previous: previous ?? null };
    present.log.push(change);
    if (present.log.length > LOG_LENGTH * 2) present.log.splice(0, present.log.length - LOG_LENGTH);
    for (const listener of [...listeners]) listener(change);
  }

  function stamped(object: KubeObject): KubeObject {
    const present = state();
    present.revision += 1;
    const metadata = { ...object.metadata, resourceVersion: String(present.revision) };
    return frozenJson({ ...object, metadata });
  }

  /** The same name drawn twice in one millisecond gives two values; in any order of names the same values. */
  function draw(key: string): string {
    const present = state();
    const nowMs = simulation.now();
    if (present.draws.atMs !== nowMs) present.draws = { atMs: nowMs, counts: {} };
    const count = (present.draws.counts[key] ?? 0) + 1;
    present.draws.counts[key] = count;
    const fullKey = `${clusterName}:${key}@${nowMs}#${count}`;
    const seeded = simulation.between(fullKey, 0, 2 ** 32);
    return createHash('sha256').update(`${fullKey}:${seeded}`).digest('hex');
  }

  return {
    get: (storageKey, namespace, name) => objectsOf(storageKey)[objectKey(namespace, name)],
    list: (storageKey, namespace) => {
      const objects = objectsOf(storageKey);
      const keys = orders.get(objects) ?? Object.keys(objects).sort();
      orders.set(objects, keys);
      const prefix = namespace === undefined ? '' : `${namespace}/`;
      return keys.filter((key) => key.startsWith(prefix)).map((key) => objects[key] as KubeObject);
    },
    put: (storageKey, object) => {
      const objects = objectsOf(storageKey);
      const key = objectKey(object.metadata.namespace, object.metadata.name);
      const previous = objects[key];
      const stored = stamped(object);
      objects[key] = stored;
      if (!previous) orders.delete(objects);
      record(previous ? 'MODIFIED' : 'ADDED', storageKey, stored, previous);
      return stored;
    },
    remove: (storageKey, object) => {
      const objects = objectsOf(storageKey);
      const key = objectKey(object.metadata.namespace, object.metadata.name);
      const previous = objects[key];
      delete objects[key];
      orders.delete(objects);
      const last = stamped(object);
      record('DELETED', storageKey, last, previous);
      return last;
    },
    revision: () => state().revision,
    changesSince: (revision) => {
      const present = state();
      const oldest = present.log[0]?.revision ?? present.revision + 1;
      if (revision + 1 < oldest) return undefined;
      return present.log.filter((change) => change.revision > revision);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    newUid: (storageKey, namespace, name) => {
      const hex = draw(`uid:${storageKey}:${objectKey(namespace, name)}`);
      const parts = [
        hex.slice(0, 8),
        hex.slice(8, 12),
        `4${hex.slice(13, 16)}`,
        `a${hex.slice(17, 20)}`,
        hex.slice(20, 32),
      ];
      return parts.join('-');
    },
    newNameSuffix: (storageKey, namespace, prefix) => {
      const hex = draw(`name:${storageKey}:${objectKey(namespace, prefix)}`);
      const letters = [0, 1, 2, 3, 4].map((index) => {
        const byte = Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16);
        return NAME_ALPHABET[byte % NAME_ALPHABET.length];
      });
      return letters.join('');
    },
    identity: state,
  };
}
