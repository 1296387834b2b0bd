import type { EksClusters } from '../../shared/aws/eks.ts';
import { OpsError } from '../../shared/errors/ops-error.ts';
import type { KubeApi } from '../../shared/kube/api.ts';
import type { NodeFacts } from '../../shared/nodepools/of-cluster.ts';
import { CLUSTER_TAG_OF_NODES } from '../../shared/nodepools/profiles/build-node-class.ts';
import { DEFAULT_NODE_CLASS } from '../../shared/nodepools/profiles/profile.ts';
import type { StepContext } from '../../shared/runs/step-context.ts';
import type { StepInput } from '../../shared/runs/step-input.ts';

export type NodeFactsDeps = Pick<StepContext, 'registered'> & {
  readonly eks: Pick<EksClusters, 'describe'>;
  /** Value of an SSM parameter; undefined when there is none of that name. */
  readonly parameter: (name: string) => Promise<string | undefined>;
};

const PINNED = /^al2023@v\d{8}$/;

/**
 * The security group and instance profile of the cluster, and the AMI alias of each class of the catalogue. An alias is pinned when
 * the class is first made and kept from then on: a newer image is a decision of its own, since it replaces every node. A class that
 * is made later gets the alias of those that are there.
 */
export async function nodeFacts(input: StepInput, kube: KubeApi, deps: NodeFactsDeps): Promise<NodeFacts> {
  const cluster = await deps.eks.describe(input.run.cluster);
  const securityGroupId = cluster?.resourcesVpcConfig?.clusterSecurityGroupId;
  if (!securityGroupId || !cluster?.version) {
    throw new OpsError('ClusterNotReady', `Cluster ${input.run.cluster} has no security group yet.`);
  }
  const { instanceProfile } = await deps.registered(input.run);
  const pinned = await pinnedAliases(kube, input.run.cluster);
  const [other] = pinned.values();
  const fallback = other ?? (await recommendedAlias(cluster.version, deps));
  return { securityGroupId, instanceProfile, amiAliasOf: (nodeClass) => pinned.get(nodeClass) ?? fallback };
}

type ClassSpec = {
  readonly amiSelectorTerms?: readonly { readonly alias?: string }[];
  readonly tags?: Readonly<Record<string, string>>;
};

/** Of the classes that we made, `default` first. */
async function pinnedAliases(kube: KubeApi, cluster: string): Promise<ReadonlyMap<string, string>> {
  const found = await kube.list({ apiVersion: 'karpenter.k8s.aws/v1', kind: 'EC2NodeClass' });
  const aliases = found.flatMap(({ metadata, spec }): [string, string][] => {
    const { amiSelectorTerms, tags } = (spec ?? {}) as ClassSpec;
    const alias = amiSelectorTerms?.find((term) => PINNED.test(term.alias ?? ''))?.alias;
    return alias === undefined || tags?.[CLUSTER_TAG_OF_NODES] !== cluster ? [] : [[metadata.name, alias]];
  });
  const isDefault = ([name]: [string, string]) => Number(name === DEFAULT_NODE_CLASS.name);
  return new Map(aliases.sort((left, right) => isDefault(right) - isDefault(left)));
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
