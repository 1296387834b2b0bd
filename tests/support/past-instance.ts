import { type Evidence, NO_EVIDENCE } from '../../shared/fleet/evidence.ts';

export const ACCOUNT = { accountId: '111122223333', region: 'eu-west-1' } as const;

type Past = { readonly cluster: string; readonly from: string; readonly to: string | null };

/** What the ledger learned of an m5.large with a volume and an address. */
export function evidenceOf(
  { cluster, from, to }: Past,
  changes: { capacityType?: 'spot'; zone?: string } = {},
): Evidence {
  const at = to ?? from;
  return {
    ...NO_EVIDENCE,
    identity: {
      at,
      value: {
        ...ACCOUNT,
        cluster,
        role: 'karpenter',
        nodePool: 'general',
        instanceType: 'm5.large',
        zone: 'eu-west-1a',
        zoneId: 'euw1-az1',
        os: 'linux',
        tenancy: 'default',
        capacityType: 'on-demand',
        capacityReservation: null,
        ...changes,
      },
    },
    volumes: { at, value: [{ gib: 20, type: 'gp3', iops: 3000, throughputMiBps: 250 }] },
    publicIpv4Count: { at, value: 1 },
    transitions: [{ at: from, kind: 'running' }, ...(to === null ? [] : [{ at: to, kind: 'shutting-down' as const }])],
  };
}
