import type { Manifest } from '../../shared/kube/api.ts';

/** What the rollout check needs to know of a controller pod. */
export type PodFacts = {
  readonly name: string;
  readonly node: string | undefined;
  readonly phase: string;
  readonly environment: ReadonlyMap<string, string>;
  readonly unschedulable: string | undefined;
  readonly waiting: string | undefined;
  readonly restarts: number;
};

type Container = { env?: { name: string; value?: string }[] };
type ContainerStatus = { restartCount?: number; state?: { waiting?: { reason?: string; message?: string } } };
type Condition = { type: string; status: string; reason?: string; message?: string };

export function podFacts(pod: Manifest): PodFacts {
  const spec = (pod['spec'] ?? {}) as { nodeName?: string; containers?: Container[] };
  const status = (pod['status'] ?? {}) as {
    phase?: string;
    conditions?: Condition[];
    containerStatuses?: ContainerStatus[];
  };
  const scheduled = status.conditions?.find((condition) => condition.type === 'PodScheduled');
  const waiting = status.containerStatuses?.find((container) => container.state?.waiting)?.state?.waiting;
  return {
    name: pod.metadata.name,
    node: spec.nodeName,
    phase: status.phase ?? 'Unknown',
    environment: new Map(
      (spec.containers ?? []).flatMap((container) => container.env ?? []).map(({ name, value }) => [name, value ?? '']),
    ),
    unschedulable: scheduled?.status === 'False' ? scheduled.message : undefined,
    waiting: waiting?.reason,
    restarts: Math.max(0, ...(status.containerStatuses ?? []).map((container) => container.restartCount ?? 0)),
  };
}

/** In one sentence why a pod does not run; undefined when nothing is wrong with it. */
export function podTrouble(pod: PodFacts): string | undefined {
  if (pod.unschedulable) return `${pod.name} cannot be scheduled: ${pod.unschedulable}`;
  if (pod.waiting && pod.waiting !== 'ContainerCreating')
    return `${pod.name} is in ${pod.waiting} after ${pod.restarts} restarts`;
  return undefined;
}
