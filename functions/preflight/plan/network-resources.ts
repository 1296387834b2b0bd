import { namesOf } from '../../../shared/clusters/names.ts';
import { DISCOVERY_TAG } from '../../../shared/clusters/ownership.ts';
import type { World } from '../world.ts';
import { type PlannedResource, planned } from './planned-resource.ts';

/** The discovery tag on the subnets and on the cluster's own security group, written only where there is none. */
export function discoveryTags({ cluster, network, existing, adoption }: World): PlannedResource[] {
  const { tagSubnets, tagSecurityGroup } = cluster.spec.discovery;
  const value = namesOf(cluster.metadata.name).discoveryValue;
  const tag = (name: string, tags: Readonly<Record<string, string>>): PlannedResource => {
    const thing = { step: 'discovery-tags', resource: `tag ${DISCOVERY_TAG}`, name, seconds: [0, 1] } as const;
    const present = tags[DISCOVERY_TAG];
    const consent = adoption ? { consent: 'tag-shared-resources' } : {};
    if (present === undefined) return planned(thing, { action: 'create', after: { value }, ...consent });
    if (present === value) return planned(thing, { action: 'none' });
    return planned(thing, { action: 'none', reason: `it keeps ${present}, the value of another cluster` });
  };
  const group = existing.clusterGroup;
  return [
    ...(tagSubnets ? network.subnets.map(({ id, tags }) => tag(id, tags)) : []),
    ...(tagSecurityGroup ? [tag(group?.id ?? 'the security group that EKS makes', group?.tags ?? {})] : []),
  ];
}
