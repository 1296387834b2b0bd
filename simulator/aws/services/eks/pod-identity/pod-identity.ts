import type {
  CreatePodIdentityAssociationRequest,
  CreatePodIdentityAssociationResponse,
  DeletePodIdentityAssociationRequest,
  DeletePodIdentityAssociationResponse,
  DescribePodIdentityAssociationRequest,
  DescribePodIdentityAssociationResponse,
  ListPodIdentityAssociationsRequest,
  ListPodIdentityAssociationsResponse,
  PodIdentityAssociation,
  UpdatePodIdentityAssociationRequest,
  UpdatePodIdentityAssociationResponse,
} from '@aws-sdk/client-eks';
import type { Simulation } from '../../../../core/simulation.ts';
import { NotSimulatedError } from '../../../errors.ts';
import { type AccessRequest, type CallContext, operation } from '../../../types.ts';
import type { Checked } from '../checked.ts';
import { associationOf, clusterNamed, clusterReadyFor, eksError, invalidParameter } from '../faults.ts';
import { pageOf } from '../paging.ts';
import { onCluster, onPart, partArn, passRole, requestTags, tagOnCreate } from '../permissions.ts';
import type { EksPorts, IamPort } from '../ports.ts';
import { trustsService } from '../role-checks.ts';
import { type AssociationRecord, eksState, findCluster } from '../state.ts';
import { checkTags } from '../tags-check.ts';
import { addAssociation, reassign, removeAssociation } from './associations.ts';

const POD_SERVICE = 'pods.eks.amazonaws.com';

export function podIdentityOperations(ports: EksPorts) {
  return {
    CreatePodIdentityAssociation: operation<
      Checked<CreatePodIdentityAssociationRequest>,
      CreatePodIdentityAssociationResponse
    >({
      authorize: (input, context) => [
        onCluster(context, 'CreatePodIdentityAssociation', input.clusterName, requestTags(input.tags)),
        ...tagOnCreate(partArn(context, 'podidentityassociation', input.clusterName, '*'), input.tags),
        ...podRoleAccess(input.roleArn),
      ],
      run: (input, { simulation }) => {
        const cluster = clusterReadyFor(simulation, input.clusterName, ['ACTIVE', 'UPDATING']);
        refuseUnknown(input);
        checkName('namespace', input.namespace, 63);
        checkName('serviceAccount', input.serviceAccount, 253);
        const details = { clusterName: cluster.name };
        const existing = Object.values(cluster.associations).find(
          (other) => other.namespace === input.namespace && other.serviceAccount === input.serviceAccount,
        );
        const isRetry = existing?.requestToken !== undefined && existing.requestToken === input.clientRequestToken;
        if (existing && isRetry && existing.roleArn === input.roleArn)
          return { association: associationView(existing, cluster.name) };
        if (existing) {
          throw eksError('ResourceInUseException', `Association already exists: ${existing.id}`, details);
        }
        if (Object.keys(cluster.associations).length >= eksState(simulation).limits.associationsPerCluster)
          throw eksError('ResourceLimitExceededException', 'Pod Identity association limit exceeded', details);
        checkPodRole(simulation, ports.iam, input.roleArn);
        const association = addAssociation(simulation, cluster, {
          namespace: input.namespace,
          serviceAccount: input.serviceAccount,
          roleArn: input.roleArn,
          disableSessionTags: input.disableSessionTags,
          tags: checkTags(input.tags),
          requestToken: input.clientRequestToken,
        });
        return { association: associationView(association, cluster.name) };
      },
    }),
    DescribePodIdentityAssociation: operation<
      Checked<DescribePodIdentityAssociationRequest>,
      DescribePodIdentityAssociationResponse
    >({
      authorize: (input, context) => [onAssociation(context, 'DescribePodIdentityAssociation', input)],
      run: (input, { simulation }) => {
        const cluster = clusterNamed(simulation, input.clusterName);
        return { association: associationView(associationOf(cluster, input.associationId), cluster.name) };
      },
    }),
    ListPodIdentityAssociations: operation<
      Checked<ListPodIdentityAssociationsRequest>,
      ListPodIdentityAssociationsResponse
    >({
      authorize: (input, context) => [onCluster(context, 'ListPodIdentityAssociations', input.clusterName)],
      run: (input, { simulation }) => {
        const cluster = clusterNamed(simulation, input.clusterName);
        const matching = Object.values(cluster.associations).filter(
          (association) =>
            (input.namespace === undefined || association.namespace === input.namespace) &&
            (input.serviceAccount === undefined || association.serviceAccount === input.serviceAccount),
        );
        const page = pageOf(matching, input);
        return {
          associations: page.items.map((association) => ({
            clusterName: cluster.name,
            namespace: association.namespace,
            serviceAccount: association.serviceAccount,
            associationArn: association.arn,
            associationId: association.id,
            ...(association.ownerArn === undefined ? {} : { ownerArn: association.ownerArn }),
          })),
          ...(page.nextToken ? { nextToken: page.nextToken } : {}),
        };
      },
    }),
    UpdatePodIdentityAssociation: operation<
      Checked<UpdatePodIdentityAssociationRequest>,
      UpdatePodIdentityAssociationResponse
    >({
      authorize: (input, context) => [
        onAssociation(context, 'UpdatePodIdentityAssociation', input),
        ...(input.roleArn === undefined ? [] : podRoleAccess(input.roleArn)),
      ],
      run: (input, { simulation }) => {
        const cluster = clusterNamed(simulation, input.clusterName);
        refuseUnknown(input);
        const association = associationOf(cluster, input.associationId);
        if (input.roleArn !== undefined && input.roleArn !== association.roleArn) {
          checkPodRole(simulation, ports.iam, input.roleArn);
          association.roleArn = input.roleArn;
          reassign(simulation, cluster, association);
        }
        association.disableSessionTags = input.disableSessionTags ?? association.disableSessionTags;
        association.modifiedAtMs = simulation.now();
        return { association: associationView(association, cluster.name) };
      },
    }),
    DeletePodIdentityAssociation: operation<
      Checked<DeletePodIdentityAssociationRequest>,
      DeletePodIdentityAssociationResponse
    >({
      authorize: (input, context) => [onAssociation(context, 'DeletePodIdentityAssociation', input)],
      run: (input, { simulation }) => {
        const cluster = clusterNamed(simulation, input.clusterName);
        const association = associationOf(cluster, input.associationId);
        removeAssociation(simulation, cluster, association);
        return { association: associationView(association, cluster.name) };
      },
    }),
  };
}

