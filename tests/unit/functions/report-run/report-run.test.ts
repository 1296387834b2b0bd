import { describe, expect, it } from '@jest/globals';
import { reportRun } from '../../../../functions/report-run/report-run.ts';
import type { RunStep } from '../../../../shared/ledger/run-steps.ts';
import { aRun } from '../../../support/fakes/step-world.ts';

const NESTED = 'arn:aws:states:eu-west-1:111122223333:execution:install-karpenter:child-1';

const aStep = (step: string, overrides: Partial<RunStep> = {}): RunStep => ({
  step,
  startedAt: '2026-11-02T08:00:00.000Z',
  endedAt: '2026-11-02T08:01:00.000Z',
  ready: true,
  detail: 'done',
  change: 'created',
  intents: [],
  ...overrides,
});

function aWorld(steps: readonly RunStep[]) {
  const releases: boolean[] = [];
  const reports = new Map<string, Record<string, unknown>>();
  const deps = {
    clock: { now: () => Date.parse('2026-11-02T08:30:00Z') },
    listSteps: async () => [...steps],
    storeReport: async (key: string, report: object) => {
      reports.set(key, { ...report });
      return { bucket: 'documents', key, sha256: 'abc' };
    },
    releaseLease: async (_: unknown, { stopSiblings }: { stopSiblings: boolean }) => {
      releases.push(stopSiblings);
    },
  };
  const report = (state: object, execution = aRun().rootExecution) =>
    reportRun({ machine: 'bootstrap-cluster', execution, state }, deps);
  return { releases, reports, report };
}

const failure = { Error: 'ForeignCluster', Cause: JSON.stringify({ errorMessage: 'There is such a cluster.' }) };
const begun = aStep('cluster', {
  endedAt: undefined,
  ready: false,
  intents: [{ what: 'EKS cluster', name: 'banking-prod' }],
});

describe('the report of a root execution', () => {
  it('says what was done, is kept, and gives the lease back', async () => {
    const { releases, reports, report } = aWorld([aStep('cluster-stack'), aStep('cluster', { change: 'none' })]);

    const answer = await report({ run: aRun() });

    const key = 'clusters/banking-prod/runs/run-7/report.json';
    expect(answer).toEqual({
      status: 'succeeded',
      error: 'none',
      message: 'bootstrap-cluster of banking-prod: cluster-stack (created), cluster (none)',
      report: { bucket: 'documents', key, sha256: 'abc' },
    });
    expect(reports.get(key)).toMatchObject({ status: 'succeeded', endedAt: '2026-11-02T08:30:00.000Z' });
    expect(reports.get(key)).not.toHaveProperty('next');
    expect(releases).toEqual([false]);
  });

  it('of a failure says what failed, what to do, what exists and what was begun, and stops what still runs', async () => {
    const { releases, reports, report } = aWorld([aStep('cluster-stack'), begun]);

    const answer = await report({ run: aRun(), failure });

    expect(answer).toMatchObject({ status: 'failed', error: 'ForeignCluster' });
    expect(answer.message).toBe(
      'There is such a cluster. Choose another name, or use mode: adopt for a cluster that is there already. ' +
        'Kept: cluster-stack (created). Begun: EKS cluster banking-prod.',
    );
    expect([...reports.values()]).toMatchObject([
      { status: 'failed', cause: 'There is such a cluster.', next: expect.stringContaining('mode: adopt') },
    ]);
    expect(releases).toEqual([true]);
  });

  it('tells of the failure that came first, not of that of its clean-up', async () => {
    const { report } = aWorld([]);
    const firstFailure = { Error: 'SmokeTestFailed', Cause: 'no capacity' };

    const answer = await report({ run: aRun(), firstFailure, failure });

    expect(answer.error).toBe('SmokeTestFailed');
    expect(answer.message).toContain('Kept: nothing was finished.');
  });

  it('that only planned has no lease to give back', async () => {
    const { releases, report } = aWorld([aStep('preflight', { change: 'none' })]);

    await report({ run: aRun({ planOnly: true, fence: 0 }) });

    expect(releases).toEqual([]);
  });

  it('that never began says why, and has nothing to store or to release', async () => {
    const { releases, reports, report } = aWorld([]);

    const answer = await report({ failure: { Error: 'LeaseHeld', Cause: '{"errorMessage":"another run"}' } });

    expect(answer).toEqual({
      status: 'failed',
      error: 'LeaseHeld',
      message: 'another run Wait until the other run has ended, or stop it; then start again.',
      report: null,
    });
    expect([reports.size, releases.length]).toEqual([0, 0]);
  });
});

describe('the report of a nested execution', () => {
  it('hands the bare reason to its parent and leaves the lease to it', async () => {
    const { releases, reports, report } = aWorld([begun]);

    const answer = await report({ run: aRun(), failure }, NESTED);

    expect(answer).toMatchObject({ status: 'failed', message: 'There is such a cluster.' });
    expect([...reports.keys()]).toEqual(['clusters/banking-prod/runs/run-7/report-child-1.json']);
    expect(releases).toEqual([]);
  });
});
