import { describe, expect, it } from '@jest/globals';
import { clientToken } from '../../../../shared/runs/client-token.ts';
import { parseActionInput, parseStepInput } from '../../../../shared/runs/step-input.ts';
import { aRun } from '../../../support/fakes/step-world.ts';

const step = {
  name: 'cluster',
  ready: false,
  expired: false,
  detail: 'waiting',
  retryAfterSeconds: 5,
  change: 'none',
  startedAt: '2026-11-02T08:00:00.000Z',
};

describe('the input of a step', () => {
  it('carries the run and what the same step answered last', () => {
    const input = parseStepInput({ step: 'cluster', state: { run: aRun(), step } });

    expect(input).toEqual({ step: 'cluster', run: aRun(), previous: step });
  });

  it('takes the answer of another step for none of its own', () => {
    const input = parseStepInput({ step: 'registry', state: { run: aRun(), step } });

    expect(input.previous).toBeUndefined();
  });

  it('names every fault', () => {
    const { fence: _, ...run } = aRun();

    const parse = () => parseStepInput({ step: 1, state: { run, step: { ...step, change: 'improved' } } });

    expect(parse).toThrow(expect.objectContaining({ name: 'MalformedInput' }));
    expect(parse).toThrow(/step: .*state\.run\.fence: .*state\.step\.change: /);
  });

  it('takes an action that the function knows, and no other', () => {
    const event = { action: 'open', step: 'access', state: { run: aRun() } };

    expect(parseActionInput(event, ['open', 'close'])).toMatchObject({ action: 'open', input: { step: 'access' } });
    expect(() => parseActionInput({ ...event, action: 'shut' }, ['open', 'close'])).toThrow(
      'action must be one of open, close',
    );
  });
});

describe('the token of a create call', () => {
  it('is the same for the same step of the same run, and differs in each other case', () => {
    const tokens = [
      clientToken('run-1', 'cluster'),
      clientToken('run-1', 'nodes'),
      clientToken('run-2', 'cluster'),
      clientToken('run-1', 'cluster'),
    ];

    expect(new Set(tokens).size).toBe(3);
    expect(tokens[3]).toBe(tokens[0]);
    expect(tokens[0]).toMatch(/^[0-9a-f]{32}$/);
  });
});
