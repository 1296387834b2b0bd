import type { Simulation } from '../../../core/simulation.ts';
import type { Instance } from '../ec2/world.ts';
import { iamState, instanceProfile } from './state.ts';

/** EKS gives the machines of a managed node group a profile of its own, which is not among the account's. */
const MANAGED_PROFILE = /:instance-profile\/eks-(?<roleName>.+)$/;

/** The role whose credentials a machine has; undefined: none, or none any more. */
export function roleOfInstance(
  simulation: Simulation,
  { instanceProfile: profile }: Pick<Instance, 'instanceProfile'>,
): string | undefined {
  if (!profile) return undefined;
  const { roles } = iamState(simulation);
  const name =
    instanceProfile(simulation, profile.arn)?.roleName ?? MANAGED_PROFILE.exec(profile.arn)?.groups?.['roleName'];
  return name ? roles[name]?.arn : undefined;
}
