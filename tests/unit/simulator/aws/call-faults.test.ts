import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runWithFault } from '../../../../simulator/aws/call-faults.ts';
import { Simulation } from '../../../../simulator/core/simulation.ts';

let simulation: Simulation;
beforeEach(() => {
  simulation = new Simulation({ seed: 1, startAt: '2026-11-02T08:00:00Z' });
});
afterEach(() => simulation.close());

const batch = { QueueUrl: 'url', Entries: [{ Id: '0' }, { Id: '1' }] };
const refusal = { Code: 'InternalError', Message: 'no', SenderFault: false };

describe('a call that goes wrong', () => {
  it.each([true, false])(
    'is performed (%s) and never answered: the caller gives up after its patience',
    async (isPerformed) => {
      let calls = 0;
      const run = () => {
        calls += 1;
        return {};
      };
      const started = simulation.now();

      const answer = runWithFault(simulation, { kind: 'no-answer', isPerformed, afterSeconds: 1 }, batch, run);

      await expect(simulation.runUntil(answer)).rejects.toMatchObject({ name: 'TimeoutError' });
      expect(simulation.now() - started).toBe(1000);
      expect(calls).toBe(isPerformed ? 1 : 0);
    },
  );

  it('gives the operation the entries that are not refused, and adds the others to what failed', async () => {
    const run = (input: object) => ({ Successful: (input as typeof batch).Entries, Failed: [{ Id: 'x' }] });
    const refusalOf = (id: string) => (id === '1' ? refusal : undefined);

    const answer = await runWithFault(simulation, { kind: 'refused-entries', refusalOf }, batch, run);

    expect(answer).toEqual({ Successful: [{ Id: '0' }], Failed: [{ Id: 'x' }, { Id: '1', ...refusal }] });
  });

  it('does not reach the operation when every entry is refused', async () => {
    const answer = await runWithFault(simulation, { kind: 'refused-entries', refusalOf: () => refusal }, batch, () => {
      throw new Error('EmptyBatchRequest');
    });

    expect(answer).toEqual({ Successful: [], Failed: batch.Entries.map(({ Id }) => ({ Id, ...refusal })) });
  });
});
