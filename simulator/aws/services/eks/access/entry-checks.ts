import type { CreateAccessEntryRequest } from '@aws-sdk/client-eks';
import { NotSimulatedError } from '../../../errors.ts';
import type { CallContext } from '../../../types.ts';
import type { Checked } from '../checked.ts';
import { clusterNamed, eksError, invalidParameter } from '../faults.ts';
import type { IamPort } from '../ports.ts';
import type { ClusterRecord } from '../state.ts';

const TYPES = ['STANDARD', 'EC2_LINUX'];
const OTHER_TYPES = ['EC2_WINDOWS', 'EC2', 'FARGATE_LINUX', 'HYBRID_LINUX', 'HYPERPOD_LINUX'];
const RESERVED_USERNAMES = /^(system:|eks:|aws:|amazon:|iam:)/;

/** The cluster, when it takes access entries at all. */
export function clusterWithEntries(context: CallContext, name: string): ClusterRecord {
  const cluster = clusterNamed(context.simulation, name);
  if (cluster.authenticationMode === 'CONFIG_MAP') {
    throw eksError(
      'InvalidRequestException',
      `The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.`,
      { clusterName: name },
    );
  }
  if (cluster.status === 'CREATING' || cluster.status === 'DELETING') {
    throw eksError('InvalidRequestException', `Cluster ${name} is not in ACTIVE status`, { clusterName: name });
  }
  return cluster;
}

export function checkNewEntry(input: Checked<CreateAccessEntryRequest>, context: CallContext, iam: IamPort): void {
  const type = input.type ?? 'STANDARD';
  const details = { clusterName: input.clusterName };
  if (OTHER_TYPES.includes(type)) throw new NotSimulatedError(`EKS access entry of type ${type}`);
  if (!TYPES.includes(type)) throw invalidParameter(`The specified type ${type} is invalid.`, details);
  checkPrincipal(input.principalArn, context, iam);
  if (type !== 'STANDARD' && (input.kubernetesGroups?.length ?? 0) > 0)
    throw invalidParameter(`The kubernetesGroups field can't be set for an access entry of type ${type}.`, details);
  if (type !== 'STANDARD' && input.username !== undefined)
    throw invalidParameter(`The username field can't be set for an access entry of type ${type}.`, details);
  checkGroups(input.kubernetesGroups, details);
  checkUsername(input.username, details);
}

/** A role of this account that exists, by its ARN with its path; users are not simulated. */
function checkPrincipal(principalArn: string, context: CallContext, iam: IamPort): void {
  if (/^arn:aws:iam::\d{12}:user\//.test(principalArn))
    throw new NotSimulatedError(`EKS access entry of the user ${principalArn}`);
  const [, account] = /^arn:aws:iam::(\d{12}):role\/.+$/.exec(principalArn) ?? [];
  const isInvalid =
    account === undefined ||
    (account === context.accountId && iam.role(context.simulation, principalArn) === undefined);
  if (isInvalid) throw invalidParameter('The specified principalArn is invalid: invalid principal.');
  if (principalArn.includes(':role/aws-service-role/'))
    throw invalidParameter(
      'The caller is not allowed to modify access entries with a principalArn value of a Service Linked Role',
    );
}

export function checkGroups(groups: readonly string[] | undefined, details: object): void {
  for (const group of groups ?? []) {
    if (/^(system:|eks:|aws:|amazon:|iam:)/.test(group))
      throw invalidParameter(
        `The kubernetes group name ${group} is invalid, it cannot start with ${group.split(':')[0]}:`,
        details,
      );
    if (group.length < 1 || group.length > 63)
      throw invalidParameter('A kubernetes group name must have between 1 and 63 characters', details);
  }
}

export function checkUsername(username: string | undefined, details: object): void {
  if (username === undefined) return;
  if (RESERVED_USERNAMES.test(username))
    throw invalidParameter(`The username ${username} is invalid, it starts with a reserved prefix`, details);
  if (username.includes('{{') && !username.split('{{')[0]?.includes(':'))
    throw invalidParameter(`The username ${username} must have a colon before {{SessionName}}`, details);
}
