import type { Simulation } from '../../../core/simulation.ts';
import type { AccessRequest, CallContext } from '../../types.ts';
import type { IamPort } from './ports.ts';

const ROLES = {
  'eks.amazonaws.com': 'AWSServiceRoleForAmazonEKS',
  'eks-nodegroup.amazonaws.com': 'AWSServiceRoleForAmazonEKSNodegroup',
} as const;

type LinkedService = keyof typeof ROLES;

export function serviceLinkedRoleArn(accountId: string, service: LinkedService): string {
  return `arn:aws:iam::${accountId}:role/aws-service-role/${service}/${ROLES[service]}`;
}

function isMissing(simulation: Simulation, iam: IamPort, accountId: string, service: LinkedService): boolean {
  return iam.role(simulation, serviceLinkedRoleArn(accountId, service)) === undefined;
}

/** EKS makes its service-linked role on first use, with the caller's permission; a caller without it is refused. */
export function serviceLinkedRoleAccess(context: CallContext, iam: IamPort, service: LinkedService): AccessRequest[] {
  if (!isMissing(context.simulation, iam, context.accountId, service)) return [];
  return [
    {
      action: 'iam:CreateServiceLinkedRole',
      resource: serviceLinkedRoleArn(context.accountId, service),
      context: { 'iam:AWSServiceName': service },
    },
  ];
}

export function ensureServiceLinkedRole(context: CallContext, iam: IamPort, service: LinkedService): void {
  const { simulation, accountId } = context;
  if (!isMissing(simulation, iam, accountId, service)) return;
  iam.createServiceLinkedRole(context, service, ROLES[service]);
}
