import type { Decision } from '../../shared/events/decision.ts';
import type { ParsedEvent } from '../../shared/events/event.ts';
import { deadlineMs } from '../../shared/events/timing.ts';
import type { DeliveryRecord } from '../../shared/ledger/deliveries.ts';
import { eventOf, type Item, type Outcome } from './item.ts';
import type { Sent } from './send-deliveries.ts';

/** One item at the end of its way through the router. */
export type Routed = {
  readonly item: Item;
  readonly decision: Decision;
  readonly sent: readonly Sent[];
  readonly handOvers: readonly HandOver[];
  readonly outcome: Outcome;
};

/** Every cluster at once, where a record or a metric has one cluster otherwise. */
const ALL_CLUSTERS = '*';

/** Seconds of the two minutes that are left at a moment; undefined where the event has no such deadline. */
export function leadTimeLeft(event: ParsedEvent, atMs: number): number | undefined {
  const deadline = deadlineMs(event);
  return deadline === undefined ? undefined : Math.max(0, (deadline - atMs) / 1000);
}

/** The hand-over of an event: to each owner, or once for all where the owner is unknown. */
export type HandOver = { readonly cluster: string; readonly atMs: number };

export function handOversOf({ deliveries }: Decision, sent: readonly Sent[]): HandOver[] {
  const first = new Map<string, number>();
  for (let index = 0; index < sent.length; index += 1) {
    const result = sent[index];
    const delivery = deliveries[index];
    if (result?.state !== 'sent' || !delivery) continue;
    const cluster = delivery.attributes['joinery-decision'] === 'broadcast' ? ALL_CLUSTERS : delivery.cluster;
    if (!first.has(cluster)) first.set(cluster, result.atMs);
  }
  return Array.from(first, ([cluster, atMs]) => ({ cluster, atMs }));
}

/** Rows of the delivery record for what was handed over. */
export function deliveryRecords(routed: readonly Routed[]): DeliveryRecord[] {
  return routed.flatMap((one) => {
    const event = eventOf(one.item);
    if (!event) return [];
    return one.handOvers.map(
      ({ cluster, atMs }): DeliveryRecord => ({
        eventId: event.id,
        cluster,
        kind: event.kind,
        reason: one.decision.reason,
        instanceIds: event.instanceIds,
        emittedMs: event.emittedMs ?? null,
        receivedMs: one.item.queuedMs ?? null,
        handedOverMs: atMs,
        leadTimeLeftSeconds: leadTimeLeft(event, atMs) ?? null,
      }),
    );
  });
}
