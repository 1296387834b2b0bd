import { createHash } from 'node:crypto';
import type { BusEvent } from './envelope.ts';

export type HealthNotice = {
  readonly service?: string;
  readonly category?: 'issue' | 'accountNotification' | 'investigation' | 'scheduledChange';
  readonly eventTypeCode?: string;
  readonly scope?: 'ACCOUNT_SPECIFIC' | 'PUBLIC';
  readonly statusCode?: 'open' | 'upcoming' | 'closed';
  readonly startMs: number;
  readonly endMs?: number;
  /** As Health names them: instance ids, or ARNs in newer events. */
  readonly entities: readonly string[];
  readonly entityStatus?: string;
  /** The newer shape has no `resources` at all. */
  readonly withoutResources?: boolean;
  /** More entities than this go on further pages, each an event of its own. */
  readonly entitiesPerPage?: number;
  /** The Region that the event is about, when this is the copy that Health delivers to another one. */
  readonly backupOf?: string;
  readonly affectedAccount?: string;
  readonly description?: string;
};

type Origin = { readonly accountId: string; readonly region: string; readonly nowMs: number; readonly number: number };

/** Every page of one notice, in order. */
export function healthEvents(notice: HealthNotice, origin: Origin): BusEvent[] {
  const size = notice.entitiesPerPage ?? Math.max(1, notice.entities.length);
  const pages = Array.from({ length: Math.max(1, Math.ceil(notice.entities.length / size)) }, (_, index) =>
    notice.entities.slice(index * size, (index + 1) * size),
  );
  return pages.map((entities, index) => ({
    source: 'aws.health',
    detailType: 'AWS Health Event',
    resources: notice.withoutResources ? undefined : entities,
    detail: detailOf(notice, origin, { entities, page: index + 1, totalPages: pages.length }),
  }));
}

type Page = { readonly entities: readonly string[]; readonly page: number; readonly totalPages: number };

function detailOf(notice: HealthNotice, origin: Origin, { entities, page, totalPages }: Page): object {
  const { service = 'EC2', category = 'scheduledChange', statusCode = 'upcoming', endMs } = notice;
  const code = notice.eventTypeCode ?? 'AWS_EC2_INSTANCE_RETIREMENT_SCHEDULED';
  const eventRegion = notice.backupOf ?? origin.region;
  const digest = createHash('sha256').update(`${code}:${eventRegion}:${origin.number}`).digest('hex');
  const number = BigInt(`0x${digest.slice(0, 14)}`).toString();
  const updated = rfc1123(origin.nowMs);
  return {
    eventArn: `arn:aws:health:${eventRegion}::event/${service}/${code}/${code}_${number}`,
    service,
    eventTypeCode: code,
    eventTypeCategory: category,
    eventScopeCode: notice.scope ?? 'ACCOUNT_SPECIFIC',
    communicationId: `${digest.slice(0, 32)}-${page}`,
    startTime: rfc1123(notice.startMs),
    ...(endMs === undefined ? {} : { endTime: rfc1123(endMs) }),
    lastUpdatedTime: updated,
    statusCode,
    eventRegion,
    eventDescription: [{ language: 'en_US', latestDescription: notice.description ?? 'Maintenance is scheduled.' }],
    affectedEntities: entities.map((entityValue) => ({
      entityValue,
      ...(notice.entityStatus === undefined ? {} : { lastUpdatedTime: updated, status: notice.entityStatus }),
    })),
    page: String(page),
    totalPages: String(totalPages),
    backupEvent: String(notice.backupOf !== undefined),
    affectedAccount: notice.affectedAccount ?? origin.accountId,
    personas: ['OPERATIONS'],
  };
}

/** With the day of the month as Health writes it: without a zero before it. */
function rfc1123(ms: number): string {
  return new Date(ms).toUTCString().replace(', 0', ', ');
}
