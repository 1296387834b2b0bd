import type { Simulation } from '../../core/simulation.ts';
import type { Registry } from './resources/registry.ts';
import type { Store } from './store.ts';

/** What every part of one simulated API server shares. */
export type ApiContext = {
  readonly clusterName: string;
  readonly simulation: Simulation;
  /** The server's git version, such as v1.35.2-eks-0000000. */
  readonly version: string;
  readonly store: Store;
  readonly registry: Registry;
};
