import type { Decision } from '../../shared/events/decision.ts';
import type { ParsedEvent } from '../../shared/events/event.ts';
import { kindName } from '../../shared/events/kind-name.ts';
import { emfLines, type Metric } from '../../shared/metrics/emf.ts';
import { METRICS } from '../../shared/metrics/names.ts';
import type { BoundedMap } from './bounded-map.ts';
import { eventOf } from './item.ts';
import { leadTimeLeft, type Routed } from './report.ts';

export type Measured = {
  readonly routed: readonly Routed[];
  readonly queue: 'urgent' | 'bulk';
  readonly faults: readonly string[];
  readonly lookupFailures: number;
  readonly recordFailures: number;
};

type Figure = { readonly name: string; readonly unit: Metric['unit']; readonly values: number[] };
type Series = { readonly dimensions: Readonly<Record<string, string>>; readonly figures: Figure[] };

/** Collects values by series, so that each series is one line of the batch. A count is the sum of its values. */
function collector() {
  const all = new Map<string, Series>();
  return {
    all,
    add(key: string, dimensions: Readonly<Record<string, string>>, name: string, unit: Metric['unit'], value: number) {
      let series = all.get(key);
      if (!series) {
        series = { dimensions, figures: [] };
        all.set(key, series);
      }
      const figure = series.figures.find((one) => one.name === name);
      if (!figure) series.figures.push({ name, unit, values: [value] });
      else if (unit === 'Count') figure.values[0] = (figure.values[0] ?? 0) + value;
      else figure.values.push(value);
    },
  };
}

/** What the first line of a batch names, each by message id, event id and reason. */
type Named = { dropped: string[][]; quarantined: string[][]; postponed: string[][] };

/**
 * The lines of one batch in CloudWatch's embedded metric format. An event that came to this environment before, and a receive that ends
 * in another, are no part of the figures; everything dropped, quarantined or postponed is named in the first line.
 */
export function measuredLines(
  { routed, queue, faults, lookupFailures, recordFailures }: Measured,
  seen: BoundedMap<true>,
  nowMs: number,
): string[] {
  const { all, add } = collector();
  const named: Named = { dropped: [], quarantined: [], postponed: [] };
  let sendFailures = 0;
  for (const one of routed) {
    for (const { state } of one.sent) if (state !== 'sent') sendFailures += 1;
    name(one, named);
    if (isCounted(one, seen)) count(one, add);
  }
  if (sendFailures > 0) add('router', ROUTER, METRICS.sendFailures, 'Count', sendFailures);
  if (lookupFailures > 0) add('router', ROUTER, METRICS.lookupFailures, 'Count', lookupFailures);
  if (recordFailures > 0) add('router', ROUTER, METRICS.recordFailures, 'Count', recordFailures);
  const properties: Record<string, unknown> = { function: 'router', queue, items: routed.length };
  for (const [key, list] of Object.entries({ ...named, faults })) if (list.length > 0) properties[key] = list;
  return linesOf([...all.values()], properties, nowMs);
}

type Add = ReturnType<typeof collector>['add'];

function name({ item, decision, outcome }: Routed, { dropped, quarantined, postponed }: Named): void {
  const eventId = decision.eventId ?? '';
  if (outcome.state === 'retry') postponed.push([item.messageId, eventId, outcome.why]);
  else if (outcome.state === 'dead') quarantined.push([item.messageId, eventId, outcome.reason]);
  else if (decision.action === 'drop') dropped.push([item.messageId, eventId, decision.reason]);
}

/** What is broken is no duplicate of what it was made from. */
function isCounted({ item, decision, outcome }: Routed, seen: BoundedMap<true>): boolean {
  if (outcome.state === 'retry') return false;
  if (outcome.state === 'dead' || decision.eventId === null) return true;
  const key = `${nameOf(decision, eventOf(item))} ${decision.eventId}`;
  if (seen.get(key)) return false;
  seen.set(key, true);
  return true;
}

function count(one: Routed, add: Add): void {
  const { item, decision, outcome } = one;
  const event = eventOf(item);
  const kind = nameOf(decision, event);
  const action = outcome.state === 'dead' ? 'quarantine' : decision.action;
  add(`action ${kind} ${action}`, { Kind: kind, Action: action }, METRICS.routedEvents, 'Count', 1);
  if (outcome.state === 'dead')
    add(`quarantined ${outcome.reason}`, { Reason: outcome.reason }, METRICS.quarantined, 'Count', 1);
  else if (decision.action === 'drop')
    add(`dropped ${decision.reason}`, { Reason: decision.reason }, METRICS.dropped, 'Count', 1);
  else if (decision.action === 'broadcast' && decision.reason !== 'canary')
    add('router', ROUTER, METRICS.broadcast, 'Count', 1);
  if (event) addTimes(one, event, kind, add);
}

function nameOf({ kind }: Decision, event: ParsedEvent | undefined): string {
  return kind === null ? 'none' : kindName(kind, event?.subject);
}

const ROUTER = { Function: 'router' } as const;

/** Latencies are clamped at zero: clocks differ, and an event's time has seconds. */
function addTimes(one: Routed, event: ParsedEvent, kind: string, add: Add): void {
  const [first, ...more] = one.handOvers;
  if (!first) return;
  if (event.emittedMs !== undefined)
    add(`kind ${kind}`, { Kind: kind }, METRICS.routeLatency, 'Seconds', seconds(first.atMs - event.emittedMs));
  if (one.item.queuedMs !== undefined)
    add(`kind ${kind}`, { Kind: kind }, METRICS.ingressLatency, 'Seconds', seconds(first.atMs - one.item.queuedMs));
  for (const { cluster, atMs } of [first, ...more]) {
    const left = leadTimeLeft(event, atMs);
    if (left !== undefined)
      add(`lead ${kind} ${cluster}`, { Kind: kind, Cluster: cluster }, METRICS.leadTimeLeft, 'Seconds', left);
  }
}

function seconds(ms: number): number {
  return Math.max(0, ms) / 1000;
}

function linesOf(series: readonly Series[], properties: Record<string, unknown>, timestampMs: number): string[] {
  const lines = series.flatMap(({ dimensions, figures }, index) =>
    emfLines({
      timestampMs,
      dimensions,
      metrics: figures,
      ...(index === 0 ? { properties } : {}),
    }),
  );
  return lines.length > 0 ? lines : [JSON.stringify(properties)];
}
