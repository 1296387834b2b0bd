import type { Simulation } from '../../core/simulation.ts';
import type { KubeObject } from '../types.ts';
import type { Registry } from './resources/registry.ts';
import type { Store } from './store.ts';

/** What a pod serves on one of its ports; undefined where it does not listen, or is no pod of this kind. */
export type PodPage = (pod: KubeObject, port: number, path: string) => string | undefined;

/** What a pod's container printed, oldest first; undefined where it is no pod of this kind. */
export type PodLog = (pod: KubeObject) => readonly string[] | undefined;

/** What every part of one simulated API server shares. */
export type ApiContext = {
  readonly clusterName: string;
  readonly simulation: Simulation;
  /** The server's git version, such as v1.35.2-eks-0000000. */
  readonly version: string;
  readonly store: Store;
  readonly registry: Registry;
  /** Filled by what runs in the cluster; asked in order when somebody reaches a pod through the API server's proxy. */
  readonly podPages: PodPage[];
  /** The same for somebody who reads a pod's log. */
  readonly podLogs: PodLog[];
};
