import { SimulatedAwsError } from '../../errors.ts';
import { type CallContext, operation } from '../../types.ts';
import { createWithTags, onProfile, onRole, passRole, requestTagKeys } from './access.ts';
import {
  checkedTags,
  checkName,
  checkPath,
  deleteConflict,
  limitExceeded,
  noSuchEntity,
  page,
  type Tags,
} from './limits.ts';
import { existingRole, shownRole } from './roles.ts';
import { iamState, type ProfileRecord, uniqueId } from './state.ts';

type CreateInput = { InstanceProfileName: string; Path?: string; Tags?: Tags };
type Named = { InstanceProfileName: string };
type WithRole = Named & { RoleName: string };
type Paged = { Marker?: string; MaxItems?: number };

const profileArn = (input: CreateInput, accountId: string) =>
  `arn:aws:iam::${accountId}:instance-profile${input.Path ?? '/'}${input.InstanceProfileName}`;

function existing(context: CallContext, name: string): ProfileRecord {
  const profile = iamState(context.simulation).profiles[name];
  if (!profile) throw noSuchEntity(`Instance Profile ${name}`);
  return profile;
}

function shown(context: CallContext, profile: ProfileRecord) {
  const role = profile.roleName === null ? undefined : iamState(context.simulation).roles[profile.roleName];
  return {
    InstanceProfileName: profile.name,
    InstanceProfileId: profile.id,
    Arn: profile.arn,
    Path: profile.path,
    CreateDate: new Date(profile.createdAtMs),
    Roles: role ? [shownRole(role)] : [],
    Tags: Object.entries(profile.tags).map(([Key, Value]) => ({ Key, Value })),
  };
}

export const instanceProfileOperations = {
  CreateInstanceProfile: operation({
    authorize: (input: CreateInput, { accountId }) =>
      createWithTags('iam:CreateInstanceProfile', 'iam:TagInstanceProfile', profileArn(input, accountId), input.Tags),
    run: (input: CreateInput, context) => {
      const { profiles } = iamState(context.simulation);
      const { InstanceProfileName: name, Path: path = '/' } = input;
      checkName('instanceProfile', name);
      checkPath(path);
      if (Object.keys(profiles).some((other) => other.toLowerCase() === name.toLowerCase())) {
        throw new SimulatedAwsError('EntityAlreadyExistsException', `Instance Profile ${name} already exists.`, 409);
      }
      const arn = profileArn(input, context.accountId);
      const createdAtMs = context.simulation.now();
      const id = uniqueId('AIPA', `${arn}:${createdAtMs}`);
      const profile: ProfileRecord = {
        name,
        path,
        arn,
        id,
        createdAtMs,
        tags: checkedTags(input.Tags),
        roleName: null,
      };
      profiles[name] = profile;
      return { InstanceProfile: shown(context, profile) };
    },
  }),
  GetInstanceProfile: operation({
    authorize: (input: Named, context) => [onProfile(context, 'iam:GetInstanceProfile', input.InstanceProfileName)],
    run: (input: Named, context) => ({ InstanceProfile: shown(context, existing(context, input.InstanceProfileName)) }),
  }),
  AddRoleToInstanceProfile: operation({
    authorize: (input: WithRole, context) => [
      onProfile(context, 'iam:AddRoleToInstanceProfile', input.InstanceProfileName),
      passRole(onRole(context, 'iam:PassRole', input.RoleName).resource, 'ec2.amazonaws.com'),
    ],
    run: (input: WithRole, context) => {
      const profile = existing(context, input.InstanceProfileName);
      existingRole(context, input.RoleName);
      if (profile.roleName !== null)
        throw limitExceeded('Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1');
      profile.roleName = input.RoleName;
      return {};
    },
  }),
  RemoveRoleFromInstanceProfile: operation({
    authorize: (input: WithRole, context) => [
      onProfile(context, 'iam:RemoveRoleFromInstanceProfile', input.InstanceProfileName),
    ],
    run: (input: WithRole, context) => {
      const profile = existing(context, input.InstanceProfileName);
      if (profile.roleName !== input.RoleName) throw noSuchEntity(`The role with name ${input.RoleName}`);
      profile.roleName = null;
      return {};
    },
  }),
  DeleteInstanceProfile: operation({
    authorize: (input: Named, context) => [onProfile(context, 'iam:DeleteInstanceProfile', input.InstanceProfileName)],
    run: (input: Named, context) => {
      const profile = existing(context, input.InstanceProfileName);
      if (profile.roleName !== null) {
        throw deleteConflict('Cannot delete entity, must remove roles from instance profile first.');
      }
      delete iamState(context.simulation).profiles[profile.name];
      return {};
    },
  }),
  ListInstanceProfiles: operation({
    authorize: () => [{ action: 'iam:ListInstanceProfiles', resource: '*' }],
    run: (input: Paged & { PathPrefix?: string }, context) => {
      const all = Object.values(iamState(context.simulation).profiles)
        .filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      const { items, rest } = page(all, input);
      return { InstanceProfiles: items.map((profile) => shown(context, profile)), ...rest };
    },
  }),
  ListInstanceProfilesForRole: operation({
    authorize: (input: { RoleName: string }, context) => [
      onRole(context, 'iam:ListInstanceProfilesForRole', input.RoleName),
    ],
    run: (input: Paged & { RoleName: string }, context) => {
      existingRole(context, input.RoleName);
      const all = Object.values(iamState(context.simulation).profiles);
      const { items, rest } = page(
        all.filter(({ roleName }) => roleName === input.RoleName),
        input,
      );
      return { InstanceProfiles: items.map((profile) => shown(context, profile)), ...rest };
    },
  }),
  TagInstanceProfile: operation({
    authorize: (input: Named & { Tags: Tags }, context) => [
      onProfile(context, 'iam:TagInstanceProfile', input.InstanceProfileName, requestTagKeys(input.Tags)),
    ],
    run: (input: Named & { Tags: Tags }, context) => {
      const profile = existing(context, input.InstanceProfileName);
      profile.tags = checkedTags(input.Tags, profile.tags);
      return {};
    },
  }),
};
