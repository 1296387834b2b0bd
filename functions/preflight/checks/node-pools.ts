import { namesOf } from '../../../shared/clusters/names.ts';
import { DISCOVERY_TAG } from '../../../shared/clusters/ownership.ts';
import { offeredTypes } from '../../../shared/instance-types/offered.ts';
import { type AccountFacts, lintCluster, pathInFile } from '../../../shared/nodepools/lint/of-cluster.ts';
import { type Finding, fault, warning } from '../finding.ts';
import type { World } from '../world.ts';

/** What the linter finds with the account before its eyes: errors stop the run, infos are left to `joinery nodepools lint`. */
export function checkNodePools(world: World): Finding[] {
  const { cluster } = world;
  const { findings } = lintCluster(cluster, factsOf(world));
  return findings
    .filter(({ severity }) => severity !== 'info')
    .map((finding) => {
      const { rule, severity, resource, reason, fix } = finding;
      const words = { path: pathInFile(cluster, finding), message: `${resource}: ${rule}: ${reason}`, fix };
      return severity === 'error' ? fault('node-pools', words) : warning('node-pools', words);
    });
}

/** What another check faults is left out: one missing subnet would otherwise be told of in many ways. */
function factsOf({ cluster, network, offers, quotas }: World): AccountFacts {
  const { region, network: given } = cluster.spec;
  const isSeen = network.subnets.length === given.subnetIds.length;
  return {
    quotas,
    subnets: isSeen ? selectableSubnets(cluster, network) : undefined,
    types: offers.allOfferings.length > 0 ? offeredTypes(offers.allOfferings, region) : undefined,
  };
}

/** The subnets of the VPC as they will be: the run writes the discovery tag where it is absent, after this. */
function selectableSubnets({ metadata, spec }: World['cluster'], { vpcSubnets }: World['network']) {
  const written = spec.discovery.tagSubnets ? { [DISCOVERY_TAG]: namesOf(metadata.name).discoveryValue } : {};
  return vpcSubnets.map(({ id, zone, tags }) => ({
    id,
    zone,
    tags: spec.network.subnetIds.includes(id) ? { ...written, ...tags } : tags,
  }));
}
