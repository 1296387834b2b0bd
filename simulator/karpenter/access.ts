import { decideForCaller } from '../aws/iam/authorizer.ts';
import { roleOfArn } from '../aws/services/iam/state.ts';
import type { AccessRequest } from '../aws/types.ts';
import type { Simulation } from '../core/simulation.ts';

/** Whether a role may do something, by the policies that it has now. A role that is gone may do nothing. */
export function mayCall(
  place: { readonly simulation: Simulation; readonly accountId: string; readonly region: string },
  roleArn: string,
  request: AccessRequest,
): boolean {
  if (!roleOfArn(place.simulation, roleArn)) return false;
  return decideForCaller(place, { roleArn, sessionName: 'karpenter' }, request).allowed;
}
