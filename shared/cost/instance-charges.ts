import type { FleetInstance } from '../fleet-file/schema.ts';
import type { Component } from '../prices-file/schema.ts';
import type { Charge, ChargeContext, ChargeOptions, Resource, Unpriced } from './charge.ts';
import { eachDay, monthMsOf, overlap, type Span } from './days.ts';
import type { KindPrices } from './kind-prices.ts';
import { type Life, type Run, volumeSpan } from './lives.ts';
import { firstMs, hourStartUnits, type SpotSeries, unitsBetween } from './spot-series.ts';
import type { Units } from './tally.ts';

type Add = (charge: Charge) => void;
/** One instance, and what its kind costs. */
type Machine = { readonly instance: FleetInstance; readonly resource: Resource; readonly prices: KindPrices };

/** Compute, volumes and addresses of one instance. */
export function chargeInstance(life: Life, context: ChargeContext): void {
  const { window, sink, book } = context;
  const { instance, kind, runs } = life;
  const volumes = overlap(volumeSpan(life), window);
  if (!volumes) return;
  const machine = { instance, resource: { kind: 'instance', life }, prices: book.ofKind(kind) } as const;
  let add: Add | undefined;
  for (const run of runs) {
    const span = overlap({ fromMs: run.startMs, toMs: run.billedToMs }, window);
    if (!span) continue;
    add ??= sink.open(machine.prices.dimensions, 'compute', machine.resource);
    chargeCompute(machine, run, span, context, add);
    chargeAddresses(machine, span, context);
  }
  chargeVolumes(machine, volumes, context);
}

function unpricedOf(
  { instance: { instanceId, region }, prices }: Machine,
  component: Component,
  { fromMs, toMs }: Span,
  reason: string,
): Unpriced {
  return { ...prices.dimensions, component, region, resourceId: instanceId, ms: toMs - fromMs, reason };
}

/** Charges each day of a span by the millisecond. */
function chargeByTime(span: Span, add: Add, rate: bigint): void {
  eachDay(span, (day, fromMs, toMs) => add({ day, fromMs, toMs, rate, units: toMs - fromMs, instanceMs: 0 }));
}

function chargeCompute(machine: Machine, run: Run, span: Span, context: ChargeContext, add: Add): void {
  const { options, sink } = context;
  const { instance, prices } = machine;
  const { instanceType, capacityType, region, os, tenancy } = instance;
  const { onDemand } = prices;
  const price = () => `${instanceType} (${os}, ${tenancy}) in ${region}`;
  const entry = (part: Span, reason: string) => unpricedOf(machine, 'compute', part, reason);

  const chargeFlat = (part: Span, rate: bigint | undefined, isEstimate = false) =>
    eachDay(part, (day, fromMs, toMs) => {
      const instanceMs = toMs - fromMs;
      const charge = { day, fromMs, toMs, rate: rate ?? 0n, units: run.isFree ? 0 : instanceMs, instanceMs };
      const onDemandRate = onDemand ?? rate;
      if (rate === undefined || onDemandRate === undefined) add({ ...charge, basis: 'unpriced' });
      else add({ ...charge, onDemandRate, ...(isEstimate && { basis: 'estimated' as const }) });
    });

  if (capacityType !== 'spot') {
    if (prices.compute === undefined) sink.unpriced(entry(span, `there is no on-demand price of ${price()}`));
    chargeFlat(span, prices.compute);
    return;
  }
  const { series, spotRate: rate } = prices;
  const knownMs = Math.min(Math.max(series ? firstMs(series) : span.toMs, span.fromMs), span.toMs);
  if (span.fromMs < knownMs) {
    const unknown = { fromMs: span.fromMs, toMs: knownMs };
    const reason = series
      ? `the spot prices of ${instanceType} in ${instance.zone} begin at ${new Date(knownMs).toISOString()}`
      : `there is no spot price of ${instanceType} (${os}) in ${instance.zone}`;
    const isEstimate = options.estimateSpot === true && onDemand !== undefined;
    if (isEstimate) sink.estimated(entry(unknown, `${reason}; charged as on-demand`));
    else sink.unpriced(entry(unknown, reason));
    chargeFlat(unknown, isEstimate ? onDemand : undefined, isEstimate);
  }
  if (!series || knownMs >= span.toMs) return;
  const known = { fromMs: knownMs, toMs: span.toMs };
  if (onDemand === undefined) sink.withoutOnDemand(entry(known, `there is no on-demand price of ${price()}`));
  eachDay(known, (day, fromMs, toMs) => {
    const units = run.isFree ? 0 : spotUnits(series, run, fromMs, toMs, options.spotReading);
    const charge = { day, fromMs, toMs, rate, units, instanceMs: toMs - fromMs };
    add(onDemand === undefined ? charge : { ...charge, onDemandRate: onDemand });
  });
}

/** Price times milliseconds in the unit of the series, by one of the two readings. */
export function spotUnits(
  series: SpotSeries,
  run: Run,
  fromMs: number,
  toMs: number,
  reading: ChargeOptions['spotReading'] = 'integral',
): Units {
  return reading === 'integral'
    ? unitsBetween(series, fromMs, toMs)
    : hourStartUnits(series, run.startMs, fromMs, toMs);
}

function chargeVolumes(machine: Machine, span: Span, { sink }: ChargeContext): void {
  const { unpriced, rateIn } = machine.prices.volumes;
  for (const { type } of unpriced) {
    const reason = `there is no price of ${type} volumes in ${machine.instance.region}`;
    sink.unpriced(unpricedOf(machine, 'storage', span, reason));
  }
  if (unpriced.length === machine.instance.volumes.length) return;
  const add = sink.open(machine.prices.dimensions, 'storage', machine.resource);
  eachDay(span, (day, fromMs, toMs) =>
    add({ day, fromMs, toMs, rate: rateIn(monthMsOf(day)), units: toMs - fromMs, instanceMs: 0 }),
  );
}

function chargeAddresses(machine: Machine, span: Span, { sink }: ChargeContext): void {
  const { publicIpv4Count, region } = machine.instance;
  if (publicIpv4Count === 0) return;
  const rate = machine.prices.addresses;
  if (rate === undefined) {
    sink.unpriced(unpricedOf(machine, 'ipv4', span, `there is no price of public IPv4 addresses in ${region}`));
    return;
  }
  chargeByTime(span, sink.open(machine.prices.dimensions, 'ipv4', machine.resource), rate);
}
