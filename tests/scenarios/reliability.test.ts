import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EXPERIMENTS } from '../../simulator/storm/experiments/index.ts';
import type { Laboratory } from '../../simulator/storm/experiments/run-experiment.ts';
import { aLaboratory, inShort } from '../support/laboratory.ts';

let lab: Laboratory;
beforeAll(async () => {
  lab = await aLaboratory();
});
afterAll(() => lab.account.close());

describe('no interruption notice is lost or misrouted', () => {
  it.each(EXPERIMENTS.map(({ id, title, pass }, index) => [id, title, pass.join('; '), index] as const))(
    '%s, %s: %s',
    async (id, _title, _pass, index) => {
      const { faults, report } = await inShort(lab, { id }, 100 + index);

      expect(faults).toEqual([]);
      expect(report.conservation.accepted).toBeGreaterThanOrEqual(40);
    },
  );

  it.each([1, 2, 3])('in the storm of everything at once, seed %i', async (seed) => {
    const { report } = await inShort(lab, { id: 'R13', faults: 'chaos' }, seed);

    expect(report.findings).toEqual([]);
    expect(report).toMatchObject({ unparseable: 0, misread: 0, lostOnTheBus: 0, claimsLeft: 0 });
    expect(report.conservation).toMatchObject({ lost: 0, misrouted: 0, inFlight: 0 });
  });
});
