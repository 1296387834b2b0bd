import type {
  DeleteNodegroupRequest,
  DeleteNodegroupResponse,
  DescribeNodegroupRequest,
  DescribeNodegroupResponse,
  ListNodegroupsRequest,
  ListNodegroupsResponse,
} from '@aws-sdk/client-eks';
import { operation } from '../../../types.ts';
import type { Checked } from '../checked.ts';
import { clusterNamed, eksError, nodegroupNamed } from '../faults.ts';
import { pageOf } from '../paging.ts';
import { onCluster } from '../permissions.ts';
import type { EksPorts } from '../ports.ts';
import { drawSeconds } from '../timings.ts';
import { createNodegroupOperation } from './create-nodegroup.ts';
import { onNodegroup } from './nodegroup-access.ts';
import { nodegroupView } from './nodegroup-view.ts';
import { updateNodegroupOperation } from './update-nodegroup.ts';

export function nodegroupOperations(ports: EksPorts) {
  return {
    CreateNodegroup: createNodegroupOperation(ports),
    UpdateNodegroupConfig: updateNodegroupOperation(),
    DescribeNodegroup: operation<Checked<DescribeNodegroupRequest>, DescribeNodegroupResponse>({
      authorize: (input, context) => [onNodegroup(context, 'DescribeNodegroup', input)],
      run: (input, { simulation }) => {
        const cluster = clusterNamed(simulation, input.clusterName);
        return { nodegroup: nodegroupView(nodegroupNamed(cluster, input.nodegroupName), cluster) };
      },
    }),
    ListNodegroups: operation<Checked<ListNodegroupsRequest>, ListNodegroupsResponse>({
      authorize: (input, context) => [onCluster(context, 'ListNodegroups', input.clusterName)],
      run: (input, { simulation }) => {
        const page = pageOf(Object.keys(clusterNamed(simulation, input.clusterName).nodegroups).sort(), input);
        return { nodegroups: page.items, ...(page.nextToken ? { nextToken: page.nextToken } : {}) };
      },
    }),
    DeleteNodegroup: operation<Checked<DeleteNodegroupRequest>, DeleteNodegroupResponse>({
      authorize: (input, context) => [onNodegroup(context, 'DeleteNodegroup', input)],
      run: (input, { simulation }) => {
        const cluster = clusterNamed(simulation, input.clusterName);
        const nodegroup = nodegroupNamed(cluster, input.nodegroupName);
        if (nodegroup.status === 'CREATING' || nodegroup.status === 'UPDATING') {
          throw eksError(
            'ResourceInUseException',
            `Nodegroup ${nodegroup.name} cannot be deleted as it is currently in ${nodegroup.status} state`,
            { clusterName: cluster.name, nodegroupName: nodegroup.name },
          );
        }
        if (nodegroup.status !== 'DELETING') {
          const seconds = drawSeconds(simulation, 'deleteNodegroup', `${cluster.name}:${nodegroup.name}`);
          nodegroup.deleteNotBeforeMs = simulation.now() + 1000 * seconds;
          nodegroup.status = 'DELETING';
        }
        return { nodegroup: nodegroupView(nodegroup, cluster) };
      },
    }),
  };
}
