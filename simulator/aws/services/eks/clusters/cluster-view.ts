import type { Cluster } from '@aws-sdk/client-eks';
import type { KubernetesPort } from '../ports.ts';
import type { ClusterRecord } from '../state.ts';

/** A cluster as DescribeCluster shows it: endpoint, CA and issuer only once there is a control plane. */
export function clusterView(cluster: ClusterRecord, kubernetes: KubernetesPort, region: string): Cluster {
  const isUp = kubernetes.find(cluster.name) !== undefined && cluster.status !== 'CREATING';
  const endpoint = isUp ? kubernetes.endpointOf(cluster.name) : undefined;
  return {
    ...cluster.view,
    name: cluster.name,
    arn: cluster.arn,
    createdAt: new Date(cluster.createdAtMs),
    status: cluster.status,
    version: cluster.version,
    tags: cluster.tags,
    deletionProtection: cluster.deletionProtection,
    health: { issues: [] },
    ...(endpoint
      ? {
          endpoint: endpoint.url,
          certificateAuthority: { data: endpoint.caData },
          identity: { oidc: { issuer: issuerOf(cluster, region) } },
        }
      : { certificateAuthority: {} }),
  };
}

function issuerOf(cluster: ClusterRecord, region: string): string {
  return `https://oidc.eks.${region}.amazonaws.com/id/${cluster.uid.replaceAll('-', '').toUpperCase()}`;
}
