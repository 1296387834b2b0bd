import { SimulatedAwsError } from '../../errors.ts';
import { type CallContext, operation } from '../../types.ts';
import { createWithTags, onRole, requestTagKeys } from './access.ts';
import {
  checkedTags,
  checkName,
  checkPath,
  checkTrustPolicy,
  deleteConflict,
  invalid,
  noSuchEntity,
  type Tags,
} from './limits.ts';
import { hasPolicy } from './policy-lookup.ts';
import { iamState, type RoleRecord, uniqueId } from './state.ts';

const PROPAGATION_SECONDS = { from: 5, to: 12 };

type CreateRoleInput = {
  RoleName: string;
  Path?: string;
  AssumeRolePolicyDocument: string;
  Description?: string;
  MaxSessionDuration?: number;
  PermissionsBoundary?: string;
  Tags?: Tags;
};
type Named = { RoleName: string };

/** The role, or IAM's error when there is none. */
export function existingRole(context: CallContext, roleName: string): RoleRecord {
  const role = iamState(context.simulation).roles[roleName];
  if (!role) throw noSuchEntity(`The role with name ${roleName}`);
  return role;
}

/** The role when it may be changed: those of AWS's services may not. */
export function changeableRole(context: CallContext, roleName: string): RoleRecord {
  const role = existingRole(context, roleName);
  if (role.path.startsWith('/aws-service-role/')) {
    const message = `Cannot perform the operation on the protected role '${roleName}' - this role is only modifiable by AWS`;
    throw new SimulatedAwsError('UnmodifiableEntityException', message);
  }
  return role;
}

/** Puts a role into the account; the name must be free, whatever its path and case. */
export function addRole(
  context: CallContext,
  role: Pick<RoleRecord, 'name' | 'path' | 'trust' | 'description' | 'boundary' | 'tags' | 'maxSessionSeconds'>,
): RoleRecord {
  const { simulation, accountId } = context;
  const state = iamState(simulation);
  if (Object.keys(state.roles).some((name) => name.toLowerCase() === role.name.toLowerCase())) {
    throw new SimulatedAwsError('EntityAlreadyExistsException', `Role with name ${role.name} already exists.`, 409);
  }
  const arn = `arn:aws:iam::${accountId}:role${role.path}${role.name}`;
  const createdAtMs = simulation.now();
  const seconds = simulation.between(
    `iam-propagation:${arn}:${createdAtMs}`,
    PROPAGATION_SECONDS.from,
    PROPAGATION_SECONDS.to,
  );
  const record: RoleRecord = {
    ...role,
    arn,
    id: uniqueId('AROA', `${arn}:${createdAtMs}`),
    createdAtMs,
    usableAtMs: createdAtMs + Math.round(seconds * 1000),
    lastUsedAtMs: null,
    inline: {},
    attached: [],
  };
  state.roles[role.name] = record;
  return record;
}

/** The role as the API shows it. */
export function shownRole(role: RoleRecord) {
  return {
    RoleName: role.name,
    Path: role.path,
    Arn: role.arn,
    RoleId: role.id,
    CreateDate: new Date(role.createdAtMs),
    AssumeRolePolicyDocument: encodeURIComponent(role.trust),
    MaxSessionDuration: role.maxSessionSeconds,
    ...(role.description === null ? {} : { Description: role.description }),
    ...(role.boundary === null
      ? {}
      : { PermissionsBoundary: { PermissionsBoundaryType: 'Policy' as const, PermissionsBoundaryArn: role.boundary } }),
    Tags: Object.entries(role.tags).map(([Key, Value]) => ({ Key, Value })),
  };
}

function checkSessionSeconds(seconds: number): void {
  if (seconds < 3600 || seconds > 43_200) {
    throw invalid('Member must have value between 3600 and 43200', 'maxSessionDuration', String(seconds));
  }
}

function checkBoundary(context: CallContext, arn: string): void {
  if (!hasPolicy(context.simulation, arn))
    throw noSuchEntity(`Scope ARN: ${arn} does not exist or is not attachable; it`);
}

const boundaryKey = (arn: string | undefined) => (arn === undefined ? {} : { 'iam:PermissionsBoundary': arn });

