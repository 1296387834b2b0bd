import { describe, expect, it } from '@jest/globals';
import { costReport } from '../../../../shared/cost/cost-report.ts';
import {
  joinedReservations,
  type ReservationLook,
  reservationsOver,
  selectedReservations,
} from '../../../../shared/fleet/seen-reservation.ts';
import { aFleet, anInstance, aSeenReservation, somePrices } from '../../../support/cost-files.ts';

const OWNER = { cluster: 'banking-prod', accountId: '111122223333', region: 'eu-west-1' };
const at = (text: string) => Date.parse(`2026-11-02T${text}Z`);
const user = (id: number, from: string, to: string | null, more = {}) =>
  anInstance({
    instanceId: `i-${String(id).padStart(17, '0')}`,
    capacityType: 'reserved',
    capacityReservation: 'cr-1',
    launchedAt: `2026-11-02T${from}Z`,
    endedAt: to === null ? null : `2026-11-02T${to}Z`,
    ...more,
  });
const look = (time: string, available: number, more = {}): ReservationLook => ({
  atMs: at(time),
  reservations: [aSeenReservation({ available, ...more })],
});

describe('the reservations of a cluster', () => {
  it('are those that its EC2NodeClasses select', () => {
    const nodeClass = (ids: readonly string[]) => ({
      apiVersion: 'karpenter.k8s.aws/v1',
      kind: 'EC2NodeClass',
      metadata: { name: 'default' },
      status: { capacityReservations: ids.map((id) => ({ id })) },
    });

    expect([...selectedReservations([nodeClass(['cr-1', 'cr-2']), nodeClass(['cr-2'])])]).toEqual(['cr-1', 'cr-2']);
    expect(selectedReservations([{ ...nodeClass([]), status: {} }]).size).toBe(0);
  });

  it('have in each hour what nobody used and what ran in them of the cluster, not what others run', () => {
    const instances = [user(1, '10:00:00', '10:45:00'), user(2, '11:30:00', null), user(3, '09:00:00', '10:05:00')];
    const rows = reservationsOver(OWNER, [look('10:10:00', 2), look('11:01:00', 3), look('12:01:00', 0)], instances);

    expect(rows.map(({ from, to, count }) => [from.slice(11, 16), to?.slice(11, 16), count])).toEqual([
      ['10:00', '11:00', 3],
      ['11:00', '12:00', 3],
      ['12:00', '13:00', 1],
    ]);
  });

  it('begin and end with the reservation, and are not there where another account pays or there is nothing', () => {
    const times = { from: '2026-11-02T10:20:00.000Z', to: '2026-11-02T10:50:00.000Z' };

    expect(reservationsOver(OWNER, [look('10:30:00', 1, times)], [])).toMatchObject([times]);
    expect(reservationsOver(OWNER, [look('10:30:00', 1, { payer: '999988887777' })], [])).toEqual([]);
    expect(reservationsOver(OWNER, [look('10:30:00', 0)], [])).toEqual([]);
  });

  it('cost what was not used: with what was, the price of all of them', () => {
    // Of three, two free: one runs until 10:45 and the others never do. An m5.large costs 0.107 an hour.
    const instances = [user(1, '10:00:00', '10:45:00')];
    const reservations = reservationsOver(OWNER, [look('10:10:00', 2)], instances);
    const fleet = aFleet({ instances, reservations });
    const report = costReport(fleet, somePrices(), '2026-11-02T10:00:00Z', '2026-11-02T11:00:00Z');

    expect(report.by.component).toMatchObject([
      { key: 'compute', cost: '0.080250' },
      { key: 'reservation-unused', cost: '0.240750' },
    ]);
    expect(report.total).toBe('0.321000');
  });

  it('that two clusters select are nobody’s own, and what neither uses is counted once', () => {
    const looks = [look('10:10:00', 2)];
    const banking = reservationsOver(OWNER, looks, [user(1, '10:00:00', null)]);
    const retail = reservationsOver({ ...OWNER, cluster: 'retail' }, looks, [
      user(2, '10:00:00', null),
      user(3, '10:00:00', null),
    ]);

    expect(joinedReservations([...banking, ...retail])).toMatchObject([{ cluster: null, count: 5 }]);
    expect(joinedReservations(banking)).toEqual(banking);
  });
});
