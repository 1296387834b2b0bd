import { createHash } from 'node:crypto';

/** What happened, as a producer says it. The account, the Region, the time and the id are filled in by the bus. */
export type BusEvent = {
  readonly source: string;
  readonly detailType: string;
  readonly detail: object;
  /** Left out of the envelope when it is undefined, as in some Health events; a text in one spelling of a capacity warning. */
  readonly resources?: readonly string[] | string | undefined;
  readonly time?: string;
  readonly id?: string;
  readonly account?: string;
  readonly region?: string;
};

/** An event as rules match it and targets get it. The order of the members is AWS's own. */
export type Envelope = {
  readonly version: string;
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources?: readonly string[] | string;
  readonly detail: object;
};

type Defaults = { readonly id: string; readonly account: string; readonly region: string; readonly nowMs: number };

export function envelopeOf(event: BusEvent, defaults: Defaults): Envelope {
  return {
    version: '0',
    id: event.id ?? defaults.id,
    'detail-type': event.detailType,
    source: event.source,
    account: event.account ?? defaults.account,
    time: event.time ?? wholeSeconds(defaults.nowMs),
    region: event.region ?? defaults.region,
    ...(event.resources === undefined ? {} : { resources: event.resources }),
    detail: event.detail,
  };
}

export function wholeSeconds(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** A UUID that depends on the seed and on how many events came before. */
export function eventId(seed: number, count: number): string {
  const hex = createHash('sha256').update(`${seed}:event:${count}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
