import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';

const ALIVE = ['pending', 'running', 'shutting-down', 'stopping', 'stopped'];

/** Ids of the instances of a cluster's NodePool that are not terminated, all pages. */
export function liveInstances(ec2: EC2Client): (cluster: string, nodePool: string) => Promise<string[]> {
  return async (cluster, nodePool) => {
    const ids: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await ec2.send(
        new DescribeInstancesCommand({
          Filters: [
            { Name: 'tag:eks:eks-cluster-name', Values: [cluster] },
            { Name: 'tag:karpenter.sh/nodepool', Values: [nodePool] },
            { Name: 'instance-state-name', Values: ALIVE },
          ],
          ...(nextToken ? { NextToken: nextToken } : {}),
        }),
      );
      const instances = (page.Reservations ?? []).flatMap((reservation) => reservation.Instances ?? []);
      ids.push(...instances.flatMap((instance) => instance.InstanceId ?? []));
      nextToken = page.NextToken;
    } while (nextToken);
    return ids;
  };
}

/** The same with a client of its own, for callers that load this module only when they need it. */
export function ec2LiveInstances(): (cluster: string, nodePool: string) => Promise<string[]> {
  return liveInstances(new EC2Client({}));
}
