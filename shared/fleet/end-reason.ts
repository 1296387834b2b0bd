/** Why an instance ended. Joinery knows some from EC2 and from notices; what Karpenter decided it learns elsewhere. */
export type EndReason =
  | 'spot-interrupted'
  | 'capacity-reservation-interrupted'
  | 'scheduled-change'
  | 'consolidated'
  | 'expired'
  | 'drifted'
  | 'empty'
  | 'unhealthy'
  | 'registration-timeout'
  | 'launch-failed'
  | 'terminated'
  | 'unknown';

export type EndedBy = 'ec2' | 'karpenter' | 'user' | 'unknown';

/** Kinds of notices that announce an instance's end. */
export type NoticeKind = 'spot-interruption' | 'capacity-reservation-interruption' | 'health';

export type Notice = { readonly at: string; readonly kind: NoticeKind };

/** Codes of instances that never came up. */
const LAUNCH_FAILURES: ReadonlySet<string> = new Set([
  'Client.InternalError',
  'Client.InvalidSnapshot.NotFound',
  'Client.VolumeLimitExceeded',
  'Server.InsufficientInstanceCapacity',
  'Server.InternalError',
]);

const BY_NOTICE: Readonly<Record<NoticeKind, EndReason>> = {
  'spot-interruption': 'spot-interrupted',
  'capacity-reservation-interruption': 'capacity-reservation-interrupted',
  health: 'scheduled-change',
};

/** For how long after a notice an end is taken for what it announced: two minutes and a drain, or a day for a scheduled change. */
const NOTICE_HOLDS_SECONDS: Readonly<Record<NoticeKind, number>> = {
  'spot-interruption': 900,
  'capacity-reservation-interruption': 900,
  health: 86_400,
};

/** Karpenter ends instances through the API; so may a person. EC2 calls both "user initiated". */
const BY_API = 'Client.UserInitiatedShutdown';
const BY_USER: ReadonlySet<string> = new Set([
  'Client.InstanceInitiatedShutdown',
  'Client.InstanceTerminated',
  'Client.UserInitiatedHibernate',
]);

export function isLaunchFailure(code: string): boolean {
  return LAUNCH_FAILURES.has(code);
}

/** Of several codes for one end: EC2's own doing comes before what was asked of it afterwards. */
export function decisiveCode(codes: readonly string[]): string | null {
  const sorted = codes.toSorted();
  return sorted.find((code) => code.startsWith('Server.')) ?? sorted[0] ?? null;
}

type End = {
  readonly endedAt: string;
  readonly code: string | null;
  readonly hasRun: boolean;
  readonly role: 'karpenter' | 'bootstrap';
  readonly notice: Notice | null;
};

/** Karpenter drains and terminates a node after its notice, so its own call is taken for Karpenter's when one was given. */
export function whyEnded(end: End): { readonly endReason: EndReason; readonly endedBy: EndedBy } {
  const { code, hasRun, role } = end;
  const announced = announcedBy(end);
  if (code === 'Server.SpotInstanceTermination' || code === 'Server.SpotInstanceShutdown')
    return { endReason: 'spot-interrupted', endedBy: 'ec2' };
  if (code === 'Server.ScheduledStop') return { endReason: 'scheduled-change', endedBy: 'ec2' };
  if (code !== null && !hasRun && isLaunchFailure(code)) return { endReason: 'launch-failed', endedBy: 'ec2' };
  if (code?.startsWith('Server.')) return { endReason: announced ?? 'terminated', endedBy: 'ec2' };
  if (code !== null && BY_USER.has(code)) return { endReason: 'terminated', endedBy: 'user' };
  if (announced)
    return { endReason: announced, endedBy: code === BY_API && role === 'karpenter' ? 'karpenter' : 'unknown' };
  return { endReason: code === null ? 'unknown' : 'terminated', endedBy: 'unknown' };
}

function announcedBy({ endedAt, notice }: End): EndReason | undefined {
  if (!notice) return undefined;
  const seconds = (Date.parse(endedAt) - Date.parse(notice.at)) / 1000;
  return seconds >= 0 && seconds <= NOTICE_HOLDS_SECONDS[notice.kind] ? BY_NOTICE[notice.kind] : undefined;
}
