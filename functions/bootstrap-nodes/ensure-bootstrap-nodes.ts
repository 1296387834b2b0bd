import type { Nodegroup } from '@aws-sdk/client-eks';
import { askForChange } from '../../shared/aws/ask-for-change.ts';
import type { EksNodegroups } from '../../shared/aws/eks.ts';
import { healthIssues } from '../../shared/aws/eks-health.ts';
import type { Cluster } from '../../shared/clusters/cluster-file.ts';
import { architectureOf } from '../../shared/clusters/instance-families.ts';
import { namesOf } from '../../shared/clusters/names.ts';
import { isTaggedFor, ownerTags } from '../../shared/clusters/ownership.ts';
import { OpsError } from '../../shared/errors/ops-error.ts';
import { BOOTSTRAP_LABEL } from '../../shared/kube/labels.ts';
import { clientToken } from '../../shared/runs/client-token.ts';
import { ensureStep, type Observation } from '../../shared/runs/ensure-step.ts';
import type { StepResult } from '../../shared/runs/run.ts';
import type { StepContext } from '../../shared/runs/step-context.ts';
import type { StepInput } from '../../shared/runs/step-input.ts';

const TIMING = { plannedSeconds: 120, timeoutSeconds: 1200, pollSeconds: 2 };

const AMI_TYPES = { amd64: 'AL2023_x86_64_STANDARD', arm64: 'AL2023_ARM_64_STANDARD' } as const;

type Deps = StepContext & { readonly nodegroups: EksNodegroups };

/** Makes sure of the managed node group for Karpenter, CoreDNS and the add-ons: on-demand, tainted, spread over the subnets. */
export function ensureBootstrapNodes(input: StepInput, deps: Deps): Promise<StepResult> {
  return ensureStep(input, TIMING, deps, async (): Promise<Observation> => {
    if (input.run.bootstrapNodes === false) {
      return { ready: true, detail: 'the controller runs on the nodes that are there', change: 'none' };
    }
    const cluster = await deps.loadCluster(input.run);
    const name = namesOf(input.run.cluster).nodeGroupName;
    const found = await deps.nodegroups.describe(input.run.cluster, name);
    if (!found) return create(input, deps, cluster, name);
    if (!isTaggedFor(input.run.cluster, found.tags)) {
      throw new OpsError(
        'ForeignNodeGroup',
        `The node group ${name} was not made by Joinery. Nothing was changed; delete or rename it.`,
      );
    }
    switch (found.status) {
      case 'ACTIVE':
        return align(input, deps, cluster, found);
      case 'CREATING':
      case 'UPDATING':
        return { ready: false, detail: `node group ${name} is ${found.status}${issuesOf(found)}`, change: 'none' };
      default: {
        // EKS takes a degraded group back by itself once the cause is gone.
        const mend = found.status === 'DEGRADED' ? 'Mend the cause' : 'Mend the cause, delete the node group';
        throw new OpsError(
          'NodeGroupFailed',
          `Node group ${name} is ${found.status}${issuesOf(found)}. ${mend} and run again.`,
          { details: { status: found.status } },
        );
      }
    }
  });
}

async function create(input: StepInput, deps: Deps, cluster: Cluster, name: string): Promise<Observation> {
  const { roles, launchTemplate } = await deps.registered(input.run);
  const { bootstrapNodes, network, tags } = cluster.spec;
  await deps.recordIntent(input.run, input.step, { resource: 'node group', name });
  const asked = { ready: false, detail: `creating node group ${name}`, change: 'created' } as const;
  return askForChange({ input, clock: deps.clock }, asked, () =>
    deps.nodegroups.create({
      clusterName: input.run.cluster,
      nodegroupName: name,
      nodeRole: roles.bootstrapNode,
      subnets: [...network.subnetIds],
      amiType: AMI_TYPES[architectureOf(bootstrapNodes.instanceTypes[0] ?? '')],
      capacityType: 'ON_DEMAND',
      instanceTypes: [...bootstrapNodes.instanceTypes],
      launchTemplate: { id: launchTemplate.id, version: launchTemplate.version },
      scalingConfig: scalingOf(cluster),
      labels: { [BOOTSTRAP_LABEL]: 'true' },
      taints: [{ key: 'CriticalAddonsOnly', value: 'true', effect: 'NO_SCHEDULE' }],
      updateConfig: { maxUnavailable: 1 },
      nodeRepairConfig: { enabled: true },
      tags: ownerTags(input.run.cluster, input.run.rootExecution, tags),
      clientRequestToken: clientToken(input.run.rootExecution, input.step),
    }),
  );
}

async function align(input: StepInput, deps: Deps, cluster: Cluster, found: Nodegroup): Promise<Observation> {
  const { minSize, maxSize, desiredSize: wantedSize } = scalingOf(cluster);
  const present = found.scalingConfig;
  if (present?.minSize === minSize && present.maxSize === maxSize) {
    return { ready: true, detail: `node group ${found.nodegroupName} is ACTIVE`, change: 'none' };
  }
  // The desired size belongs to whoever scales the group; it moves only as far as the new bounds push it.
  const desiredSize = Math.min(maxSize, Math.max(minSize, present?.desiredSize ?? wantedSize));
  const asked = { ready: false, detail: 'asked EKS to change the size of the node group', change: 'updated' } as const;
  return askForChange({ input, clock: deps.clock }, asked, () =>
    deps.nodegroups.updateConfig({
      clusterName: cluster.metadata.name,
      nodegroupName: found.nodegroupName ?? '',
      scalingConfig: { minSize, maxSize, desiredSize },
    }),
  );
}

function scalingOf(cluster: Cluster) {
  const { minSize, desiredSize, maxSize } = cluster.spec.bootstrapNodes;
  return { minSize, desiredSize, maxSize };
}

function issuesOf(nodegroup: Nodegroup): string {
  const issues = healthIssues(nodegroup);
  return issues.length > 0 ? ` (${issues.join('; ')})` : '';
}
