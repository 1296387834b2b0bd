import { createHash } from 'node:crypto';
import type { Reconciliation } from '../context.ts';
import type { Condition, Container, ContainerState, ContainerStatus, Pod, PodStatus } from '../objects.ts';
import type { PodState } from '../state.ts';
import { withCondition } from '../writing.ts';

/** How the containers of a pod stand, all alike. */
export type Stage =
  | { readonly is: 'creating'; readonly pullFault: string | undefined }
  | { readonly is: 'running'; readonly startedAt: string; readonly isReady: boolean }
  | {
      readonly is: 'waiting to restart' | 'failed';
      readonly why: string;
      readonly at: string;
      readonly backOffSeconds: number;
    };

type Addresses = { readonly podIp: string | undefined; readonly hostIp: string | undefined };

/** A pod's status as its kubelet reports it. */
export function podStatus(
  run: Reconciliation,
  pod: Pod,
  known: PodState,
  stage: Stage,
  addresses: Addresses,
): PodStatus {
  const { podIp, hostIp } = addresses;
  const regular = pod.spec.containers.map((container) => containerStatus(pod, container, known, stage));
  const initial = (pod.spec.initContainers ?? []).map((container) => initStatus(pod, container, known, stage, run));
  return {
    ...pod.status,
    phase: phaseOf(stage),
    conditions: conditionsOf(run, pod, stage),
    startTime: pod.status?.['startTime'] ?? run.timestamp,
    ...(hostIp === undefined ? {} : { hostIP: hostIp, hostIPs: [{ ip: hostIp }] }),
    ...(podIp === undefined ? {} : { podIP: podIp, podIPs: [{ ip: podIp }] }),
    containerStatuses: regular,
    ...(initial.length > 0 ? { initContainerStatuses: initial } : {}),
    observedGeneration: pod.metadata.generation,
  };
}

function phaseOf(stage: Stage): string {
  if (stage.is === 'creating') return 'Pending';
  return stage.is === 'failed' ? 'Failed' : 'Running';
}

function conditionsOf(run: Reconciliation, pod: Pod, stage: Stage): Condition[] {
  const isUp = stage.is !== 'creating';
  const areReady = stage.is === 'running' && stage.isReady;
  const gates = pod.spec.readinessGates ?? [];
  const open = gates.filter(
    ({ conditionType }) =>
      !pod.status?.conditions?.some(({ type, status }) => type === conditionType && status === 'True'),
  );
  const names = pod.spec.containers.map((container) => container.name).join(' ');
  const unready = { reason: 'ContainersNotReady', message: `containers with unready status: [${names}]` };
  const gated = { reason: 'ReadinessGatesNotReady', message: 'not all readiness gates are satisfied' };
  const yes = (is: boolean) => (is ? 'True' : 'False');
  const told: Omit<Condition, 'lastTransitionTime'>[] = [
    { type: 'PodReadyToStartContainers', status: yes(isUp) },
    { type: 'Initialized', status: yes(isUp || (pod.spec.initContainers ?? []).length === 0) },
    { type: 'ContainersReady', status: yes(areReady), ...(areReady ? {} : unready) },
    {
      type: 'Ready',
      status: yes(areReady && open.length === 0),
      ...(areReady ? (open.length > 0 ? gated : {}) : unready),
    },
  ];
  let conditions = pod.status?.conditions ?? [];
  for (const condition of told) conditions = withCondition(conditions, condition, run.timestamp);
  return conditions;
}

function containerStatus(pod: Pod, container: Container, known: PodState, stage: Stage): ContainerStatus {
  const image = container.image ?? '';
  const base = { name: container.name, image, imageID: '', restartCount: known.restarts };
  if (stage.is === 'creating') {
    return {
      ...base,
      ready: false,
      started: false,
      state: { waiting: waitingFor(stage.pullFault) },
      lastState: {},
    };
  }
  const id = createHash('sha256').update(`${pod.metadata.uid}/${container.name}/${known.restarts}`).digest('hex');
  const started = { ...base, imageID: image, containerID: `containerd://${id}` };
  if (stage.is === 'running') {
    const lastState = pod.status?.containerStatuses?.find(({ name }) => name === container.name)?.lastState ?? {};
    return {
      ...started,
      ready: stage.isReady,
      started: true,
      state: { running: { startedAt: stage.startedAt } },
      lastState,
    };
  }
  const terminated = { exitCode: 1, reason: 'Error', message: stage.why, startedAt: stage.at, finishedAt: stage.at };
  const ended: ContainerState = { terminated };
  if (stage.is === 'failed') return { ...started, ready: false, started: false, state: ended, lastState: {} };
  const { name, namespace, uid } = pod.metadata;
  const message =
    `back-off ${backOffText(stage.backOffSeconds)} restarting failed container=${container.name} ` +
    `pod=${name}_${namespace}(${uid})`;
  const state: ContainerState = { waiting: { reason: 'CrashLoopBackOff', message } };
  return { ...started, ready: false, started: false, state, lastState: ended };
}

function waitingFor(pullFault: string | undefined): { reason: string; message?: string } {
  if (pullFault === undefined) return { reason: 'ContainerCreating' };
  return { reason: 'ImagePullBackOff', message: `Back-off pulling image: ErrImagePull: ${pullFault}` };
}

function backOffText(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${seconds}s` : `${minutes}m${seconds % 60}s`;
}

function initStatus(
  pod: Pod,
  container: Container,
  known: PodState,
  stage: Stage,
  run: Reconciliation,
): ContainerStatus {
  if (stage.is === 'creating') {
    const waiting = containerStatus(pod, container, known, stage);
    return { ...waiting, state: { waiting: { reason: 'PodInitializing' } } };
  }
  const startedAt = known.startedAtMs === null ? run.timestamp : rfc3339(known.startedAtMs);
  const running = { is: 'running', startedAt, isReady: true } as const;
  const status = containerStatus(pod, container, { ...known, restarts: 0 }, running);
  if (container.restartPolicy === 'Always') return { ...status, lastState: {} };
  const terminated = { exitCode: 0, reason: 'Completed', startedAt, finishedAt: startedAt };
  return { ...status, started: false, state: { terminated }, lastState: {} };
}

export function rfc3339(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
