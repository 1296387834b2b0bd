import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { EventKind } from '../../../../shared/events/event.ts';
import { parseEvent } from '../../../../shared/events/parse-event.ts';
import type { MessageKind } from '../../../../simulator/karpenter/interruption/messages.ts';
import { parseMessage } from '../../../../simulator/karpenter/interruption/parse-message.ts';
import { anyBody } from '../../../support/any-event.ts';
import { decisionOn, someFacts } from '../../../support/events.ts';

const MEANING: Readonly<Record<EventKind, readonly MessageKind[]>> = {
  'spot-interruption': ['spot_interrupted'],
  'capacity-reservation-interruption': ['capacity_reservation_interrupted'],
  health: ['scheduled_change'],
  rebalance: ['rebalance_recommendation'],
  'state-change': ['instance_stopped', 'instance_terminated'],
  canary: ['no_op'],
};

const INSTANCE_ID = /^i-[0-9a-f]{8}([0-9a-f]{9})?$/;
/** Every spelling that Go's decoder takes for a field of the envelope or of a detail, and that is not the field's own. */
const FIELDS = ['account', 'detail', 'detail-type', 'id', 'region', 'resources', 'source', 'time', 'version'];
const DETAIL_FIELDS = ['instance-id', 'instance-action', 'state', 'service', 'eventTypeCategory', 'affectedEntities'];

function foldsToAnother(key: string, fields: readonly string[]): boolean {
  const pattern = (field: string) =>
    new RegExp(`^${field.replace(/s/gi, '[sS\u017f]').replace(/k/gi, '[kK\u212a]')}$`, 'i');
  return !fields.includes(key) && fields.some((field) => pattern(field).test(key));
}

const runs = { numRuns: 1_500 };
const owners = { 'i-0f3a9c1d2b4e5f607': 'a', 'i-0b17c2d3': 'b' };

describe('whatever a message is', () => {
  it('what is sent means to Karpenter what the decision says, and is never refused by its parser', () => {
    fc.assert(
      fc.property(anyBody, (body) => {
        const { kind, action, instanceIds, deliveries } = decisionOn(body, someFacts(owners));
        for (const delivery of deliveries) {
          const message = parseMessage(delivery.body);
          const ids = new Set(message.instanceIds.filter((id) => INSTANCE_ID.test(id)));
          expect(MEANING[kind as EventKind]).toContain(message.kind);
          expect([...ids]).toEqual(instanceIds);
        }
        expect(deliveries.length > 0).toBe(action === 'forward' || action === 'broadcast');
      }),
      runs,
    );
  });

  it('what is sent has no key that Go would take for another', () => {
    fc.assert(
      fc.property(anyBody, (body) => {
        const result = parseEvent(body);
        if (!('event' in result)) return;
        const event = JSON.parse(result.event.body) as { detail: Record<string, unknown> };
        expect(Object.keys(event).filter((key) => foldsToAnother(key, FIELDS))).toEqual([]);
        expect(Object.keys(event.detail).filter((key) => foldsToAnother(key, DETAIL_FIELDS))).toEqual([]);
      }),
      runs,
    );
  });

  it('a body stays as it is unless a repair is named, and a repaired body needs no more of them', () => {
    fc.assert(
      fc.property(anyBody, (body) => {
        const result = parseEvent(body);
        if (!('event' in result)) return;
        expect(result.event.body === body).toBe(result.event.repairs.length === 0);
        expect(parseEvent(result.event.body)).toEqual({ event: { ...result.event, repairs: [] } });
      }),
      runs,
    );
  });

  it('no prototype changes', () => {
    const before = Object.getOwnPropertyNames(Object.prototype);

    fc.assert(
      fc.property(anyBody, (body) => {
        decisionOn(body);
      }),
      { numRuns: 300 },
    );

    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
  });
});
