import { DescribeClusterCommand, DescribeClusterVersionsCommand, type EKSClient } from '@aws-sdk/client-eks';
import { isNotFound, toOpsError } from './errors.ts';
import { everyPage } from './pages.ts';

/** What of a control plane decides what it costs. */
export type ClusterFacts = {
  readonly accountId: string;
  readonly region: string;
  readonly createdAt: string;
  readonly version: string;
  readonly supportType: 'STANDARD' | 'EXTENDED';
};

type EksPort = Pick<EKSClient, 'send'>;

/** Undefined: EKS knows no cluster of that name. */
export async function clusterFacts(eks: EksPort, name: string): Promise<ClusterFacts | undefined> {
  try {
    const { cluster } = await eks.send(new DescribeClusterCommand({ name }));
    const [, , , region = '', accountId = ''] = (cluster?.arn ?? '').split(':');
    if (!cluster?.createdAt || cluster.version === undefined) return undefined;
    const { createdAt, version, upgradePolicy } = cluster;
    return {
      accountId,
      region,
      createdAt: createdAt.toISOString(),
      version,
      // EKS's own default.
      supportType: upgradePolicy?.supportType === 'STANDARD' ? 'STANDARD' : 'EXTENDED',
    };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw toOpsError(error, `describing cluster ${name}`, { cluster: name });
  }
}

/** When standard support ends, by Kubernetes version, also of versions that are no longer offered. */
export async function supportDates(eks: EksPort): Promise<Map<string, string>> {
  const pages = await everyPage(
    (nextToken) =>
      eks.send(new DescribeClusterVersionsCommand({ includeAll: true, ...(nextToken ? { nextToken } : {}) })),
    ({ nextToken }) => nextToken,
  ).catch((error: unknown) => {
    throw toOpsError(error, 'listing the Kubernetes versions of EKS');
  });
  return new Map(
    pages.flatMap(({ clusterVersions = [] }) =>
      clusterVersions.flatMap(({ clusterVersion, endOfStandardSupportDate }) =>
        clusterVersion && endOfStandardSupportDate
          ? [[clusterVersion, endOfStandardSupportDate.toISOString()] as const]
          : [],
      ),
    ),
  );
}
