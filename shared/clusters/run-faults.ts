import type { Cluster } from './cluster-file.ts';
import type { Fault } from './fault.ts';

/**
 * Why the functions could not reach the cluster's endpoint. They run outside any VPC unless the stack was deployed into
 * one, from addresses that nobody knows beforehand.
 */
export function endpointFaults(cluster: Cluster, stack: { readonly stackHasVpc: boolean }): Fault[] {
  const { endpointAccess, publicAccessCidrs } = cluster.spec.network;
  // An adopted cluster keeps its endpoint as it is: the preflight looks at that one.
  if (stack.stackHasVpc || cluster.spec.mode === 'adopt') return [];
  const remedy = 'deploy the stack with its vpc parameters';
  if (endpointAccess === 'private') {
    return [
      {
        path: 'spec.network.endpointAccess',
        message: `is private, and Joinery's functions run outside any VPC: they could not reach the cluster; ${remedy}, or use both`,
      },
    ];
  }
  if (publicAccessCidrs.includes('0.0.0.0/0')) return [];
  return [
    {
      path: 'spec.network.publicAccessCidrs',
      message: `is narrower than 0.0.0.0/0, and Joinery's functions call from addresses that are not known beforehand: they could not reach the cluster; ${remedy}, or leave it out`,
    },
  ];
}
