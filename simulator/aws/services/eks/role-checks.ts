import type { Simulation } from '../../../core/simulation.ts';
import { invalidParameter } from './faults.ts';
import type { IamPort, RoleFacts } from './ports.ts';

type Statement = { Effect?: unknown; Principal?: unknown; Action?: unknown };

const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]);

/** Whether the trust policy lets this service do every one of the actions (sts:AssumeRole and so on). */
export function trustsService(role: RoleFacts, service: string, actions: readonly string[]): boolean {
  const document = role.trustPolicy as { Statement?: unknown } | undefined;
  const allowed = asList(document?.Statement)
    .map((statement) => statement as Statement)
    .filter((statement) => statement.Effect === 'Allow' && principalServices(statement).includes(service))
    .flatMap((statement) => asList(statement.Action).map(String));
  return actions.every((action) => allowed.includes(action) || allowed.includes('sts:*'));
}

function principalServices(statement: Statement): unknown[] {
  const principal = statement.Principal;
  return typeof principal === 'object' && principal !== null
    ? asList((principal as { Service?: unknown }).Service)
    : [];
}

/** The role of a control plane: it exists, has settled, trusts EKS and holds the cluster policy. */
export function checkClusterRole(simulation: Simulation, iam: IamPort, roleArn: string): void {
  const role = iam.isRoleUsable(simulation, roleArn) ? iam.role(simulation, roleArn) : undefined;
  if (!role || !trustsService(role, 'eks.amazonaws.com', ['sts:AssumeRole'])) {
    throw invalidParameter(
      `Role with arn: ${roleArn}, could not be assumed because it does not exist or the trusted entity is not correct`,
    );
  }
  requirePolicies(role, ['AmazonEKSClusterPolicy']);
}

/**
 * The role of a node group's machines. Whether the network plugin has its permissions shows later, when the nodes do not
 * become Ready.
 */
export function checkNodeRole(simulation: Simulation, iam: IamPort, roleArn: string, details: object): void {
  const role = iam.isRoleUsable(simulation, roleArn) ? iam.role(simulation, roleArn) : undefined;
  if (!role) throw invalidParameter(`The role with arn ${roleArn} cannot be found.`, details);
  if (!trustsService(role, 'ec2.amazonaws.com', ['sts:AssumeRole'])) {
    throw invalidParameter(
      `Following required service principals [ec2.amazonaws.com] were not found in the trust relationships of nodeRole ${roleArn}`,
      details,
    );
  }
  const pullsImages = ['AmazonEC2ContainerRegistryPullOnly', 'AmazonEC2ContainerRegistryReadOnly'].some((name) =>
    hasPolicy(role, name),
  );
  requirePolicies(role, ['AmazonEKSWorkerNodePolicy', ...(pullsImages ? [] : ['AmazonEC2ContainerRegistryPullOnly'])]);
}

export function hasPolicy(role: RoleFacts, name: string): boolean {
  return role.attachedPolicyArns.includes(`arn:aws:iam::aws:policy/${name}`);
}

function requirePolicies(role: RoleFacts, names: readonly string[]): void {
  const missing = names.filter((name) => !hasPolicy(role, name));
  if (missing.length === 0) return;
  throw invalidParameter(
    `The provided role doesn't have the Amazon EKS Managed Policies associated with it. Please ensure the following policies [${missing.map((name) => `arn:aws:iam::aws:policy/${name}`).join(', ')}] are attached`,
  );
}
