import type { FleetFile } from '../fleet-file/schema.ts';
import type { ChargeContext } from './charge.ts';
import { chargeCluster } from './cluster-charges.ts';
import { overlap } from './days.ts';
import { chargeInstance } from './instance-charges.ts';
import type { Life } from './lives.ts';
import { chargeOverhead, chargeReservation } from './other-charges.ts';

/** Every charge of the window, each once. Beyond what the ledger knows nothing is charged. */
export function chargeAll(fleet: FleetFile, lives: readonly Life[], context: ChargeContext): void {
  const known = fleet.exportedAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(fleet.exportedAt);
  const window = overlap(context.window, { fromMs: Number.NEGATIVE_INFINITY, toMs: known });
  if (!window) return;
  const within = { ...context, window };
  for (const life of lives) chargeInstance(life, within);
  for (const cluster of fleet.clusters) chargeCluster(cluster, within);
  const users = Map.groupBy(
    lives.filter(({ instance }) => instance.capacityReservation !== null),
    ({ instance }) => instance.capacityReservation,
  );
  for (const reservation of fleet.reservations ?? []) {
    chargeReservation(reservation, users.get(reservation.capacityReservation) ?? [], within);
  }
  for (const row of fleet.overhead) chargeOverhead(row, within);
}
