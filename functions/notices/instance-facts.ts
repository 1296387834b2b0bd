import type { StoredInstance } from '../../shared/ledger/instance-rows.ts';
import type { InstanceFacts } from './notice.ts';

const NOBODYS: InstanceFacts = { cluster: null, nodePool: null, instanceType: null, zone: null, capacityType: null };

/** What the ledger says of instances as notices need it; absent where it does not say whose one is. */
export function instanceFacts(
  stored: ReadonlyMap<string, Pick<StoredInstance, 'evidence'>>,
): Map<string, InstanceFacts> {
  const facts = new Map<string, InstanceFacts>();
  for (const [id, { evidence }] of stored) {
    if (evidence.identity) facts.set(id, evidence.identity.value);
    else if (evidence.isNobodys) facts.set(id, NOBODYS);
  }
  return facts;
}
