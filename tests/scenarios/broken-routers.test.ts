import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Laboratory } from '../../simulator/storm/experiments/run-experiment.ts';
import type { ROUTERS } from '../fixtures/broken-routers/handler.ts';
import { aLaboratory, inShort } from '../support/laboratory.ts';

let lab: Laboratory;
beforeAll(async () => {
  lab = await aLaboratory({ routerHandler: 'tests/fixtures/broken-routers/handler.handler' });
});
afterEach(() => {
  delete process.env['BROKEN_ROUTER'];
});
afterAll(() => lab.account.close());

const EVENTS = 50;

type Name = Exclude<keyof typeof ROUTERS, 'real'>;

/** Each way to acknowledge what was not delivered, with an experiment and the fault that brings it to light. */
const BROKEN: readonly (readonly [name: Name, id: string, faults: string])[] = [
  ['acknowledges-first', 'R2', 'send-outage-10s'],
  ['answers-nothing', 'R2', 'send-outage-10s'],
  ['does-not-wait', 'R11-warm', 'none'],
  ['drops-what-it-cannot-look-up', 'R11-cold', 'lookup-outage'],
  ['forgets-the-grave', 'R7', 'dead-letter-outage'],
  ['ignores-entry-failures', 'R2', 'send-throttling'],
  ['sends-each-body-once', 'R14', 'none'],
];

describe('the audit of a storm', () => {
  it.each(BROKEN)(
    'finds what a router loses that %s (%s, %s), and nothing with the real one',
    async (name, id, faults) => {
      process.env['BROKEN_ROUTER'] = name;
      const broken = await inShort(lab, { id, faults, events: EVENTS }, 1);
      process.env['BROKEN_ROUTER'] = 'real';
      const real = await inShort(lab, { id, faults, events: EVENTS }, 1);

      expect(broken.report.conservation.lost).toBeGreaterThan(0);
      expect(broken.report.findings.length).toBeGreaterThan(0);
      expect(real.report.findings).toEqual([]);
      expect(real.report.conservation).toMatchObject({ lost: 0, misrouted: 0, inFlight: 0 });
    },
  );
});
