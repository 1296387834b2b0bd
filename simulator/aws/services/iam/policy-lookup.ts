import type { Simulation } from '../../../core/simulation.ts';
import { awsManagedPolicyJson } from '../../iam/managed-policies.ts';
import { iamState, type PolicyRecord } from './state.ts';

/** The document of a managed policy, the account's own or AWS's; undefined when there is none. */
export function managedPolicyDocument(simulation: Simulation, arn: string): string | undefined {
  const policy = iamState(simulation).policies[arn];
  return policy ? defaultDocument(policy) : awsManagedPolicyJson(arn);
}

export function hasPolicy(simulation: Simulation, arn: string): boolean {
  return managedPolicyDocument(simulation, arn) !== undefined;
}

export function defaultDocument(policy: PolicyRecord): string {
  const version = policy.versions.find(({ id }) => id === policy.defaultVersion);
  if (!version) throw new Error(`policy ${policy.arn} has no version ${policy.defaultVersion}`);
  return version.document;
}

/** Who has the policy attached, or as a boundary. */
export function usesOfPolicy(simulation: Simulation, arn: string): { attached: number; boundaries: number } {
  const roles = Object.values(iamState(simulation).roles);
  return {
    attached: roles.filter((role) => role.attached.includes(arn)).length,
    boundaries: roles.filter((role) => role.boundary === arn).length,
  };
}
