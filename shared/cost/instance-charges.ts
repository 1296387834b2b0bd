import type { FleetInstance } from '../fleet-file/schema.ts';
import type { Component } from '../prices-file/schema.ts';
import { type Charge, type ChargeContext, type Dimensions, dimensionsOf, type Unpriced } from './charge.ts';
import { dayOf, eachDay, monthMsOf, overlap, type Span } from './days.ts';
import type { Life, Run } from './lives.ts';
import { hourlyRate } from './money.ts';
import { firstMs, hourStartIntegral, integral, type SpotSeries } from './spot-series.ts';

type Add = (charge: Charge) => void;

/** Compute, volumes and addresses of one instance. */
export function chargeInstance(life: Life, context: ChargeContext): void {
  const { window, sink } = context;
  const { instance } = life;
  const spans = life.runs.flatMap((run) => {
    const span = overlap({ fromMs: run.startMs, toMs: run.billedToMs }, window);
    return span ? [{ run, span }] : [];
  });
  const volumes = overlap(life.volumes, window);
  if (!volumes) return;
  const dimensions = dimensionsOf(instance);
  const resource = { kind: 'instance', instance } as const;
  if (spans.length > 0) {
    const add = sink.open(dimensions, 'compute', resource);
    for (const { run, span } of spans) chargeCompute(instance, dimensions, run, span, context, add);
  }
  chargeVolumes(instance, dimensions, volumes, context);
  chargeAddresses(
    instance,
    dimensions,
    spans.map(({ span }) => span),
    context,
  );
}

function unpricedOf(
  { instanceId, region }: FleetInstance,
  dimensions: Dimensions,
  component: Component,
  { fromMs, toMs }: Span,
  reason: string,
): Unpriced {
  return { ...dimensions, component, region, resourceId: instanceId, ms: toMs - fromMs, reason };
}

function chargeCompute(
  instance: FleetInstance,
  dimensions: Dimensions,
  run: Run,
  span: Span,
  context: ChargeContext,
  add: Add,
): void {
  const { book, options, sink } = context;
  const { instanceType, capacityType, region, os, tenancy } = instance;
  const onDemand = book.onDemandRate(instance);
  const entry = (part: Span, reason: string) => unpricedOf(instance, dimensions, 'compute', part, reason);
  const price = `${instanceType} (${os}, ${tenancy}) in ${region}`;

  const chargeFlat = (part: Span, rate: bigint | undefined, isEstimate = false) =>
    eachDay(part, (day, fromMs, toMs) => {
      const ms = BigInt(toMs - fromMs);
      const cost = (rate ?? 0n) * ms;
      const isPriced = rate !== undefined;
      const equivalent = isPriced && onDemand !== undefined ? onDemand * ms : cost;
      const charge = {
        day,
        fromMs,
        toMs,
        cost: run.isFree ? 0n : cost,
        onDemand: equivalent,
        instanceMs: toMs - fromMs,
      };
      add(isPriced && !isEstimate ? charge : { ...charge, basis: isEstimate ? 'estimated' : 'unpriced' });
    });

  if (capacityType !== 'spot') {
    const rate = book.onDemandRate(instance, 'compute', capacityType);
    if (rate === undefined) sink.unpriced(entry(span, `there is no on-demand price of ${price}`));
    chargeFlat(span, rate);
    return;
  }
  const series = book.spot(instance);
  const knownMs = Math.min(Math.max(series ? firstMs(series) : span.toMs, span.fromMs), span.toMs);
  const unknown = { fromMs: span.fromMs, toMs: knownMs };
  const known = { fromMs: knownMs, toMs: span.toMs };
  if (unknown.fromMs < unknown.toMs) {
    const reason = series
      ? `the spot prices of ${instanceType} in ${instance.zone} begin at ${new Date(knownMs).toISOString()}`
      : `there is no spot price of ${instanceType} (${os}) in ${instance.zone}`;
    const isEstimate = options.estimateSpot === true && onDemand !== undefined;
    if (isEstimate) sink.estimated(entry(unknown, `${reason}; charged as on-demand`));
    else sink.unpriced(entry(unknown, reason));
    chargeFlat(unknown, isEstimate ? onDemand : undefined, isEstimate);
  }
  if (!series || known.fromMs >= known.toMs) return;
  if (onDemand === undefined) sink.withoutOnDemand(entry(known, `there is no on-demand price of ${price}`));
  const share = book.share('compute', 'spot');
  eachDay(known, (day, fromMs, toMs) => {
    const cost = run.isFree ? 0n : hourlyRate(spotSum(series, run, fromMs, toMs, options.spotReading), share);
    const equivalent = onDemand === undefined ? cost : onDemand * BigInt(toMs - fromMs);
    add({ day, fromMs, toMs, cost, onDemand: equivalent, instanceMs: toMs - fromMs });
  });
}

/** Price times milliseconds by one of the two readings. */
export function spotSum(
  series: SpotSeries,
  run: Run,
  fromMs: number,
  toMs: number,
  reading: 'integral' | 'hour-start' = 'integral',
): bigint {
  return reading === 'integral' ? integral(series, fromMs, toMs) : hourStartIntegral(series, run.startMs, fromMs, toMs);
}

function chargeVolumes(instance: FleetInstance, dimensions: Dimensions, span: Span, context: ChargeContext): void {
  const { book, sink } = context;
  const { volumes } = instance;
  if (volumes.length === 0) return;
  const firstMonthMs = monthMsOf(dayOf(span.fromMs));
  const priced = volumes.filter((volume) => {
    if (book.volumeRate(instance, volume, firstMonthMs) !== undefined) return true;
    const reason = `there is no price of ${volume.type} volumes in ${instance.region}`;
    sink.unpriced(unpricedOf(instance, dimensions, 'storage', span, reason));
    return false;
  });
  if (priced.length === 0) return;
  const add = sink.open(dimensions, 'storage', { kind: 'instance', instance });
  let monthMs = 0;
  let rate = 0n;
  eachDay(span, (day, fromMs, toMs) => {
    if (monthMsOf(day) !== monthMs) {
      monthMs = monthMsOf(day);
      rate = priced.reduce((sum, volume) => sum + (book.volumeRate(instance, volume, monthMs) ?? 0n), 0n);
    }
    const cost = rate * BigInt(toMs - fromMs);
    add({ day, fromMs, toMs, cost, onDemand: cost, instanceMs: 0 });
  });
}

function chargeAddresses(
  instance: FleetInstance,
  dimensions: Dimensions,
  spans: readonly Span[],
  { book, sink }: ChargeContext,
): void {
  const { publicIpv4Count, region, capacityType } = instance;
  if (publicIpv4Count === 0 || spans.length === 0) return;
  const rate = book.ipv4Rate(region, capacityType);
  if (rate === undefined) {
    const reason = `there is no price of public IPv4 addresses in ${region}`;
    for (const span of spans) sink.unpriced(unpricedOf(instance, dimensions, 'ipv4', span, reason));
    return;
  }
  const add = sink.open(dimensions, 'ipv4', { kind: 'instance', instance });
  for (const span of spans) {
    eachDay(span, (day, fromMs, toMs) => {
      const cost = rate * BigInt(toMs - fromMs) * BigInt(publicIpv4Count);
      add({ day, fromMs, toMs, cost, onDemand: cost, instanceMs: 0 });
    });
  }
}
