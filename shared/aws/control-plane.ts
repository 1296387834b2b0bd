import type { Cluster as EksCluster, LogType } from '@aws-sdk/client-eks';
import type { Cluster } from '../clusters/cluster-file.ts';

/** The settings of the endpoint, as EKS takes them; a private one has no CIDR blocks. */
export function endpointOf(network: Cluster['spec']['network']) {
  const isPublic = network.endpointAccess !== 'private';
  return {
    endpointPublicAccess: isPublic,
    endpointPrivateAccess: network.endpointAccess !== 'public',
    ...(isPublic ? { publicAccessCidrs: [...network.publicAccessCidrs] } : {}),
  };
}

/** Which logs a control plane writes. */
export function writtenLogs({ logging }: EksCluster): LogType[] {
  return (logging?.clusterLogging ?? []).flatMap(({ enabled, types = [] }) => (enabled ? types : []));
}
