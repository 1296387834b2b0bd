import { createHash } from 'node:crypto';
import type { KubeObject } from '../../kubernetes/types.ts';
import type { Controller } from '../controller.ts';

/** The same event about the same object is not told again for so long. */
const QUIET_MS = 120_000;

export type EventText = { readonly type: 'Normal' | 'Warning'; readonly reason: string; readonly message: string };

/** Records a Kubernetes event; cluster-scoped objects have theirs in the namespace default. */
export function tell(controller: Controller, object: KubeObject, event: EventText): void {
  const { simulation, state } = controller;
  const nowMs = simulation.now();
  const key = `${object.kind} ${object.metadata.uid} ${event.reason} ${event.message}`;
  for (const [told, untilMs] of Object.entries(state().toldUntil)) {
    if (untilMs <= nowMs) delete state().toldUntil[told];
  }
  if (state().toldUntil[key] !== undefined) return;
  state().toldUntil[key] = nowMs + QUIET_MS;
  const namespace = object.metadata.namespace ?? 'default';
  const suffix = createHash('sha256').update(`${key} ${nowMs}`).digest('hex').slice(0, 16);
  const now = simulation.timestamp();
  controller.api.create({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${object.metadata.name}.${suffix}`, namespace },
    involvedObject: {
      apiVersion: object.apiVersion,
      kind: object.kind,
      name: object.metadata.name,
      ...(object.metadata.namespace === undefined ? {} : { namespace: object.metadata.namespace }),
      ...(object.metadata.uid === undefined ? {} : { uid: object.metadata.uid }),
    },
    type: event.type,
    reason: event.reason,
    message: event.message.slice(0, 1024),
    source: { component: 'karpenter' },
    firstTimestamp: now,
    lastTimestamp: now,
    count: 1,
  });
}
