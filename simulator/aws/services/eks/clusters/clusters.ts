import type {
  DeleteClusterRequest,
  DeleteClusterResponse,
  DescribeClusterRequest,
  DescribeClusterResponse,
  ListClustersRequest,
  ListClustersResponse,
} from '@aws-sdk/client-eks';
import { operation } from '../../../types.ts';
import type { Checked } from '../checked.ts';
import { clusterNamed, eksError } from '../faults.ts';
import { pageOf } from '../paging.ts';
import { onAnything, onCluster } from '../permissions.ts';
import type { EksPorts } from '../ports.ts';
import { eksState } from '../state.ts';
import { drawSeconds } from '../timings.ts';
import { refuseWhileUpdating } from '../updates.ts';
import { clusterVersionOperations } from './cluster-versions.ts';
import { clusterView } from './cluster-view.ts';
import { createClusterOperation } from './create-cluster.ts';
import { updateClusterOperations } from './update-cluster.ts';

export function clusterOperations(ports: EksPorts) {
  return {
    ...clusterVersionOperations,
    ...updateClusterOperations,
    CreateCluster: createClusterOperation(ports),
    DescribeCluster: operation<Checked<DescribeClusterRequest>, DescribeClusterResponse>({
      authorize: (input, context) => [onCluster(context, 'DescribeCluster', input.name)],
      run: (input, { simulation, region }) => ({
        cluster: clusterView(clusterNamed(simulation, input.name), ports.kubernetes, region),
      }),
    }),
    ListClusters: operation<Checked<ListClustersRequest>, ListClustersResponse>({
      authorize: () => [onAnything('eks:ListClusters')],
      run: (input, { simulation }) => {
        const page = pageOf(Object.keys(eksState(simulation).clusters).sort(), input);
        return { clusters: page.items, ...(page.nextToken ? { nextToken: page.nextToken } : {}) };
      },
    }),
    DeleteCluster: operation<Checked<DeleteClusterRequest>, DeleteClusterResponse>({
      authorize: (input, context) => [onCluster(context, 'DeleteCluster', input.name)],
      run: (input, { simulation, region }) => {
        const cluster = clusterNamed(simulation, input.name);
        const inUse = (message: string) => eksError('ResourceInUseException', message, { clusterName: input.name });
        if (cluster.deletionProtection) {
          throw eksError(
            'InvalidRequestException',
            `Cluster ${input.name} has deletion protection enabled. Disable deletion protection before deleting it`,
            { clusterName: input.name },
          );
        }
        if (Object.keys(cluster.nodegroups).length > 0) throw inUse('Cluster has nodegroups attached');
        refuseWhileUpdating(cluster, 'deleteCluster');
        if (cluster.status !== 'ACTIVE' && cluster.status !== 'FAILED')
          throw inUse(`Cluster ${input.name} is in ${cluster.status} state and cannot be deleted`);
        cluster.status = 'DELETING';
        simulation.schedule(drawSeconds(simulation, 'deleteCluster', cluster.name), 'eks:cluster-gone', {
          cluster: cluster.name,
          uid: cluster.uid,
        });
        return { cluster: clusterView(cluster, ports.kubernetes, region) };
      },
    }),
  };
}
