import { SimulatedAwsError } from '../../errors.ts';
import { type CallContext, operation } from '../../types.ts';
import { createWithTags, onPolicy } from './access.ts';
import {
  checkedTags,
  checkManagedPolicy,
  checkName,
  checkPath,
  deleteConflict,
  limitExceeded,
  noSuchEntity,
  page,
  type Tags,
  VERSIONS_PER_POLICY,
} from './limits.ts';
import { usesOfPolicy } from './policy-lookup.ts';
import { iamState, type PolicyRecord, uniqueId } from './state.ts';

type CreatePolicyInput = {
  PolicyName: string;
  Path?: string;
  PolicyDocument: string;
  Description?: string;
  Tags?: Tags;
};
type ByArn = { PolicyArn: string };
type Version = PolicyRecord['versions'][number];

const policyArn = (input: CreatePolicyInput, accountId: string) =>
  `arn:aws:iam::${accountId}:policy${input.Path ?? '/'}${input.PolicyName}`;

function existing(context: CallContext, arn: string): PolicyRecord {
  const policy = iamState(context.simulation).policies[arn];
  if (!policy) throw noSuchEntity(`Policy ${arn} was not found; it`);
  return policy;
}

function existingVersion(policy: PolicyRecord, id: string): Version {
  const version = policy.versions.find((candidate) => candidate.id === id);
  if (!version) throw noSuchEntity(`Policy ${policy.arn} version ${id} does not exist or is not attachable; it`);
  return version;
}

function shown(context: CallContext, policy: PolicyRecord) {
  const uses = usesOfPolicy(context.simulation, policy.arn);
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersion,
    AttachmentCount: uses.attached,
    PermissionsBoundaryUsageCount: uses.boundaries,
    IsAttachable: true,
    ...(policy.description === null ? {} : { Description: policy.description }),
    CreateDate: new Date(policy.createdAtMs),
    UpdateDate: new Date(policy.updatedAtMs),
    Tags: Object.entries(policy.tags).map(([Key, Value]) => ({ Key, Value })),
  };
}

const shownVersion = (policy: PolicyRecord, version: Version) => ({
  VersionId: version.id,
  IsDefaultVersion: version.id === policy.defaultVersion,
  CreateDate: new Date(version.createdAtMs),
});

export const policyOperations = {
  CreatePolicy: operation({
    authorize: (input: CreatePolicyInput, { accountId }) =>
      createWithTags('iam:CreatePolicy', 'iam:TagPolicy', policyArn(input, accountId), input.Tags),
    run: (input: CreatePolicyInput, context) => {
      const { policies } = iamState(context.simulation);
      const path = input.Path ?? '/';
      const arn = policyArn(input, context.accountId);
      checkName('policy', input.PolicyName);
      checkPath(path);
      checkManagedPolicy(input.PolicyDocument);
      if (Object.values(policies).some(({ name }) => name.toLowerCase() === input.PolicyName.toLowerCase())) {
        const message = `A policy called ${input.PolicyName} already exists. Duplicate names are not allowed.`;
        throw new SimulatedAwsError('EntityAlreadyExistsException', message, 409);
      }
      const createdAtMs = context.simulation.now();
      const policy: PolicyRecord = {
        name: input.PolicyName,
        path,
        arn,
        id: uniqueId('ANPA', `${arn}:${createdAtMs}`),
        createdAtMs,
        updatedAtMs: createdAtMs,
        description: input.Description ?? null,
        tags: checkedTags(input.Tags),
        defaultVersion: 'v1',
        nextVersion: 2,
        versions: [{ id: 'v1', document: input.PolicyDocument, createdAtMs }],
      };
      policies[arn] = policy;
      return { Policy: shown(context, policy) };
    },
  }),
  GetPolicy: operation({
    authorize: (input: ByArn, context) => [onPolicy(context, 'iam:GetPolicy', input.PolicyArn)],
    run: (input: ByArn, context) => ({ Policy: shown(context, existing(context, input.PolicyArn)) }),
  }),
  GetPolicyVersion: operation({
    authorize: (input: ByArn, context) => [onPolicy(context, 'iam:GetPolicyVersion', input.PolicyArn)],
    run: (input: ByArn & { VersionId: string }, context) => {
      const policy = existing(context, input.PolicyArn);
      const version = existingVersion(policy, input.VersionId);
      return { PolicyVersion: { ...shownVersion(policy, version), Document: encodeURIComponent(version.document) } };
    },
  }),
  CreatePolicyVersion: operation({
    authorize: (input: ByArn, context) => [onPolicy(context, 'iam:CreatePolicyVersion', input.PolicyArn)],
    run: (input: ByArn & { PolicyDocument: string; SetAsDefault?: boolean }, context) => {
      const policy = existing(context, input.PolicyArn);
      checkManagedPolicy(input.PolicyDocument);
      if (policy.versions.length >= VERSIONS_PER_POLICY) {
        throw limitExceeded(
          `A managed policy can have up to ${VERSIONS_PER_POLICY} versions. Before you create a new version, you must delete an existing version.`,
        );
      }
      const version = {
        id: `v${policy.nextVersion}`,
        document: input.PolicyDocument,
        createdAtMs: context.simulation.now(),
      };
      policy.nextVersion += 1;
      policy.versions.unshift(version);
      policy.updatedAtMs = version.createdAtMs;
      if (input.SetAsDefault === true) policy.defaultVersion = version.id;
      return { PolicyVersion: shownVersion(policy, version) };
    },
  }),
  DeletePolicyVersion: operation({
    authorize: (input: ByArn, context) => [onPolicy(context, 'iam:DeletePolicyVersion', input.PolicyArn)],
    run: (input: ByArn & { VersionId: string }, context) => {
      const policy = existing(context, input.PolicyArn);
      const version = existingVersion(policy, input.VersionId);
      if (version.id === policy.defaultVersion) throw deleteConflict('Cannot delete the default version of a policy.');
      policy.versions = policy.versions.filter(({ id }) => id !== version.id);
      return {};
    },
  }),
  ListPolicyVersions: operation({
    authorize: (input: ByArn, context) => [onPolicy(context, 'iam:ListPolicyVersions', input.PolicyArn)],
    run: (input: ByArn & { Marker?: string; MaxItems?: number }, context) => {
      const policy = existing(context, input.PolicyArn);
      const { items, rest } = page(policy.versions, input);
      return { Versions: items.map((version) => shownVersion(policy, version)), ...rest };
    },
  }),
  DeletePolicy: operation({
    authorize: (input: ByArn, context) => [onPolicy(context, 'iam:DeletePolicy', input.PolicyArn)],
    run: (input: ByArn, context) => {
      const policy = existing(context, input.PolicyArn);
      const uses = usesOfPolicy(context.simulation, policy.arn);
      if (uses.attached + uses.boundaries > 0) throw deleteConflict('Cannot delete a policy attached to entities.');
      if (policy.versions.length > 1) {
        throw deleteConflict(
          "This policy has more than one version. Before you delete a policy, you must delete the policy's versions.",
        );
      }
      delete iamState(context.simulation).policies[policy.arn];
      return {};
    },
  }),
};
