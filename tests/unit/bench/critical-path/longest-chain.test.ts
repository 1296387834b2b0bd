import { describe, expect, it } from '@jest/globals';
import { longestChain } from '../../../../bench/critical-path/longest-chain.ts';

const wait = (name: string, seconds: number, ...after: string[]) => ({ name, seconds, after });

describe('the longest chain of waits', () => {
  it('goes by the seconds that depend on each other, not by the longest wait or the most waits', () => {
    const waits = [
      wait('role', 20),
      wait('cluster', 500, 'role'),
      wait('nodes', 150, 'cluster', 'stack'),
      wait('stack', 400),
      wait('tag', 1, 'cluster'),
      wait('tagged', 1, 'tag'),
    ];

    const { seconds, waits: chain } = longestChain(waits);

    expect(seconds).toBe(670);
    expect(chain.map(({ name }) => name)).toEqual(['role', 'cluster', 'nodes']);
  });

  it('refuses a wait for something that is not there', () => {
    expect(() => longestChain([wait('cluster', 500, 'roles')])).toThrow('there is no wait roles');
  });
});
