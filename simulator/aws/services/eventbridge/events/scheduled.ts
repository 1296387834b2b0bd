import { type BusEvent, wholeSeconds } from './envelope.ts';

/** What a scheduled rule hands to its targets; no other rule sees it. */
export function scheduledEvent(ruleArn: string, dueMs: number): BusEvent {
  return {
    source: 'aws.events',
    detailType: 'Scheduled Event',
    resources: [ruleArn],
    time: wholeSeconds(dueMs),
    detail: {},
  };
}
