import { describe, expect, it } from '@jest/globals';
import { isUtilisationDue } from '../../../../shared/utilisation/due.ts';

const minutesUntilDue = (nodes: number) =>
  Array.from({ length: 60 }, (_, at) => at + 1).find((minutes) => isUtilisationDue(nodes, 0, minutes * 60_000));

describe('utilisation', () => {
  it('is due at the first look, each minute up to 500 nodes, and less often above', () => {
    expect(isUtilisationDue(5_000, undefined, 0)).toBe(true);
    expect([1, 500, 501, 1_600, 5_000, 50_000].map(minutesUntilDue)).toEqual([1, 1, 2, 4, 10, 15]);
  });

  it('is due although the schedule rang a few seconds early', () => {
    expect(isUtilisationDue(100, 0, 53_000)).toBe(true);
    expect(isUtilisationDue(100, 0, 20_000)).toBe(false);
  });
});
