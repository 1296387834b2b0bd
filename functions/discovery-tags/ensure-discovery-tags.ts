import type { EksClusters } from '../../shared/aws/eks.ts';
import type { NetworkTags, TagsById } from '../../shared/aws/networks.ts';
import { namesOf } from '../../shared/clusters/names.ts';
import { DISCOVERY_TAG } from '../../shared/clusters/ownership.ts';
import { OpsError } from '../../shared/errors/ops-error.ts';
import { ensureStep, type Observation } from '../../shared/runs/ensure-step.ts';
import type { StepResult } from '../../shared/runs/run.ts';
import type { StepContext } from '../../shared/runs/step-context.ts';
import type { StepInput } from '../../shared/runs/step-input.ts';

const TIMING = { plannedSeconds: 1, timeoutSeconds: 120 };

type Deps = StepContext & { readonly network: NetworkTags; readonly eks: Pick<EksClusters, 'describe'> };

/**
 * Writes `karpenter.sh/discovery` on the cluster's subnets and on one security group, the cluster's own, but only where the
 * tag is absent: it holds one value, and another cluster in the same subnets must not lose the nodes that it finds by it.
 * Our own EC2NodeClasses select by id and do not need it.
 */
export function ensureDiscoveryTags(input: StepInput, deps: Deps): Promise<StepResult> {
  return ensureStep(input, TIMING, deps, async (): Promise<Observation> => {
    const { spec } = await deps.loadCluster(input.run);
    const value = namesOf(input.run.cluster).discoveryValue;
    const subnets = spec.discovery.tagSubnets ? await deps.network.ofSubnets(spec.network.subnetIds) : none();
    const groups = spec.discovery.tagSecurityGroup
      ? await deps.network.ofSecurityGroups([await clusterSecurityGroup(input, deps)])
      : none();
    const all = [...subnets, ...groups];
    const untagged = all.filter(([, tags]) => tags[DISCOVERY_TAG] === undefined).map(([id]) => id);
    const foreign = all.filter(([, tags]) => tags[DISCOVERY_TAG] !== undefined && tags[DISCOVERY_TAG] !== value);
    if (untagged.length > 0) await deps.network.write(untagged, { [DISCOVERY_TAG]: value });
    const kept = foreign.map(([id, tags]) => `${id} keeps ${DISCOVERY_TAG}=${tags[DISCOVERY_TAG]}`);
    return {
      ready: true,
      detail: [
        `${all.length - foreign.length} of ${all.length} resources carry ${DISCOVERY_TAG}=${value}`,
        ...kept,
      ].join('; '),
      change: untagged.length > 0 ? 'created' : 'none',
    };
  });
}

function none(): TagsById {
  return new Map();
}

async function clusterSecurityGroup(input: StepInput, deps: Deps): Promise<string> {
  const cluster = await deps.eks.describe(input.run.cluster);
  const group = cluster?.resourcesVpcConfig?.clusterSecurityGroupId;
  if (!group) throw new OpsError('ClusterNotReady', `Cluster ${input.run.cluster} has no security group yet.`);
  return group;
}