/** The caller hands a role to pods, and EKS reads its trust policy with the caller's permission. */
export function podRoleAccess(roleArn: string): AccessRequest[] {
  return [passRole(roleArn, POD_SERVICE), { action: 'iam:GetRole', resource: roleArn }];
}

export function checkPodRole(simulation: Simulation, iam: IamPort, roleArn: string): void {
  const role = iam.isRoleUsable(simulation, roleArn) ? iam.role(simulation, roleArn) : undefined;
  if (!role) throw invalidParameter('Role provided in the request does not exist.');
  if (!trustsService(role, POD_SERVICE, ['sts:AssumeRole', 'sts:TagSession']))
    throw invalidParameter(
      'Trust policy of the role provided is invalid. Follow the official documentation to resolve the issue.',
    );
}

function refuseUnknown(input: { targetRoleArn?: string | undefined; policy?: string | undefined }): void {
  if (input.targetRoleArn !== undefined || input.policy !== undefined)
    throw new NotSimulatedError('EKS Pod Identity association with targetRoleArn or policy');
}

function checkName(what: string, name: string, limit: number): void {
  if (!/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name) || name.length > limit)
    throw invalidParameter(`Invalid ${what} name: ${name}`);
}

function onAssociation(
  context: CallContext,
  action: string,
  input: { clusterName: string; associationId: string },
): AccessRequest {
  const association = findCluster(context.simulation, input.clusterName)?.associations[input.associationId];
  return onPart(
    action,
    association,
    partArn(context, 'podidentityassociation', input.clusterName, input.associationId),
  );
}

function associationView(association: AssociationRecord, clusterName: string): PodIdentityAssociation {
  return {
    clusterName,
    namespace: association.namespace,
    serviceAccount: association.serviceAccount,
    roleArn: association.roleArn,
    associationArn: association.arn,
    associationId: association.id,
    tags: association.tags,
    createdAt: new Date(association.createdAtMs),
    modifiedAt: new Date(association.modifiedAtMs),
    disableSessionTags: association.disableSessionTags,
    ...(association.ownerArn === undefined ? {} : { ownerArn: association.ownerArn }),
  };
}
