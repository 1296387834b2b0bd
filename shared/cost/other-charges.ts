import type { FleetFile } from '../fleet-file/schema.ts';
import { type ChargeContext, NOWHERE, type Reservation } from './charge.ts';
import { eachDay, overlap, type Span } from './days.ts';
import type { Life } from './lives.ts';
import { atomsOf } from './money.ts';

type Step = { readonly atMs: number; readonly change: number };

/** How many of a reservation's instances nobody used, as stretches of time. */
function unusedOf(reservation: Reservation, within: Span, lives: readonly Life[]): (Span & { count: number })[] {
  const steps: Step[] = lives.flatMap(({ runs }) =>
    runs.flatMap((run) => {
      const span = overlap({ fromMs: run.startMs, toMs: run.billedToMs }, within);
      return span
        ? [
            { atMs: span.fromMs, change: 1 },
            { atMs: span.toMs, change: -1 },
          ]
        : [];
    }),
  );
  steps.push({ atMs: within.toMs, change: 0 });
  steps.sort((a, b) => a.atMs - b.atMs);
  const result: (Span & { count: number })[] = [];
  let used = 0;
  let fromMs = within.fromMs;
  for (const { atMs, change } of steps) {
    // More than there are is possible for a moment, when times are bounds; unused is never negative.
    const count = Math.max(0, reservation.count - used);
    if (atMs > fromMs && count > 0) result.push({ fromMs, toMs: atMs, count });
    fromMs = Math.max(fromMs, atMs);
    used += change;
  }
  return result;
}

/** A reservation costs its on-demand price, used or not: what is used is charged with its instances, the rest here. */
export function chargeReservation(reservation: Reservation, lives: readonly Life[], context: ChargeContext): void {
  const { book, window, sink } = context;
  const { cluster, instanceType, zone, region, capacityReservation: resourceId } = reservation;
  const toMs = reservation.to === null ? Number.POSITIVE_INFINITY : Date.parse(reservation.to);
  const within = overlap({ fromMs: Date.parse(reservation.from), toMs }, window);
  if (!within) return;
  const unused = unusedOf(reservation, within, lives);
  if (unused.length === 0) return;
  const dimensions = { ...NOWHERE, cluster, capacityType: 'reserved', instanceType, zone } as const;
  const component = 'reservation-unused';
  const rate = book.onDemandRate(reservation, component, 'reserved');
  if (rate === undefined) {
    const ms = unused.reduce((sum, span) => sum + (span.toMs - span.fromMs) * span.count, 0);
    const reason = `there is no on-demand price of ${instanceType} (${reservation.os}, ${reservation.tenancy}) in ${region}`;
    sink.unpriced({ ...dimensions, component, region, resourceId, ms, reason });
    return;
  }
  const add = sink.open(dimensions, component, { kind: 'reservation', reservation });
  for (const span of unused) {
    const ofAll = rate * BigInt(span.count);
    eachDay(span, (day, fromMs, toMs) => {
      add({ day, fromMs, toMs, rate: ofAll, units: toMs - fromMs, instanceMs: 0 });
    });
  }
}

/** What Joinery itself costs, spread evenly over the time that each row says. */
export function chargeOverhead(row: FleetFile['overhead'][number], { window, sink }: ChargeContext): void {
  const fromMs = Date.parse(row.from);
  const toMs = Math.max(Date.parse(row.to), fromMs + 1);
  const span = overlap({ fromMs, toMs }, window);
  if (!span) return;
  const cost = atomsOf(row.cost);
  // What is due by a moment: differences of it add up to the row's cost exactly, however time is cut.
  const dueBy = (ms: number) => (cost * BigInt(ms - fromMs)) / BigInt(toMs - fromMs);
  const add = sink.open(NOWHERE, 'joinery', { kind: 'overhead', service: row.service });
  eachDay(span, (day, startMs, endMs) => {
    const units = dueBy(endMs) - dueBy(startMs);
    add({ day, fromMs: startMs, toMs: endMs, rate: 1n, units, instanceMs: 0 });
  });
}
