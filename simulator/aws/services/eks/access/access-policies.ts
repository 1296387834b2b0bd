import type {
  AssociateAccessPolicyRequest,
  AssociateAccessPolicyResponse,
  AssociatedAccessPolicy,
  DisassociateAccessPolicyRequest,
  DisassociateAccessPolicyResponse,
  ListAccessPoliciesRequest,
  ListAccessPoliciesResponse,
  ListAssociatedAccessPoliciesRequest,
  ListAssociatedAccessPoliciesResponse,
} from '@aws-sdk/client-eks';
import { NotSimulatedError } from '../../../errors.ts';
import { operation } from '../../../types.ts';
import type { Checked } from '../checked.ts';
import { accessEntryOf, eksError, invalidParameter } from '../faults.ts';
import { pageOf } from '../paging.ts';
import { onAnything } from '../permissions.ts';
import type { AccessEntryRecord } from '../state.ts';
import { onEntry } from './access-entries.ts';
import { clusterWithEntries } from './entry-checks.ts';
import { CLUSTER_ADMIN_POLICY, grantPolicy, revokePolicy } from './grants.ts';

const POLICY_NAMES = [
  'AmazonEKSAdminPolicy',
  'AmazonEKSAdminViewPolicy',
  'AmazonEKSAutoNodePolicy',
  'AmazonEKSClusterAdminPolicy',
  'AmazonEKSEditPolicy',
  'AmazonEKSViewPolicy',
];

const POLICY_PREFIX = 'arn:aws:eks::aws:cluster-access-policy/';

export const accessPolicyOperations = {
  ListAccessPolicies: operation<Checked<ListAccessPoliciesRequest>, ListAccessPoliciesResponse>({
    authorize: () => [onAnything('eks:ListAccessPolicies')],
    run: (input) => {
      const page = pageOf(POLICY_NAMES, input);
      return {
        accessPolicies: page.items.map((name) => ({ name, arn: POLICY_PREFIX + name })),
        ...(page.nextToken ? { nextToken: page.nextToken } : {}),
      };
    },
  }),
  AssociateAccessPolicy: operation<Checked<AssociateAccessPolicyRequest>, AssociateAccessPolicyResponse>({
    authorize: (input, context) => [
      onEntry(context, 'AssociateAccessPolicy', input, {
        'eks:policyArn': input.policyArn,
        ...(input.accessScope.type === undefined ? {} : { 'eks:accessScope': input.accessScope.type }),
        ...(input.accessScope.namespaces === undefined ? {} : { 'eks:namespaces': input.accessScope.namespaces }),
      }),
    ],
    run: (input, context) => {
      const { simulation } = context;
      const cluster = clusterWithEntries(context, input.clusterName);
      const entry = accessEntryOf(cluster, input.principalArn);
      checkAssociation(input, entry);
      const nowMs = simulation.now();
      const accessScope = { type: 'cluster' as const, namespaces: [] };
      let policy = entry.policies.find((candidate) => candidate.policyArn === input.policyArn);
      if (policy) policy.modifiedAtMs = nowMs;
      else {
        policy = { policyArn: input.policyArn, accessScope, associatedAtMs: nowMs, modifiedAtMs: nowMs };
        entry.policies.push(policy);
        grantPolicy(simulation, cluster, entry.principalArn, input.policyArn);
      }
      return {
        clusterName: cluster.name,
        principalArn: entry.principalArn,
        associatedAccessPolicy: policyView(policy),
      };
    },
  }),
  DisassociateAccessPolicy: operation<Checked<DisassociateAccessPolicyRequest>, DisassociateAccessPolicyResponse>({
    authorize: (input, context) => [
      onEntry(context, 'DisassociateAccessPolicy', input, { 'eks:policyArn': input.policyArn }),
    ],
    run: (input, context) => {
      const cluster = clusterWithEntries(context, input.clusterName);
      const entry = accessEntryOf(cluster, input.principalArn);
      if (!entry.policies.some((policy) => policy.policyArn === input.policyArn)) {
        throw eksError(
          'ResourceNotFoundException',
          `The specified policyArn is not associated with the access entry of ${input.principalArn}.`,
          { clusterName: cluster.name },
        );
      }
      entry.policies = entry.policies.filter((policy) => policy.policyArn !== input.policyArn);
      revokePolicy(context.simulation, cluster, entry.principalArn, input.policyArn);
      return {};
    },
  }),
  ListAssociatedAccessPolicies: operation<
    Checked<ListAssociatedAccessPoliciesRequest>,
    ListAssociatedAccessPoliciesResponse
  >({
    authorize: (input, context) => [onEntry(context, 'ListAssociatedAccessPolicies', input)],
    run: (input, context) => {
      const cluster = clusterWithEntries(context, input.clusterName);
      const entry = accessEntryOf(cluster, input.principalArn);
      const page = pageOf(entry.policies, input);
      return {
        clusterName: cluster.name,
        principalArn: entry.principalArn,
        associatedAccessPolicies: page.items.map(policyView),
        ...(page.nextToken ? { nextToken: page.nextToken } : {}),
      };
    },
  }),
};

/** Only the cluster admin's rules are known here; the other policies exist, and asking for one fails the run. */
function checkAssociation(input: Checked<AssociateAccessPolicyRequest>, entry: AccessEntryRecord): void {
  const details = { clusterName: input.clusterName };
  if (!POLICY_NAMES.includes(input.policyArn.replace(POLICY_PREFIX, '')) || !input.policyArn.startsWith(POLICY_PREFIX))
    throw invalidParameter('The policyArn parameter format is not valid', details);
  if (entry.type !== 'STANDARD') {
    throw eksError(
      'InvalidRequestException',
      `An access policy can't be associated with an access entry of type ${entry.type}.`,
      details,
    );
  }
  const { type, namespaces } = input.accessScope;
  if (type !== 'cluster' && type !== 'namespace') throw invalidParameter('The access scope type is invalid', details);
  if (type === 'namespace' && (namespaces?.length ?? 0) === 0)
    throw invalidParameter('Namespaces are required with access scope type namespace', details);
  if (type === 'cluster' && (namespaces?.length ?? 0) > 0)
    throw invalidParameter('Namespaces cannot be specified with access scope type cluster', details);
  if (input.policyArn !== CLUSTER_ADMIN_POLICY || type !== 'cluster')
    throw new NotSimulatedError(`EKS access policy ${input.policyArn} with scope ${type}`);
}

function policyView(policy: AccessEntryRecord['policies'][number]): AssociatedAccessPolicy {
  return {
    policyArn: policy.policyArn,
    accessScope: policy.accessScope,
    associatedAt: new Date(policy.associatedAtMs),
    modifiedAt: new Date(policy.modifiedAtMs),
  };
}
