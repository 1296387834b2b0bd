import type { World } from '../world.ts';
import { type PlannedResource, planned } from './planned-resource.ts';

const SECONDS = { 'change-authentication-mode': [60, 180], 'tag-shared-resources': [0, 1] } as const;

/** What the step adoption changes of a cluster that somebody else made: its mark and its authentication mode. */
export function adoptionResources({ cluster, adoption }: World): PlannedResource[] {
  return (adoption?.plan.changes ?? []).flatMap((change) => {
    const { consent, resource, name, before, after, why: reason } = change;
    // Tags of the network, add-ons and nodes stand with the steps that make them.
    if (
      name !== cluster.metadata.name ||
      (consent !== 'change-authentication-mode' && consent !== 'tag-shared-resources')
    ) {
      return [];
    }
    const thing = { step: 'adoption', resource, name, seconds: SECONDS[consent] };
    return [
      planned(thing, { action: before ? 'update' : 'create', reason, consent, ...(before ? { before } : {}), after }),
    ];
  });
}
