import { describe, expect, it } from '@jest/globals';
import { countInterruptions } from '../../../../functions/notices/count-interruptions.ts';
import type { Notice } from '../../../../functions/notices/notice.ts';
import { ConditionFailed } from '../../../../shared/ledger/condition-failed.ts';
import { isFirstOf } from '../../../../shared/ledger/interruptions.ts';
import type { LedgerTable } from '../../../../shared/ledger/table.ts';

const AT = Date.parse('2026-11-21T09:00:00Z');

const aNotice = (eventId: string, more: Partial<Notice> = {}): Notice => ({
  eventId,
  kind: 'spot-interruption',
  subject: 'terminate',
  instanceId: 'i-0123456789abcdef0',
  emittedMs: AT,
  instance: undefined,
  pricePerHour: undefined,
  leadTimeLeftSeconds: 119,
  ...more,
});

/** A ledger whose rows are there for all environments, and what each of them counts. */
function aFleet(options: { isDown?: boolean; callSeconds?: number } = {}) {
  const rows = new Set<string>();
  const lines: string[] = [];
  const warnings: string[] = [];
  let nowMs = AT;
  const table: Pick<LedgerTable, 'update'> = {
    async update(key, { condition }) {
      nowMs += (options.callSeconds ?? 0) * 1000;
      if (options.isDown) throw new Error('the table is away');
      const name = JSON.stringify(key);
      if (condition === 'attribute_not_exists(pk)' && rows.has(name)) throw new ConditionFailed(key, undefined);
      rows.add(name);
      return {};
    },
  };
  let asked = 0;
  const count = (notices: readonly Notice[]) =>
    countInterruptions(notices, {
      clock: { now: () => nowMs },
      timers: { within: (_ms, _doing, work) => work },
      isFirst: (event) => {
        asked += 1;
        return isFirstOf(table, event, nowMs);
      },
      writeLine: (line) => lines.push(line),
      warn: (message) => warnings.push(message),
    });
  const counted = () => {
    const sums: Record<string, number> = {};
    for (const line of lines) {
      const { Kind, Interruptions } = JSON.parse(line) as { Kind: string; Interruptions: number };
      sums[Kind] = (sums[Kind] ?? 0) + Interruptions;
    }
    return sums;
  };
  return { count, counted, warnings, asked: () => asked };
}

describe('the metric of interruptions', () => {
  it('counts an event once, whichever of its copies comes first and wherever they are handled', async () => {
    const { count, counted } = aFleet();
    await count([aNotice('one'), aNotice('two')]);
    await Promise.all([count([aNotice('two'), aNotice('three')]), count([aNotice('three'), aNotice('one')])]);

    expect(counted()).toEqual({ 'spot-interruption': 3 });
  });

  it('counts an event once, however many instances it names', async () => {
    const { count, counted } = aFleet();
    const instanceIds = ['i-0123456789abcdef0', 'i-0123456789abcdef1'];
    await count(instanceIds.map((instanceId) => aNotice('maintenance', { kind: 'health', instanceId })));

    expect(counted()).toEqual({ health: 1 });
  });

  it('counts kinds apart, and hibernation as one of its own', async () => {
    const { count, counted } = aFleet();
    await count([aNotice('one'), aNotice('one', { kind: 'health' }), aNotice('two', { subject: 'hibernate' })]);

    expect(counted()).toEqual({ 'spot-interruption': 1, health: 1, 'spot-hibernation': 1 });
  });

  it('counts what the ledger does not answer for, and says so', async () => {
    const { count, counted, warnings } = aFleet({ isDown: true });
    await count([aNotice('one'), aNotice('two')]);

    expect(counted()).toEqual({ 'spot-interruption': 2 });
    expect(warnings).toEqual([expect.stringContaining('event one'), expect.stringContaining('event two')]);
  });

  it('does not ask a slow ledger for ever', async () => {
    const { count, counted, asked } = aFleet({ callSeconds: 1 });
    await count(Array.from({ length: 100 }, (_, index) => aNotice(`event-${index}`)));

    expect(counted()).toEqual({ 'spot-interruption': 100 });
    expect(asked()).toBeLessThan(25);
  });
});
