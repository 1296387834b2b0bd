import { readFileSync } from 'node:fs';
import type { ClusterFacts } from '../../shared/adoption/facts.ts';

export const FACTS_FILE = new URL('../fixtures/adoption/facts.json', import.meta.url);

/** What was seen of every simulated cluster of others, by its name: `npm run check:adoption` says whether it is still so. */
export function storedFacts(): Readonly<Record<string, ClusterFacts>> {
  return JSON.parse(readFileSync(FACTS_FILE, 'utf8')) as Record<string, ClusterFacts>;
}
