import * as z from 'zod/mini';
import type { Notice } from '../fleet/end-reason.ts';
import { type Evidence, NO_EVIDENCE, ownerOf } from '../fleet/evidence.ts';
import { type Annotations, lifeOf } from '../fleet/instance-record.ts';
import { endOfMonthMs, monthsOf } from '../fleet/months.ts';
import { TRANSITION_KINDS } from '../fleet/transitions.ts';
import type { Row } from './attributes.ts';
import type { KeyedRow } from './batches.ts';

const said = <Value extends z.core.$ZodType>(value: Value) => z.nullable(z.object({ at: z.string(), value }));
const nullableText = z.nullable(z.string());
const nullableNumber = z.nullable(z.number());

const evidenceSchema = z.object({
  isNobodys: z.boolean(),
  identity: said(
    z.object({
      accountId: z.string(),
      region: z.string(),
      cluster: z.string(),
      role: z.enum(['karpenter', 'bootstrap']),
      nodePool: nullableText,
      instanceType: z.string(),
      zone: z.string(),
      zoneId: nullableText,
      os: z.string(),
      tenancy: z.string(),
      capacityType: z.enum(['spot', 'on-demand', 'reserved']),
      capacityReservation: nullableText,
    }),
  ),
  nodeClaim: said(z.string()),
  volumes: said(
    z.array(z.object({ gib: z.number(), type: z.string(), iops: nullableNumber, throughputMiBps: nullableNumber })),
  ),
  publicIpv4Count: said(z.number()),
  transitions: z.array(z.object({ at: z.string(), kind: z.enum(TRANSITION_KINDS) })),
  seenRunningAt: nullableText,
  reasons: z.array(z.object({ launchedAt: z.string(), code: z.string() })),
});

const rowSchema = z.object({
  evidence: z.optional(evidenceSchema),
  version: z._default(z.number(), 0),
  expiresAt: z.optional(z.number()),
  noticeAt: z.optional(z.string()),
  noticeKind: z.optional(z.enum(['spot-interruption', 'capacity-reservation-interruption', 'health'])),
  registeredAt: z.optional(z.string()),
  readyAt: z.optional(z.string()),
  requested: z.optional(z.object({ cpuSeconds: z.string(), memoryGiBSeconds: z.string(), coveredSeconds: z.number() })),
  allocatable: z.optional(z.object({ cpu: z.string(), memoryGiB: z.string() })),
});

/** An instance's row as read. `version` is 0 where nobody has recorded evidence. */
export type StoredInstance = {
  readonly evidence: Evidence;
  readonly version: number;
  readonly expiresAt: number | undefined;
  readonly annotations: Annotations;
};

export function parseInstanceRow(row: Row): StoredInstance {
  const { evidence = NO_EVIDENCE, version, expiresAt, ...rest } = rowSchema.parse(row);
  const notice: Notice | null = rest.noticeAt && rest.noticeKind ? { at: rest.noticeAt, kind: rest.noticeKind } : null;
  const { registeredAt = null, readyAt = null, requested = null, allocatable = null } = rest;
  return { evidence, version, expiresAt, annotations: { notice, registeredAt, readyAt, requested, allocatable } };
}

/** 13 months of at most 31 days. */
const KEPT_SECONDS = 403 * 86_400;
const NOBODYS_KEPT_SECONDS = 86_400;
/** A running instance's row is written anew when it is this old, so that it never expires. */
const RENEWED_AFTER_SECONDS = 62 * 86_400;

/**
 * Until when a row is kept: 13 months after the end, of a running instance 13 months after its last write; a day where it is
 * nobody's, or where there is no more than events whose instance EC2 did not know.
 */
export function expiryOf(evidence: Evidence, nowMs: number): number {
  if (!evidence.identity) return Math.floor(nowMs / 1000) + NOBODYS_KEPT_SECONDS;
  const { endedAt } = lifeOf(evidence);
  return Math.floor((endedAt === null ? nowMs : Date.parse(endedAt)) / 1000) + KEPT_SECONDS;
}

export function needsRenewal({ evidence, expiresAt = 0 }: StoredInstance, nowMs: number): boolean {
  const margin = evidence.identity ? RENEWED_AFTER_SECONDS : NOBODYS_KEPT_SECONDS;
  return expiresAt <= expiryOf(evidence, nowMs) - margin;
}

/** What a row of this evidence says at its top: what the hot path reads. */
export function ownerAttributes(evidence: Evidence): Row {
  const owner = ownerOf(evidence);
  return owner ? { cluster: owner.cluster, launchedMs: owner.launchedMs } : { launchedMs: null };
}

export function monthKey(cluster: string, month: string): string {
  return `MONTH#${cluster}#${month}`;
}

/** One row for each month in which the instance ran and that is still kept. `endedAt` null: it runs, as far as is known. */
export function monthPointers(instanceId: string, evidence: Evidence, nowMs: number): KeyedRow[] {
  if (!evidence.identity) return [];
  const { cluster } = evidence.identity.value;
  const life = lifeOf(evidence);
  return monthsOf(life, nowMs).flatMap((month) => {
    const expiresAt = endOfMonthMs(month) / 1000 + KEPT_SECONDS;
    if (expiresAt * 1000 <= nowMs) return [];
    return [{ key: { pk: monthKey(cluster, month), sk: instanceId }, row: { endedAt: life.endedAt, expiresAt } }];
  });
}
