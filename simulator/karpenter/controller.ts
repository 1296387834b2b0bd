import type { Simulation } from '../core/simulation.ts';
import type { KubeApi, KubeObject, KubeRef } from '../kubernetes/types.ts';
import { CORE, type NodeClaim, type NodeClass, type NodePool, PROVIDER } from './objects.ts';
import type { Cluster } from './options.ts';
import type { Settings } from './settings.ts';
import type { KarpenterState, LogLine } from './state.ts';

/** What the controllers of the leading pod work with. Made anew for each piece of work. */
export type Controller = {
  readonly simulation: Simulation;
  readonly cluster: Cluster;
  readonly accountId: string;
  readonly region: string;
  readonly settings: Settings;
  /** The API server as the controller's service account sees it. */
  readonly api: KubeApi;
  /** The present state: ask each time, a restore replaces it. */
  state(): KarpenterState;
  /** Calls AWS with the controller's role, as its Pod Identity session; at another Region's endpoint where one is named. */
  aws<O>(service: string, operation: string, input: object, endpointRegion?: string): Promise<O>;
  /** Whether the controller's role may do something, where no call of the simulated service would tell. */
  mayCall(action: string, resource: string, context: Readonly<Record<string, string | readonly string[]>>): boolean;
  log(level: LogLine['level'], message: string, fields?: LogLine['fields']): void;
  /** Has a key worked on after so many seconds, or earlier if that was asked for already. */
  enqueue(key: string, afterSeconds: number): void;
};

/** What a piece of work wants next: to be called again after so many seconds. */
export type Outcome = { readonly againAfterSeconds: number } | undefined;

export function listClaims({ api }: Controller): NodeClaim[] {
  return api.list(CORE, 'NodeClaim') as NodeClaim[];
}

export function listPools({ api }: Controller): NodePool[] {
  return api.list(CORE, 'NodePool') as NodePool[];
}

export function listClasses({ api }: Controller): NodeClass[] {
  return api.list(PROVIDER, 'EC2NodeClass') as NodeClass[];
}

export function count(controller: Controller, counter: string, by = 1): void {
  const { counters } = controller.state();
  counters[counter] = (counters[counter] ?? 0) + by;
}

export function refOf({ apiVersion, kind, metadata }: KubeObject): KubeRef {
  const { name, namespace } = metadata;
  return { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) };
}

/** An error of a simulated AWS service, as the SDK throws it. */
export function isAwsError(error: unknown): error is Error & { readonly $fault: string } {
  return error instanceof Error && '$fault' in error;
}
