import type { EksClusters } from '../../shared/aws/eks.ts';
import { OpsError } from '../../shared/errors/ops-error.ts';
import type { KubeApi } from '../../shared/kube/api.ts';
import type { NodeFacts } from '../../shared/nodepools/of-cluster.ts';
import { DEFAULT_NODE_CLASS } from '../../shared/nodepools/profiles/default.ts';
import type { StepContext } from '../../shared/runs/step-context.ts';
import type { StepInput } from '../../shared/runs/step-input.ts';

export type NodeFactsDeps = Pick<StepContext, 'registered'> & {
  readonly eks: Pick<EksClusters, 'describe'>;
  /** Value of an SSM parameter; undefined when there is none of that name. */
  readonly parameter: (name: string) => Promise<string | undefined>;
};

/**
 * The security group and instance profile of the cluster, and the AMI alias. The alias is pinned when the class is first made
 * and kept from then on: a newer image is a decision of its own, since it replaces every node.
 */
export async function nodeFacts(input: StepInput, kube: KubeApi, deps: NodeFactsDeps): Promise<NodeFacts> {
  const cluster = await deps.eks.describe(input.run.cluster);
  const securityGroupId = cluster?.resourcesVpcConfig?.clusterSecurityGroupId;
  if (!securityGroupId || !cluster?.version) {
    throw new OpsError('ClusterNotReady', `Cluster ${input.run.cluster} has no security group yet.`);
  }
  const { instanceProfile } = await deps.registered(input.run);
  return {
    securityGroupId,
    instanceProfile,
    amiAlias: (await pinnedAlias(kube)) ?? (await recommendedAlias(cluster.version, deps)),
  };
}

async function pinnedAlias(kube: KubeApi): Promise<string | undefined> {
  const found = await kube.read({ apiVersion: 'karpenter.k8s.aws/v1', kind: 'EC2NodeClass', name: DEFAULT_NODE_CLASS });
  const terms = (found?.['spec'] as { amiSelectorTerms?: readonly { alias?: string }[] } | undefined)?.amiSelectorTerms;
  return terms?.find((term) => /@v\d{8}$/.test(term.alias ?? ''))?.alias;
}

/** EKS publishes the release of its recommended image, such as 1.35.2-20261101. */
async function recommendedAlias(version: string, deps: NodeFactsDeps): Promise<string> {
  const name = `/aws/service/eks/optimized-ami/${version}/amazon-linux-2023/arm64/standard/recommended/release_version`;
  const release = await deps.parameter(name);
  const date = release?.match(/-(\d{8})$/)?.[1];
  if (!date)
    throw new OpsError(
      'NoAmiRelease',
      `The SSM parameter ${name} names no release of the EKS image: ${release ?? 'not found'}.`,
    );
  return `al2023@v${date}`;
}
