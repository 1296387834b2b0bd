import { isDeepStrictEqual } from 'node:util';
import type { OwnerFact } from '../events/decision.ts';
import { earliestStart, type Transition, unionOf } from './transitions.ts';

export type Volume = {
  readonly gib: number;
  readonly type: string;
  readonly iops: number | null;
  readonly throughputMiBps: number | null;
};

/** What EC2 says of a node instance and does not change while the instance runs. */
export type InstanceIdentity = {
  readonly accountId: string;
  readonly region: string;
  readonly cluster: string;
  readonly role: 'karpenter' | 'bootstrap';
  readonly nodePool: string | null;
  readonly instanceType: string;
  readonly zone: string;
  readonly zoneId: string | null;
  readonly os: string;
  readonly tenancy: string;
  readonly capacityType: 'spot' | 'on-demand' | 'reserved';
  readonly capacityReservation: string | null;
};

/** A value and when EC2 said so: of two, the later holds. */
export type Said<Value> = { readonly at: string; readonly value: Value };

/** Why an instance stopped or ended, as EC2 put it, of the run that began with the launch at `launchedAt`. */
export type SaidReason = { readonly launchedAt: string; readonly code: string };

/**
 * All that was learned of one instance, from events and from lookups, in a form that can be put together in any order and any
 * number of times: sets, and values of which the latest holds. What the ledger tells of an instance is computed from it.
 * `identity` is null where nobody knows whose it is, or it is nobody's.
 */
export type Evidence = {
  /** EC2 described the instance, and it carried no cluster's tag. Any identity that is known is stronger. */
  readonly isNobodys: boolean;
  readonly identity: Said<InstanceIdentity> | null;
  readonly nodeClaim: Said<string> | null;
  /** Known only while the instance has them: a terminated one has lost them. */
  readonly volumes: Said<readonly Volume[]> | null;
  readonly publicIpv4Count: Said<number> | null;
  readonly transitions: readonly Transition[];
  /** When a lookup last found it running. */
  readonly seenRunningAt: string | null;
  readonly reasons: readonly SaidReason[];
};

export const NO_EVIDENCE: Evidence = {
  isNobodys: false,
  identity: null,
  nodeClaim: null,
  volumes: null,
  publicIpv4Count: null,
  transitions: [],
  seenRunningAt: null,
  reasons: [],
};

/** Idempotent, commutative and associative: late, doubled and reordered news come to the same. */
export function mergeEvidence(one: Evidence, other: Evidence): Evidence {
  const identity = later(one.identity, other.identity);
  return {
    isNobodys: identity === null && (one.isNobodys || other.isNobodys),
    identity,
    nodeClaim: later(one.nodeClaim, other.nodeClaim),
    volumes: later(one.volumes, other.volumes),
    publicIpv4Count: later(one.publicIpv4Count, other.publicIpv4Count),
    transitions: unionOf([...one.transitions, ...other.transitions]),
    seenRunningAt: laterTime(one.seenRunningAt, other.seenRunningAt),
    reasons: reasonsOf([...one.reasons, ...other.reasons]),
  };
}

/** Whether one tells nothing that the other does not: a value that EC2 only says again is no news. */
export function saysTheSame(one: Evidence, other: Evidence): boolean {
  return isDeepStrictEqual(timeless(one), timeless(other));
}

function timeless({ identity, nodeClaim, volumes, publicIpv4Count, seenRunningAt, ...rest }: Evidence) {
  // That it was seen running matters where it was thought lost.
  const isDoubtful = rest.transitions.some(({ kind }) => kind === 'lost');
  const values = [identity, nodeClaim, volumes, publicIpv4Count].map((said) => said?.value ?? null);
  return { ...rest, values, seenRunningAt: isDoubtful ? seenRunningAt : seenRunningAt !== null };
}

/** What the router needs to know; undefined where the evidence does not say whose the instance is. */
export function ownerOf(evidence: Evidence): OwnerFact | undefined {
  const cluster = evidence.identity?.value.cluster ?? null;
  if (cluster === null && !evidence.isNobodys) return undefined;
  const launchedAt = earliestStart(evidence.transitions);
  return { cluster, launchedMs: launchedAt === undefined ? null : Date.parse(launchedAt) };
}

function later<Value>(one: Said<Value> | null, other: Said<Value> | null): Said<Value> | null {
  if (!one || !other) return one ?? other;
  if (one.at !== other.at) return one.at > other.at ? one : other;
  // Two that claim the same moment: any rule will do that does not depend on the order.
  return JSON.stringify(one.value) >= JSON.stringify(other.value) ? one : other;
}

function laterTime(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other;
  return one > other ? one : other;
}

function reasonsOf(reasons: readonly SaidReason[]): SaidReason[] {
  const unique = new Map(reasons.map((reason) => [`${reason.launchedAt} ${reason.code}`, reason]));
  return [...unique].toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([, reason]) => reason);
}
