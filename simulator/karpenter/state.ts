import type { Simulation } from '../core/simulation.ts';
import type { Histogram } from './reporting/histograms.ts';

export type LogLine = {
  readonly at: string;
  readonly level: 'INFO' | 'WARN' | 'ERROR';
  readonly message: string;
  readonly fields: Readonly<Record<string, string | number>>;
};

/** The pod that holds the lease and acts. */
export type Leader = {
  podName: string;
  podUid: string;
  namespace: string;
  serviceAccount: string;
  identity: string;
  /** What a leader asks of AWS before its controllers run. */
  isStarted: boolean;
  queueUrl: string | null;
};

/** What one cluster's Karpenter knows beside the Kubernetes objects. Plain JSON; times are epoch milliseconds. */
export type KarpenterState = {
  /** Work key to when it is due; agenda items for other times are out of date. */
  due: Record<string, number>;
  /** How often in a row a key failed. */
  failures: Record<string, number>;
  leader: Leader | null;
  /** Pods (uid and restarts) that have made their start-up calls. */
  startedProcesses: Record<string, number>;
  batch: { firstMs: number; lastMs: number } | null;
  /** `type zone capacityType` to when the mark ends. */
  unavailable: Record<string, number>;
  /** Nodes to the last time that a pod came, ended or left. */
  podEvents: Record<string, number>;
  /** Claims found empty and waiting for confirmation. */
  emptySince: Record<string, number>;
  /** Events told lately, to when they may be told again. */
  toldUntil: Record<string, number>;
  /** When each check of a node class was last made. */
  classChecks: Record<string, number>;
  logs: LogLine[];
  counters: Record<string, number>;
  histograms: Record<string, Histogram>;
  /** Pods by uid, as the leading process knows them. */
  pods: PodsSeen;
};

export type PodsSeen = {
  /** When it was first seen that a pod needs a node. */
  acknowledged: Record<string, number>;
  /** A place was looked for. */
  decided: Record<string, boolean>;
  /** Not started yet: seen without a node, or only with one. */
  pending: Record<string, 'waiting' | 'bound'>;
  /** How many found no place the last time. */
  stuck: number;
};

export const NO_PODS_SEEN = (): PodsSeen => ({ acknowledged: {}, decided: {}, pending: {}, stuck: 0 });

export function karpenterState(simulation: Simulation, clusterName: string): KarpenterState {
  return simulation.state(`karpenter:${clusterName}`, () => ({
    due: {},
    failures: {},
    leader: null,
    startedProcesses: {},
    batch: null,
    unavailable: {},
    podEvents: {},
    emptySince: {},
    toldUntil: {},
    classChecks: {},
    logs: [],
    counters: {},
    histograms: {},
    pods: NO_PODS_SEEN(),
  }));
}
