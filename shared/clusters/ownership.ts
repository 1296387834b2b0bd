/** Tags that say that something is Joinery's, for which cluster, and which execution made it. */
export const CLUSTER_TAG = 'joinery.dev:cluster';
const EXECUTION_TAG = 'joinery.dev:execution';
/** By this tag, with the cluster's discovery value, Karpenter finds subnets and security groups. */
export const DISCOVERY_TAG = 'karpenter.sh/discovery';

/** What everything that Joinery makes for a cluster carries, beside the tags of the cluster file. */
export function ownerTags(
  cluster: string,
  rootExecution: string,
  ownTags: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return { ...ownTags, [CLUSTER_TAG]: cluster, [EXECUTION_TAG]: executionId(rootExecution) };
}

/** Whether something was made by Joinery for this cluster, or given to it by a person who set the tag. */
export function isTaggedFor(cluster: string, tags: Readonly<Record<string, string>> | undefined): boolean {
  return tags?.[CLUSTER_TAG] === cluster;
}

/** The name of an execution: the end of its ARN. */
export function executionId(executionArn: string): string {
  return executionArn.slice(executionArn.lastIndexOf(':') + 1);
}
