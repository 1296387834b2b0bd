import type { Cluster as EksCluster, LogType, UpdateClusterConfigCommandInput } from '@aws-sdk/client-eks';
import { endpointOf, writtenLogs } from '../../shared/aws/control-plane.ts';
import type { Cluster } from '../../shared/clusters/cluster-file.ts';

type ConfigUpdate = Omit<UpdateClusterConfigCommandInput, 'name'>;
type Difference = { readonly what: string; readonly update: ConfigUpdate };

/** The first setting that is not as the file says, with the update for it alone: EKS takes one type of update at a time. */
export function firstDifference(cluster: Cluster, found: EksCluster): Difference | undefined {
  return endpointDifference(cluster, found) ?? loggingDifference(cluster, found) ?? supportDifference(cluster, found);
}

function endpointDifference({ spec }: Cluster, found: EksCluster): Difference | undefined {
  const wanted = endpointOf(spec.network);
  const present = found.resourcesVpcConfig;
  const isSame =
    present?.endpointPublicAccess === wanted.endpointPublicAccess &&
    present.endpointPrivateAccess === wanted.endpointPrivateAccess &&
    (wanted.publicAccessCidrs === undefined || isSameSet(present.publicAccessCidrs ?? [], wanted.publicAccessCidrs));
  return isSame ? undefined : { what: 'who reaches the endpoint', update: { resourcesVpcConfig: wanted } };
}

function loggingDifference({ spec }: Cluster, found: EksCluster): Difference | undefined {
  const present = writtenLogs(found);
  if (isSameSet(present, spec.logging)) return undefined;
  const off: LogType[] = present.filter((type) => !spec.logging.includes(type));
  const clusterLogging = [
    ...(spec.logging.length > 0 ? [{ types: [...spec.logging], enabled: true }] : []),
    ...(off.length > 0 ? [{ types: off, enabled: false }] : []),
  ];
  return { what: 'which logs the control plane writes', update: { logging: { clusterLogging } } };
}

function supportDifference({ spec }: Cluster, found: EksCluster): Difference | undefined {
  const { supportType } = spec;
  if (found.upgradePolicy?.supportType === supportType) return undefined;
  return { what: `the support type to ${supportType}`, update: { upgradePolicy: { supportType } } };
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && b.every((item) => a.includes(item));
}
