import { durationSeconds } from '../../../clusters/quantities.ts';
import { objectAt } from '../../read-object.ts';
import { poolRule } from '../rule.ts';
import type { PoolView } from '../view/pool-view.ts';

const LONGEST_SECONDS = 600;
const SPIKY_WORDS = /(^|[-_./])(batch|job|jobs|ci|build|builds|runner|runners|cron|spark|etl|burst)($|[-_./])/;

/** Work that comes in bursts leaves empty nodes behind. */
function spikyReason(pool: PoolView): string | undefined {
  const words = [pool.name, ...pool.taints.flatMap(({ key, value }) => [key, value])];
  const word = words.find((text) => SPIKY_WORDS.test(text));
  if (word !== undefined) return `its work comes in bursts (${word})`;
  const types = pool.types();
  if (types?.candidates.some(({ gpu, accelerator }) => gpu || accelerator)) return 'it may launch accelerators';
  return types?.allowsSpot ? 'it takes spot' : undefined;
}

export const slowEmptyRemoval = poolRule({
  id: 'slow-empty-removal',
  severity: 'warning',
  otherwise:
    'warning on pools that are taken to be spiky: a name or taint with a word such as batch, job, ci or runner, spot, or accelerators; info on others.',
  finds: '`WhenEmpty` with a `consolidateAfter` above ten minutes, or `Never`.',
  breaks: 'Each burst leaves empty nodes that are paid for that long, since WhenEmpty removes nothing else.',
  mend: 'spec: { disruption: { consolidationPolicy: WhenEmpty, consolidateAfter: 1m } }',
  check: (pool) => {
    const { consolidationPolicy, consolidateAfter } = objectAt(pool.spec, 'disruption');
    if (consolidationPolicy !== 'WhenEmpty' || typeof consolidateAfter !== 'string' || pool.isStatic) return [];
    if (consolidateAfter !== 'Never' && durationSeconds(consolidateAfter) <= LONGEST_SECONDS) return [];
    const spiky = spikyReason(pool);
    const cost =
      consolidateAfter === 'Never' ? 'empty nodes are never removed' : `empty nodes stay ${consolidateAfter}`;
    return [
      {
        path: 'spec.disruption.consolidateAfter',
        severity: spiky === undefined ? 'info' : 'warning',
        reason: `${cost} and are paid for${spiky === undefined ? '' : `; ${spiky}, so there will be many`}`,
        fix: 'under spec.disruption: consolidateAfter: 1m',
      },
    ];
  },
});
