import type { ZodType } from 'zod';
import { type Fault, pathText } from '../clusters/fault.ts';
import { type FleetFile, type FleetInstance, fleetFileSchema } from '../fleet-file/schema.ts';
import { type PricesFile, pricesFileSchema } from '../prices-file/schema.ts';
import { timeMs } from './days.ts';
import { keyed } from './keyed.ts';
import { machineKey } from './lives.ts';

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly faults: readonly Fault[] };

function checked<T>(schema: ZodType<T>, value: unknown, more: (value: T) => Fault[]): Checked<T> {
  const result = schema.safeParse(value);
  const faults = result.success
    ? more(result.data)
    : result.error.issues.map(({ path, message }) => ({ path: pathText(path), message }));
  if (faults.length > 0) return { ok: false, faults };
  return { ok: true, value: result.data as T };
}

/** The end must not be before the start. */
function order(path: string, start: string, end: string | null, startName: string): Fault[] {
  if (end === null || Date.parse(end) >= Date.parse(start)) return [];
  return [{ path, message: `${end} is before ${startName}, ${start}` }];
}

function instanceFaults(instance: FleetInstance, at: string): Fault[] {
  const { launchedAt, endedAt, runs } = instance;
  return [
    ...order(`${at}.endedAt`, launchedAt, endedAt, 'launchedAt'),
    ...(runs ?? []).flatMap((run, index) =>
      order(`${at}.runs[${index}].endedAt`, run.startedAt, run.endedAt, 'startedAt'),
    ),
  ];
}

type Lived = { readonly instance: FleetInstance; readonly index: number };

/** Rows of one instance that contradict each other: it cannot be two machines at the same time. */
function contradictions(instances: readonly FleetInstance[]): Fault[] {
  const byId = Map.groupBy(
    instances.map((instance, index): Lived => ({ instance, index })),
    ({ instance }) => instance.instanceId,
  );
  return [...byId.values()].flatMap((rows) => {
    if (rows.length < 2) return [];
    const sorted = [...rows].sort((a, b) => Date.parse(a.instance.launchedAt) - Date.parse(b.instance.launchedAt));
    return sorted.slice(1).flatMap(({ instance, index }, before): Fault[] => {
      const previous = sorted[before];
      if (!previous || machineKey(previous.instance) === machineKey(instance)) return [];
      const { endedAt } = previous.instance;
      if (endedAt !== null && Date.parse(endedAt) <= Date.parse(instance.launchedAt)) return [];
      const message = `${instance.instanceId} is also instances[${previous.index}], at the same time, as another machine`;
      return [{ path: `instances[${index}]`, message }];
    });
  });
}

function fleetFaults({ clusters, instances, overhead, reservations = [] }: FleetFile): Fault[] {
  return [
    ...clusters.flatMap(({ createdAt, deletedAt }, index) =>
      order(`clusters[${index}].deletedAt`, createdAt, deletedAt, 'createdAt'),
    ),
    ...clusters.flatMap(({ cluster, accountId, region, createdAt }, index) => {
      const first = clusters.findIndex(
        (other) =>
          other.cluster === cluster &&
          other.accountId === accountId &&
          other.region === region &&
          other.createdAt === createdAt,
      );
      return first === index
        ? []
        : [{ path: `clusters[${index}]`, message: `is the same cluster as clusters[${first}]` }];
    }),
    ...instances.flatMap((instance, index) => instanceFaults(instance, `instances[${index}]`)),
    ...contradictions(instances),
    ...overhead.flatMap(({ from, to }, index) => order(`overhead[${index}].to`, from, to, 'from')),
    ...reservations.flatMap(({ from, to }, index) => order(`reservations[${index}].to`, from, to, 'from')),
  ];
}

function pricesFaults({ spot }: PricesFile): Fault[] {
  const places = keyed<Map<number, number>>();
  const faults: Fault[] = [];
  spot.forEach(({ region, os, instanceType, zone, at, pricePerHour }, index) => {
    const seen = places.get([region, os, instanceType, zone], () => new Map());
    const ms = timeMs(at);
    const first = seen.get(ms);
    if (first === undefined) seen.set(ms, index);
    else if (spot[first]?.pricePerHour !== pricePerHour) {
      const message = `${pricePerHour} contradicts spot[${first}], which is of the same type, zone and time`;
      faults.push({ path: `spot[${index}].pricePerHour`, message });
    }
  });
  return faults;
}

/** A fleet file, or everything that is wrong in it. */
export const readFleetFile = (value: unknown): Checked<FleetFile> => checked(fleetFileSchema, value, fleetFaults);

/** A prices file, or everything that is wrong in it. */
export const readPricesFile = (value: unknown): Checked<PricesFile> => checked(pricesFileSchema, value, pricesFaults);
