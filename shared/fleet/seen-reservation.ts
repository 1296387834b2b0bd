import type { FleetFile, FleetInstance } from '../fleet-file/schema.ts';
import type { Manifest } from '../kube/api.ts';

/** An on-demand capacity reservation at one moment. */
export type SeenReservation = {
  readonly id: string;
  /** The account that pays for what nobody uses. */
  readonly payer: string;
  readonly instanceType: string;
  readonly zone: string;
  readonly os: string;
  readonly tenancy: string;
  /** How many of its instances nobody uses, in whichever account. */
  readonly available: number;
  readonly from: string;
  readonly to: string | null;
};

/** The reservations that the EC2NodeClasses of a cluster select, as Karpenter found them. */
export function selectedReservations(nodeClasses: readonly Manifest[]): ReadonlySet<string> {
  return new Set(
    nodeClasses.flatMap((nodeClass) => {
      const { capacityReservations = [] } = (nodeClass['status'] ?? {}) as {
        readonly capacityReservations?: readonly { readonly id: string }[];
      };
      return capacityReservations.map(({ id }) => id);
    }),
  );
}

type Reservation = NonNullable<FleetFile['reservations']>[number];
export type ReservationLook = { readonly atMs: number; readonly reservations: readonly SeenReservation[] };
type Owner = { readonly cluster: string; readonly accountId: string; readonly region: string };

const HOUR_MS = 3_600_000;
const iso = (ms: number) => new Date(ms).toISOString();

/**
 * Each reservation in each hour in which it was looked at. It has as many instances as nobody used then and the cluster had in it: what
 * others run in it is theirs. Of another payer's there is nothing.
 */
export function reservationsOver(
  { cluster, accountId, region }: Owner,
  looks: readonly ReservationLook[],
  instances: readonly FleetInstance[],
): Reservation[] {
  const users = Map.groupBy(
    instances.filter(({ capacityReservation }) => capacityReservation !== null),
    ({ capacityReservation }) => capacityReservation,
  );
  return looks.flatMap(({ atMs, reservations }) => {
    const hourMs = Math.floor(atMs / HOUR_MS) * HOUR_MS;
    return reservations.flatMap((seen): Reservation[] => {
      const { id, payer, available, instanceType, zone, os, tenancy } = seen;
      const fromMs = Math.max(hourMs, Date.parse(seen.from));
      const toMs = Math.min(hourMs + HOUR_MS, seen.to === null ? Number.POSITIVE_INFINITY : Date.parse(seen.to));
      const own = (users.get(id) ?? []).filter((instance) => isUpAt(instance, atMs)).length;
      const count = available + own;
      if (payer !== accountId || count === 0 || fromMs >= toMs) return [];
      const machine = { instanceType, zone, os, tenancy };
      return [
        {
          capacityReservation: id,
          accountId,
          region,
          cluster,
          ...machine,
          count,
          available,
          from: iso(fromMs),
          to: iso(toMs),
        },
      ];
    });
  });
}

function isUpAt({ launchedAt, endedAt, runs }: FleetInstance, ms: number): boolean {
  return (runs ?? [{ startedAt: launchedAt, endedAt }]).some(
    (run) => Date.parse(run.startedAt) <= ms && (run.endedAt === null || Date.parse(run.endedAt) > ms),
  );
}

/** The reservations of several clusters: what two of them select is nobody's own, and what neither uses is there once. */
export function joinedReservations(all: readonly Reservation[]): Reservation[] {
  const byHour = Map.groupBy(all, ({ capacityReservation, from }) => `${capacityReservation} ${from}`);
  return [...byHour.values()].flatMap(([first, ...others]) => {
    if (!first || others.length === 0) return first ?? [];
    const { available = 0 } = first;
    const used = [first, ...others].reduce((sum, { count }) => sum + count - available, 0);
    return [{ ...first, cluster: null, count: used + available }];
  });
}
