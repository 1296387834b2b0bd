import { decideForCaller } from '../aws/iam/authorizer.ts';
import type { AccessRequest } from '../aws/types.ts';
import type { Simulation } from '../core/simulation.ts';

/** Whether a role may do something, by the policies that it has now. */
export function mayCall(
  place: { readonly simulation: Simulation; readonly accountId: string; readonly region: string },
  roleArn: string,
  request: AccessRequest,
): boolean {
  return decideForCaller(place, { roleArn, sessionName: 'karpenter' }, request).allowed;
}
