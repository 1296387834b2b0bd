import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Simulation } from '../../../../simulator/core/simulation.ts';

describe('Simulation', () => {
  let simulation: Simulation;
  beforeEach(() => {
    simulation = new Simulation({ seed: 7, startAt: '2026-11-02T08:00:00Z' });
  });
  afterEach(() => simulation.close());

  it('passes ten virtual minutes without waiting for them', async () => {
    await simulation.runFor(600);

    expect(simulation.timestamp()).toBe('2026-11-02T08:10:00Z');
  });

  it('performs what is on the agenda in order of time, also after a restore', async () => {
    const seen: string[] = [];
    simulation.on('note', (data: { text: string }) => {
      seen.push(`${data.text} ${simulation.timestamp()}`);
    });
    simulation.schedule(20, 'note', { text: 'later' });
    simulation.schedule(10, 'note', { text: 'sooner' });
    await simulation.runFor(15);
    const saved = simulation.snapshot();
    await simulation.runFor(15);

    simulation.restore(saved);
    await simulation.runFor(15);

    expect(seen).toEqual(['sooner 2026-11-02T08:00:10Z', 'later 2026-11-02T08:00:20Z', 'later 2026-11-02T08:00:20Z']);
  });

  it('holds virtual time still while a real operation is under way', async () => {
    const before = simulation.now();
    let during = 0;
    const real = simulation.gate.run(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      during = simulation.now();
    });

    await simulation.runUntil(Promise.all([real, simulation.sleep(1)]));

    expect(during).toBe(before);
    expect(simulation.now()).toBe(before + 1000);
  });

  it('draws the same number for the same key whatever was drawn before', () => {
    const first = simulation.between('node-a', 30, 45);
    simulation.between('node-b', 30, 45);

    expect(simulation.between('node-a', 30, 45)).toBe(first);
    expect(first).toBeGreaterThanOrEqual(30);
    expect(first).toBeLessThan(45);
  });

  it('performs what is due after more than a month when it is due, not before', async () => {
    const seen: string[] = [];
    simulation.on('expire', () => {
      seen.push(simulation.timestamp());
    });
    simulation.schedule(40 * 86_400, 'expire', {});

    for (let day = 0; day < 41; day += 1) await simulation.runFor(86_400);

    expect(seen).toEqual(['2026-12-12T08:00:00Z']);
  });

  it('fails the run when an agenda handler throws', async () => {
    simulation.on('broken', () => {
      throw new Error('no such node');
    });
    simulation.schedule(1, 'broken', {});

    await expect(simulation.runFor(2)).rejects.toThrow('no such node');
  });

  it('says that it stands still instead of waiting for ever', async () => {
    await expect(simulation.runUntil(new Promise(() => undefined))).rejects.toThrow('stands still');
  });
});
