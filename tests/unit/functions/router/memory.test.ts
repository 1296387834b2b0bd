import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { boundedMap } from '../../../../functions/router/bounded-map.ts';
import { lazily } from '../../../../functions/router/lazily.ts';
import { readClusterQueues } from '../../../../shared/ledger/cluster-queues.ts';

describe('a bounded map', () => {
  it('never holds more than its limit, and always the latest half', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 40 }), fc.array(fc.nat(100), { maxLength: 300 }), (limit, keys) => {
        const map = boundedMap<number>(limit);
        for (const [index, key] of keys.entries()) {
          map.set(String(key), index);

          expect(map.size()).toBeLessThanOrEqual(limit);
        }
        const latest = [...new Set(keys.toReversed())].slice(0, Math.floor(limit / 2));
        for (const key of latest) expect(map.get(String(key))).toBe(keys.lastIndexOf(key));
      }),
    );
  });

  it('forgets what is deleted', () => {
    const map = boundedMap<number>(2);
    map.set('a', 1);
    map.set('b', 2);
    map.delete('a');

    expect([map.get('a'), map.get('b')]).toEqual([undefined, 2]);
  });
});

describe('what is made lazily', () => {
  it('is made once, and again after a failure', async () => {
    let made = 0;
    const get = lazily(async () => {
      made += 1;
      if (made === 1) throw new Error('not yet');
      return made;
    });

    await expect(get()).rejects.toThrow('not yet');
    expect(await Promise.all([get(), get()])).toEqual([2, 2]);
  });
});

describe('the queues of the registry', () => {
  it('are read past a row that is not as it should be', async () => {
    const sound = { cluster: 'banking', accountId: '1', region: 'eu-west-1', queue: { url: 'https://queue' } };
    const table = {
      async *list() {
        yield { cluster: 'broken', queue: null };
        yield { ...sound, region: 7 };
        yield sound;
      },
    };

    expect(await readClusterQueues(table)).toEqual([
      { cluster: 'banking', accountId: '1', region: 'eu-west-1', queueUrl: 'https://queue' },
    ]);
  });
});
