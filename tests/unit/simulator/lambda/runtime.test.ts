import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setLambdaFaults } from '../../../../simulator/lambda/faults.ts';
import type { FunctionConfig } from '../../../../simulator/lambda/function-config.ts';
import { createLambdaRuntime, type LambdaRuntime } from '../../../../simulator/lambda/runtime.ts';
import { startTestCloud, type TestCloud } from '../../../support/test-cloud.ts';

const arn = 'arn:aws:lambda:eu-west-1:111122223333:function:counting';
const alias = { arn: `${arn}:live`, functionArn: arn, version: '1', provisionedConcurrency: 0 };
const START = Date.parse('2026-11-02T08:00:00Z');

describe('the Lambda runtime', () => {
  let world: TestCloud;
  let runtime: LambdaRuntime;
  beforeEach(() => {
    world = startTestCloud([]);
    runtime = start();
  });
  afterEach(() => world.simulation.close());

  function start(changes: Partial<FunctionConfig> = {}, provisionedConcurrency = 0): LambdaRuntime {
    const { simulation, cloud } = world;
    const config: FunctionConfig = {
      name: 'counting',
      arn,
      roleArn: 'arn:aws:iam::111122223333:role/counting',
      sourceFile: fileURLToPath(new URL('../../../fixtures/functions/counting.ts', import.meta.url)),
      exportName: 'handler',
      environment: {},
      timeoutSeconds: 5,
      ...changes,
    };
    return createLambdaRuntime({
      simulation,
      cloud,
      functions: [config],
      versions: [{ functionArn: arn, version: '1' }],
      aliases: [{ ...alias, provisionedConcurrency }],
      credentials: () => ({}),
      checkLogAccess: () => undefined,
    });
  }

  const run = (event: object = {}, target = arn) => world.simulation.runUntil(runtime.invoke(target, event));
  const together = (events: readonly object[]) =>
    world.simulation.runUntil(Promise.allSettled(events.map((event) => runtime.invoke(arn, event))));

  it('gives each concurrent invocation an environment with a memory of its own, and uses idle ones again', async () => {
    const first = await together([{ seconds: 1 }, { seconds: 1 }, { seconds: 1 }]);
    expect(first.map((outcome) => outcome.status === 'fulfilled' && outcome.value)).toEqual([
      { uses: 1 },
      { uses: 1 },
      { uses: 1 },
    ]);
    expect(await run()).toEqual({ uses: 2 });
    expect(await run()).toEqual({ uses: 3 });
  });

  it('drops an environment after some idle minutes, and those of another world', async () => {
    await run();
    const saved = world.simulation.snapshot();
    await world.simulation.runFor(300);
    expect(await run()).toEqual({ uses: 2 });
    await world.simulation.runFor(600);
    expect(await run()).toEqual({ uses: 1 });
    world.simulation.restore(saved);
    expect(await run()).toEqual({ uses: 1 });
  });

  it('answers a throttle when the reserved concurrency is used up', async () => {
    runtime = start({ reservedConcurrency: 2 });
    const outcomes = await together([{ seconds: 1 }, { seconds: 1 }, { seconds: 1 }]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(outcomes[2]).toMatchObject({ reason: { name: 'Lambda.TooManyRequestsException', isThrottled: true } });
    expect(await run()).toMatchObject({ uses: 2 });
  });

  it('keeps an environment whose handler threw, and loses one whose time was over', async () => {
    await run();
    await expect(run({ fail: 'LeaseLost' })).rejects.toMatchObject({ name: 'LeaseLost' });
    expect(await run()).toEqual({ uses: 3 });
    await expect(run({ seconds: 6 })).rejects.toMatchObject({ name: 'Sandbox.Timedout' });
    expect(await run()).toEqual({ uses: 1 });
  });

  it('invokes the version behind an alias, and starts anew when the alias is moved', async () => {
    expect(await run({}, alias.arn)).toEqual({ uses: 1 });
    expect(await run({}, `${arn}:1`)).toEqual({ uses: 2 });
    expect(await run()).toEqual({ uses: 1 });
    expect(runtime.publishVersion(arn)).toBe('2');
    runtime.setRoute(alias.arn, { version: '2' });
    expect(await run({}, alias.arn)).toEqual({ uses: 1 });
    await expect(run({}, `${arn}:3`)).rejects.toMatchObject({ name: 'Lambda.ResourceNotFoundException' });
  });

  it('has no cold start in a provisioned environment', async () => {
    const timed = async (target: string) => {
      const before = world.simulation.now();
      await run({}, target);
      return world.simulation.now() - before;
    };
    runtime = start({}, 1);
    expect(await timed(arn)).toBeGreaterThan(300);
    expect(await timed(alias.arn)).toBeLessThan(50);
  });

  it('fails as told by its faults: throttled for a time, crashed or hung after the work, cold', async () => {
    const { simulation } = world;
    await run();
    setLambdaFaults(simulation, 'counting', { throttled: [{ fromMs: START, toMs: START + 60_000 }] });
    await expect(run()).rejects.toMatchObject({ isThrottled: true });
    setLambdaFaults(simulation, 'counting', { coldStartShare: 1 });
    expect(await run()).toEqual({ uses: 1 });
    setLambdaFaults(simulation, 'counting', { crashShare: 1 });
    await expect(run()).rejects.toMatchObject({ name: 'Runtime.ExitError' });
    setLambdaFaults(simulation, 'counting', { timeoutShare: 1 });
    await expect(run()).rejects.toMatchObject({ name: 'Sandbox.Timedout' });
    setLambdaFaults(simulation, 'counting', {});
    // The crash and the timeout have each cost one of the two environments.
    expect(await run()).toEqual({ uses: 1 });
  });
});