export const roleOperations = {
  CreateRole: operation({
    authorize: (input: CreateRoleInput, { accountId }) =>
      createWithTags(
        'iam:CreateRole',
        'iam:TagRole',
        `arn:aws:iam::${accountId}:role${input.Path ?? '/'}${input.RoleName}`,
        input.Tags,
        boundaryKey(input.PermissionsBoundary),
      ),
    run: (input: CreateRoleInput, context) => {
      const path = input.Path ?? '/';
      checkName('role', input.RoleName);
      checkPath(path);
      checkTrustPolicy(input.AssumeRolePolicyDocument);
      checkSessionSeconds(input.MaxSessionDuration ?? 3600);
      if (path.startsWith('/aws-service-role/')) throw invalid('Path prefix is reserved', 'path', path);
      if ((input.Description ?? '').length > 1000) {
        throw invalid('Member must have length less than or equal to 1000', 'description', input.Description ?? '');
      }
      if (input.PermissionsBoundary !== undefined) checkBoundary(context, input.PermissionsBoundary);
      const role = addRole(context, {
        name: input.RoleName,
        path,
        trust: input.AssumeRolePolicyDocument,
        description: input.Description ?? null,
        boundary: input.PermissionsBoundary ?? null,
        tags: checkedTags(input.Tags),
        maxSessionSeconds: input.MaxSessionDuration ?? 3600,
      });
      return { Role: shownRole(role) };
    },
  }),
  GetRole: operation({
    authorize: (input: Named, context) => [onRole(context, 'iam:GetRole', input.RoleName)],
    run: (input: Named, context) => ({ Role: shownRole(existingRole(context, input.RoleName)) }),
  }),
  UpdateRole: operation({
    authorize: (input: Named, context) => [onRole(context, 'iam:UpdateRole', input.RoleName)],
    run: (input: Named & { Description?: string; MaxSessionDuration?: number }, context) => {
      const role = changeableRole(context, input.RoleName);
      if (input.MaxSessionDuration !== undefined) checkSessionSeconds(input.MaxSessionDuration);
      role.description = input.Description ?? role.description;
      role.maxSessionSeconds = input.MaxSessionDuration ?? role.maxSessionSeconds;
      return {};
    },
  }),
  UpdateAssumeRolePolicy: operation({
    authorize: (input: Named, context) => [onRole(context, 'iam:UpdateAssumeRolePolicy', input.RoleName)],
    run: (input: Named & { PolicyDocument: string }, context) => {
      const role = changeableRole(context, input.RoleName);
      checkTrustPolicy(input.PolicyDocument);
      role.trust = input.PolicyDocument;
      return {};
    },
  }),
  DeleteRole: operation({
    authorize: (input: Named, context) => [onRole(context, 'iam:DeleteRole', input.RoleName)],
    run: (input: Named, context) => {
      const role = changeableRole(context, input.RoleName);
      const state = iamState(context.simulation);
      if (Object.values(state.profiles).some(({ roleName }) => roleName === role.name)) {
        throw deleteConflict('Cannot delete entity, must remove roles from instance profile first.');
      }
      if (role.attached.length > 0) throw deleteConflict('Cannot delete entity, must detach all policies first.');
      if (Object.keys(role.inline).length > 0)
        throw deleteConflict('Cannot delete entity, must delete policies first.');
      delete state.roles[role.name];
      return {};
    },
  }),
  PutRolePermissionsBoundary: operation({
    authorize: (input: Named & { PermissionsBoundary: string }, context) => [
      onRole(context, 'iam:PutRolePermissionsBoundary', input.RoleName, boundaryKey(input.PermissionsBoundary)),
    ],
    run: (input: Named & { PermissionsBoundary: string }, context) => {
      const role = changeableRole(context, input.RoleName);
      checkBoundary(context, input.PermissionsBoundary);
      role.boundary = input.PermissionsBoundary;
      return {};
    },
  }),
  TagRole: operation({
    authorize: (input: Named & { Tags: Tags }, context) => [
      onRole(context, 'iam:TagRole', input.RoleName, requestTagKeys(input.Tags)),
    ],
    run: (input: Named & { Tags: Tags }, context) => {
      const role = changeableRole(context, input.RoleName);
      role.tags = checkedTags(input.Tags, role.tags);
      return {};
    },
  }),
  UntagRole: operation({
    authorize: (input: Named & { TagKeys: string[] }, context) => [
      onRole(context, 'iam:UntagRole', input.RoleName, { 'aws:TagKeys': input.TagKeys }),
    ],
    run: (input: Named & { TagKeys: string[] }, context) => {
      const role = changeableRole(context, input.RoleName);
      for (const key of input.TagKeys) delete role.tags[key];
      return {};
    },
  }),
};
