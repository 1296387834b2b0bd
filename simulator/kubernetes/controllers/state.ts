import type { Simulation } from '../../core/simulation.ts';

/** The agent of a node: what it knows beside the Node object. Times are epoch milliseconds. */
export type KubeletState = {
  joinedAtMs: number;
  instanceId: string;
  /** Null while it runs. */
  stoppedAtMs: number | null;
  isInstanceGone: boolean;
  /** Set by the CNI's pod, and kept: its configuration file stays on the node. */
  isNetworkReady: boolean;
};

/** What a kubelet knows of a pod. */
export type PodState = {
  seenAtMs: number;
  startedAtMs: number | null;
  /** The next start of a crashed container. */
  restartAtMs: number | null;
  restarts: number;
  /** The last failure, for as long as the containers do not run. */
  crash: { why: string; atMs: number } | null;
  /** Why the image did not come, and how often it was asked for; null once it is there. */
  pullFault: { why: string; tries: number } | null;
  readyAtMs: number | null;
  terminatingSinceMs: number | null;
  podIp: string | null;
};

/** What the controllers remember; everything else is in the objects. */
export type ControllerState = {
  /** False until the controllers were started for the first time. */
  isStarted: boolean;
  /** When the next reconciliation is due; agenda items for other times are out of date. */
  wakeAtMs: number | null;
  kubelets: Record<string, KubeletState>;
  /** By pod uid. */
  pods: Record<string, PodState>;
  /** Pods whose node is gone, by uid: since when. */
  orphansSinceMs: Record<string, number>;
  /** Pods that a NoExecute taint drives off, by uid: when. */
  evictionsDueMs: Record<string, number>;
  /** Objects were deleted or are being deleted: owners have to be looked at. */
  isGarbageLikely: boolean;
  addressesGiven: number;
};

export function controllerState(simulation: Simulation, clusterName: string): ControllerState {
  return simulation.state(`kubernetes-controllers:${clusterName}`, () => ({
    isStarted: false,
    wakeAtMs: null,
    kubelets: {},
    pods: {},
    orphansSinceMs: {},
    evictionsDueMs: {},
    isGarbageLikely: true,
    addressesGiven: 0,
  }));
}
