import { type CapacityReservation, DescribeCapacityReservationsCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { osOf } from '../fleet/described-instance.ts';
import type { SeenReservation } from '../fleet/seen-reservation.ts';
import { toOpsError } from './errors.ts';
import { everyPage } from './pages.ts';

const RESERVATIONS_A_PAGE = 1000;

/** The active on-demand reservations of the account and those that are shared with it. Blocks of capacity are paid for ahead, used or not. */
export async function activeReservations(ec2: Pick<EC2Client, 'send'>): Promise<SeenReservation[]> {
  const pages = await everyPage(
    async (token) => {
      const command = new DescribeCapacityReservationsCommand({
        Filters: [{ Name: 'state', Values: ['active'] }],
        MaxResults: RESERVATIONS_A_PAGE,
        ...(token ? { NextToken: token } : {}),
      });
      return ec2.send(command).catch((error: unknown) => {
        throw toOpsError(error, 'describing the capacity reservations');
      });
    },
    (page) => page.NextToken,
  );
  return pages
    .flatMap(({ CapacityReservations = [] }) => CapacityReservations)
    .filter(({ ReservationType = 'default' }) => ReservationType === 'default')
    .map(seen);
}

function seen(reservation: CapacityReservation): SeenReservation {
  const { StartDate, CreateDate, EndDate } = reservation;
  return {
    id: reservation.CapacityReservationId ?? '',
    payer: reservation.UnusedReservationBillingOwnerId ?? reservation.OwnerId ?? '',
    instanceType: reservation.InstanceType ?? '',
    zone: reservation.AvailabilityZone ?? '',
    os: osOf(reservation.InstancePlatform ?? ''),
    tenancy: reservation.Tenancy ?? 'default',
    available: reservation.AvailableInstanceCount ?? 0,
    from: (StartDate ?? CreateDate ?? new Date(0)).toISOString(),
    to: EndDate?.toISOString() ?? null,
  };
}
