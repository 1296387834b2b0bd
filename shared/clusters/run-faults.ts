import type { Cluster } from './cluster-file.ts';
import type { Fault } from './fault.ts';

/**
 * Why the functions could not reach the cluster's endpoint. They run outside any VPC unless the stack was deployed into
 * one, from addresses that nobody knows beforehand.
 */
export function endpointFaults(cluster: Cluster, stack: { readonly stackHasVpc: boolean }): Fault[] {
  const { endpointAccess, publicAccessCidrs } = cluster.spec.network;
  if (stack.stackHasVpc) return [];
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

/** Why a run does not carry out the file's mode yet, or undefined. */
export function unsupportedMode(cluster: Cluster): Fault | undefined {
  const { mode } = cluster.spec;
  if (mode === 'create') return undefined;
  return { path: 'spec.mode', message: `${mode} is not carried out yet: only create is` };
}
