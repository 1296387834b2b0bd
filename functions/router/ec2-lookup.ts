import { EC2Client } from '@aws-sdk/client-ec2';
import { describeFleetInstances } from '../../shared/aws/fleet-instances.ts';
import type { OwnerFact } from '../../shared/events/decision.ts';
import { type Evidence, ownerOf } from '../../shared/fleet/evidence.ts';
import { recordInstances } from '../../shared/ledger/instance-records.ts';
import type { LedgerTable } from '../../shared/ledger/table.ts';
import type { Learned } from './find-owners.ts';

type Deps = { readonly table: LedgerTable; readonly clock: { now(): number }; readonly region: string };

/**
 * Owners as EC2 says, and the way to keep them in the ledger. It is loaded when an instance is missing there, and never before: the
 * EC2 client is larger than all the rest of the router. EC2 is asked once and soon given up: a broadcast is as good.
 */
export function ec2Lookup(deps: Deps): (ids: readonly string[]) => Promise<Learned> {
  const requestHandler = { connectionTimeout: 500, requestTimeout: 800, throwOnRequestTimeout: true };
  const ec2 = new EC2Client({ maxAttempts: 1, requestHandler });
  return async (ids) => {
    const sightings = await describeFleetInstances({ ...deps, ec2 }, ids);
    const owners = new Map<string, OwnerFact>();
    const evidence = new Map<string, Evidence>();
    for (const [id, sighting] of sightings) {
      const owner = ownerOf(sighting.evidence);
      if (owner) owners.set(id, owner);
      evidence.set(id, sighting.evidence);
    }
    return { owners, save: async () => void (await recordInstances(deps, evidence)) };
  };
}
