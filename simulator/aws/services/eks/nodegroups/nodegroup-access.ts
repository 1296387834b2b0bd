import type { AccessRequest, CallContext } from '../../../types.ts';
import { onPart, partArn } from '../permissions.ts';
import { findCluster } from '../state.ts';

export function onNodegroup(
  context: CallContext,
  action: string,
  input: { clusterName: string; nodegroupName: string },
): AccessRequest {
  const nodegroup = findCluster(context.simulation, input.clusterName)?.nodegroups[input.nodegroupName];
  return onPart(action, nodegroup, partArn(context, 'nodegroup', input.clusterName, input.nodegroupName, '*'));
}
