import { canary } from './kinds/canary.ts';
import { capacityReservationInterruption } from './kinds/capacity-reservation-interruption.ts';
import { health } from './kinds/health.ts';
import type { Kind } from './kinds/kind.ts';
import { rebalance } from './kinds/rebalance.ts';
import { spotInterruption } from './kinds/spot-interruption.ts';
import { stateChange } from './kinds/state-change.ts';

const KINDS: readonly Kind[] = [
  spotInterruption,
  capacityReservationInterruption,
  health,
  rebalance,
  stateChange,
  canary,
];

/** Unambiguous: a part with a line break of its own makes a key that no kind has. */
const keyOf = (version: string, source: string, detailType: string) => `${version}\n${source}\n${detailType}`;

const BY_TRIPLE: ReadonlyMap<string, Kind> = new Map(
  KINDS.flatMap((kind) =>
    kind.detailTypes.map((detailType) => [keyOf(kind.version, kind.source, detailType), kind] as const),
  ),
);

/** Sources of which every event must be known: an unknown one may be a notice under a new name. */
const OURS: ReadonlySet<string> = new Set(KINDS.map(({ source }) => source));

/** What EC2 and Health send beside the kinds above and Karpenter has no use for. */
const NOT_FOR_KARPENTER: ReadonlySet<string> = new Set([
  'EC2 Spot Instance Request Fulfillment',
  'EC2 Interruptible Capacity Reservation Allocation Reclamation Completed',
  'Capacity Block Expiration Warning',
  'EBS Volume Notification',
  'EBS Snapshot Notification',
  'EC2 AMI State Change',
  'AWS API Call via CloudTrail',
  'AWS Health Abuse Event',
]);

/** The kind that the exact triple names. */
export function kindOf(version: unknown, source: string, detailType: string): Kind | undefined {
  return typeof version === 'string' ? BY_TRIPLE.get(keyOf(version, source, detailType)) : undefined;
}

/** The kind that an event would be with version "0". */
export function kindInAnotherVersion(source: string, detailType: string): Kind | undefined {
  return BY_TRIPLE.get(keyOf('0', source, detailType));
}

/** Whether an event that is of none of the kinds is known all the same, and none of Karpenter's business. */
export function isNotForKarpenter(source: string, detailType: string): boolean {
  return !OURS.has(source) || NOT_FOR_KARPENTER.has(detailType);
}
