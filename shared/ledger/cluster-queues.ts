import type { ClusterQueue } from '../events/decision.ts';
import type { Row } from './attributes.ts';
import { REGISTRY_PARTITION } from './keys.ts';
import type { LedgerTable } from './table.ts';

/**
 * The queues of every registered cluster, whatever its state. Read without the registry's own parser, which the hot path does not
 * load: of a row that is not as it should be, the rest of the list is not to suffer.
 */
export async function readClusterQueues(table: Pick<LedgerTable, 'list'>): Promise<ClusterQueue[]> {
  const queues: ClusterQueue[] = [];
  for await (const row of table.list(REGISTRY_PARTITION)) {
    const queue = queueIn(row);
    if (queue) queues.push(queue);
  }
  return queues;
}

function queueIn({ cluster, accountId, region, queue }: Row): ClusterQueue | undefined {
  const queueUrl = (queue as Row | null | undefined)?.['url'];
  if (typeof cluster !== 'string' || typeof accountId !== 'string') return undefined;
  return typeof region === 'string' && typeof queueUrl === 'string'
    ? { cluster, accountId, region, queueUrl }
    : undefined;
}
