import type { DescribeClusterCommandOutput, EKSClient } from '@aws-sdk/client-eks';
import { DescribeClusterCommand } from '@aws-sdk/client-eks';
import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';
import { OpsError } from '../errors/ops-error.ts';
import type { Endpoint } from './http.ts';
import { clusterToken } from './token.ts';

/** Gives a cluster's endpoint with a fresh token of the role with which the function speaks to Kubernetes. */
export type ClusterConnector = (cluster: string) => Promise<Endpoint>;

type ConnectorOptions = {
  readonly eks: EKSClient;
  readonly sts: STSClient;
  readonly region: string;
  /** One of the three roles that clusters know: installer, operator or reader. */
  readonly kubernetesRoleArn: string;
  readonly clock: { now(): number };
};

/**
 * Endpoint and certificate authority are asked for each time: EKS rotates certificate authorities. The role is assumed with
 * the cluster's name as the session name, so that the audit log says for which cluster it was.
 */
export function clusterConnector(options: ConnectorOptions): ClusterConnector {
  const { eks, sts, region, kubernetesRoleArn, clock } = options;
  return async (cluster) => {
    const { cluster: found } = await eks.send(new DescribeClusterCommand({ name: cluster }));
    const endpoint = endpointOf(cluster, found);
    const { Credentials: session } = await sts.send(
      new AssumeRoleCommand({
        RoleArn: kubernetesRoleArn,
        RoleSessionName: sessionName(cluster),
        DurationSeconds: 900,
      }),
    );
    if (!session?.AccessKeyId || !session.SecretAccessKey || !session.SessionToken) {
      throw new OpsError('AccessDenied', `STS gave no credentials for ${kubernetesRoleArn}`);
    }
    const token = await clusterToken({
      cluster,
      region,
      credentials: {
        accessKeyId: session.AccessKeyId,
        secretAccessKey: session.SecretAccessKey,
        sessionToken: session.SessionToken,
      },
      now: new Date(clock.now()),
    });
    return { ...endpoint, token };
  };
}

function endpointOf(name: string, cluster: DescribeClusterCommandOutput['cluster']): { url: string; caData: string } {
  if (!cluster?.endpoint || !cluster.certificateAuthority?.data) {
    throw new OpsError(
      'ClusterNotReady',
      `Cluster ${name} has no endpoint yet; its status is ${cluster?.status ?? 'unknown'}.`,
    );
  }
  return { url: cluster.endpoint, caData: cluster.certificateAuthority.data };
}

function sessionName(cluster: string): string {
  return `joinery-${cluster}`.slice(0, 64);
}
