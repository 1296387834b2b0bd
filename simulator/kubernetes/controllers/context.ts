import type { KubeApi, KubeCluster, KubeObject } from '../types.ts';
import type { Pod } from './objects.ts';
import type { ControllerState } from './state.ts';

/** How the containers of a pod fare; undefined: they start and become ready in their own time. */
export type PodBehaviour =
  | { readonly readyAfterSeconds: number }
  | { readonly crash: string }
  /** The image cannot be had. */
  | { readonly pullFault: string }
  | undefined;

export type ControllerOptions = {
  /** Asked each time a pod's containers start. */
  readonly podBehaviour?: (pod: Pod) => PodBehaviour;
  /** May change pods that controllers make, before they are created: what a mutating webhook would do. */
  readonly mutatePod?: (pod: KubeObject) => KubeObject;
};

/** What one reconciliation works with. Objects that it lists are shared within it: never change them in place. */
export type Reconciliation = {
  readonly cluster: KubeCluster;
  readonly api: KubeApi;
  readonly options: ControllerOptions;
  readonly state: ControllerState;
  readonly nowMs: number;
  readonly timestamp: string;
  /** The objects of a built-in kind. */
  list<T extends KubeObject>(apiVersion: string, kind: string): readonly T[];
  /** Asks to be run again at a moment, for what becomes due without any object changing. */
  wakeAt(atMs: number): void;
  /** A duration drawn for an object, in milliseconds. */
  drawMs(key: string, lowSeconds: number, highSeconds: number): number;
};
