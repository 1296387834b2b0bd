import type { Reconciliation } from '../context.ts';
import { isFinished, isTerminating, keyOf, type Node, type Pod } from '../objects.ts';
import type { KubeletState, PodState } from '../state.ts';
import { refOf, writeStatus } from '../writing.ts';
import { podStatus, rfc3339, type Stage } from './pod-status.ts';

const FIRST_BACK_OFF_SECONDS = 10;
const LONGEST_BACK_OFF_SECONDS = 300;

// Pods whose containers run and are ready, as they were when nothing was left to report of them.
const settled = new WeakSet<Pod>();
// What the others' status was made of, when there was nothing new to report. Nothing in a status moves with time alone.
const reported = new WeakMap<Pod, string>();

/** Every living kubelet starts, watches over and ends the pods that are bound to its node. */
export function runKubelets(run: Reconciliation): void {
  const pods = run.list<Pod>('v1', 'Pod');
  for (const pod of pods) {
    const kubelet = run.state.kubelets[pod.spec.nodeName ?? ''];
    if (!kubelet || kubelet.stoppedAtMs !== null) continue;
    const known = knownState(run, pod);
    if (isTerminating(pod)) end(run, pod, known);
    else if (!isFinished(pod) && !settled.has(pod)) advance(run, pod, kubelet, known);
  }
  const uids = new Set(pods.map((pod) => pod.metadata.uid));
  for (const uid of Object.keys(run.state.pods)) if (!uids.has(uid)) delete run.state.pods[uid];
}

function knownState(run: Reconciliation, pod: Pod): PodState {
  const uid = pod.metadata.uid ?? '';
  run.state.pods[uid] ??= {
    seenAtMs: run.nowMs,
    startedAtMs: null,
    readyAtMs: null,
    restartAtMs: null,
    restarts: 0,
    crash: null,
    pullFault: null,
    terminatingSinceMs: null,
    podIp: null,
  };
  return run.state.pods[uid];
}

function end(run: Reconciliation, pod: Pod, known: PodState): void {
  known.terminatingSinceMs ??= run.nowMs;
  const graceMs = (pod.metadata.deletionGracePeriodSeconds ?? 0) * 1000;
  // What the grace does not cover cannot be had; what was removed but for finalizers is no longer ours.
  if (graceMs === 0) return;
  const dueMs = known.terminatingSinceMs + Math.min(graceMs, run.drawMs(`end:${keyOf(pod)}`, 1, 5));
  if (dueMs > run.nowMs) run.wakeAt(dueMs);
  else run.api.delete(refOf(pod), { gracePeriodSeconds: 0 });
}

function advance(run: Reconciliation, pod: Pod, kubelet: KubeletState, known: PodState): void {
  if (known.startedAtMs === null) startWhenDue(run, pod, kubelet, known);
  const node = run.list<Node>('v1', 'Node').find((one) => one.metadata.name === pod.spec.nodeName);
  const addresses = (node?.status?.['addresses'] ?? []) as { type: string; address: string }[];
  const hostIp = addresses.find((address) => address.type === 'InternalIP')?.address;
  if (known.podIp === null && (known.startedAtMs !== null || known.crash !== null)) {
    known.podIp = pod.spec.hostNetwork ? (hostIp ?? null) : nextAddress(run, hostIp);
  }
  const stage = stageOf(run, pod, known);
  const seen = JSON.stringify([stage, known.restarts, known.podIp, hostIp]);
  if (reported.get(pod) === seen) return;
  const hasChanged = writeStatus(
    run,
    pod,
    podStatus(run, pod, known, stage, { podIp: known.podIp ?? undefined, hostIp }),
  );
  if (hasChanged) return;
  reported.set(pod, seen);
  if (stage.is === 'running' && stage.isReady) settled.add(pod);
}

/** Starts the containers once the image is there, the node has a network and a back-off is over. */
function startWhenDue(run: Reconciliation, pod: Pod, kubelet: KubeletState, known: PodState): void {
  if (!kubelet.isNetworkReady && !pod.spec.hostNetwork) return;
  const dueMs = known.restartAtMs ?? known.seenAtMs + run.drawMs(`pull:${keyOf(pod)}`, 1, 6);
  if (dueMs > run.nowMs) {
    run.wakeAt(dueMs);
    return;
  }
  if (known.crash !== null && pod.spec.restartPolicy === 'Never') return;
  if (known.crash !== null) known.restarts += 1;
  const behaviour = run.options.podBehaviour?.(pod);
  if (behaviour && 'pullFault' in behaviour) {
    const tries = known.pullFault?.tries ?? 0;
    known.pullFault = { why: behaviour.pullFault, tries: tries + 1 };
    tryAgainLater(run, known, tries);
    return;
  }
  known.pullFault = null;
  if (behaviour && 'crash' in behaviour) {
    known.crash = { why: behaviour.crash, atMs: run.nowMs };
    tryAgainLater(run, known, known.restarts);
    return;
  }
  if (behaviour && !Number.isFinite(behaviour.readyAfterSeconds)) {
    throw new Error(`pod ${keyOf(pod)}: readyAfterSeconds must be a finite number`);
  }
  known.startedAtMs = run.nowMs;
  known.readyAtMs = run.nowMs + (behaviour ? behaviour.readyAfterSeconds * 1000 : readinessMs(run, pod));
}

function tryAgainLater(run: Reconciliation, known: PodState, failures: number): void {
  known.restartAtMs = run.nowMs + backOffSeconds(failures) * 1000;
  run.wakeAt(known.restartAtMs);
}

function backOffSeconds(failures: number): number {
  return Math.min(LONGEST_BACK_OFF_SECONDS, FIRST_BACK_OFF_SECONDS * 2 ** failures);
}

/** A pod is ready after the longest of its probes' initial delays, and never in less than a second or two. */
function readinessMs(run: Reconciliation, pod: Pod): number {
  const delays = pod.spec.containers.map((container) => (container.readinessProbe?.initialDelaySeconds ?? 0) * 1000);
  return Math.max(...delays, run.drawMs(`ready:${keyOf(pod)}`, 1, 2));
}

function stageOf(run: Reconciliation, pod: Pod, known: PodState): Stage {
  if (known.startedAtMs !== null) {
    const readyAtMs = known.readyAtMs ?? known.startedAtMs;
    if (readyAtMs > run.nowMs) run.wakeAt(readyAtMs);
    return { is: 'running', startedAt: rfc3339(known.startedAtMs), isReady: readyAtMs <= run.nowMs };
  }
  if (known.crash === null) return { is: 'creating', pullFault: known.pullFault?.why };
  const { why, atMs } = known.crash;
  const is = pod.spec.restartPolicy === 'Never' ? 'failed' : 'waiting to restart';
  return { is, why, at: rfc3339(atMs), backOffSeconds: backOffSeconds(known.restarts) };
}

/** An address in the upper half of the node's own network. */
function nextAddress(run: Reconciliation, hostIp: string | undefined): string {
  run.state.addressesGiven += 1;
  const given = run.state.addressesGiven;
  const [first = '10', second = '0'] = (hostIp ?? '').split('.').filter((part) => part !== '');
  return `${first}.${second}.${128 + (Math.floor(given / 254) % 128)}.${1 + (given % 254)}`;
}
