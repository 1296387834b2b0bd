import { operation } from '../../types.ts';
import { onRole } from './access.ts';
import {
  ATTACHED_PER_ROLE,
  checkInlinePolicies,
  checkName,
  checkPolicy,
  limitExceeded,
  noSuchEntity,
  page,
} from './limits.ts';
import { hasPolicy } from './policy-lookup.ts';
import { changeableRole, existingRole } from './roles.ts';

type Named = { RoleName: string };
type Inline = Named & { PolicyName: string };
type Attached = Named & { PolicyArn: string };
type Paged = { Marker?: string; MaxItems?: number };

const onAttachment = (action: string) => (input: Attached, context: Parameters<typeof onRole>[0]) => [
  onRole(context, action, input.RoleName, { 'iam:PolicyARN': input.PolicyArn }),
];

export const rolePolicyOperations = {
  PutRolePolicy: operation({
    authorize: (input: Inline, context) => [onRole(context, 'iam:PutRolePolicy', input.RoleName)],
    run: (input: Inline & { PolicyDocument: string }, context) => {
      checkName('policy', input.PolicyName);
      const role = changeableRole(context, input.RoleName);
      checkPolicy(input.PolicyDocument, 'identity');
      const inline = { ...role.inline, [input.PolicyName]: input.PolicyDocument };
      checkInlinePolicies(role.name, Object.values(inline));
      role.inline = inline;
      return {};
    },
  }),
  GetRolePolicy: operation({
    authorize: (input: Inline, context) => [onRole(context, 'iam:GetRolePolicy', input.RoleName)],
    run: (input: Inline, context) => {
      const document = existingRole(context, input.RoleName).inline[input.PolicyName];
      if (document === undefined) throw noSuchEntity(`The role policy with name ${input.PolicyName}`);
      return { RoleName: input.RoleName, PolicyName: input.PolicyName, PolicyDocument: encodeURIComponent(document) };
    },
  }),
  DeleteRolePolicy: operation({
    authorize: (input: Inline, context) => [onRole(context, 'iam:DeleteRolePolicy', input.RoleName)],
    run: (input: Inline, context) => {
      const role = changeableRole(context, input.RoleName);
      if (role.inline[input.PolicyName] === undefined)
        throw noSuchEntity(`The role policy with name ${input.PolicyName}`);
      delete role.inline[input.PolicyName];
      return {};
    },
  }),
  ListRolePolicies: operation({
    authorize: (input: Named, context) => [onRole(context, 'iam:ListRolePolicies', input.RoleName)],
    run: (input: Named & Paged, context) => {
      const { items, rest } = page(Object.keys(existingRole(context, input.RoleName).inline).sort(), input);
      return { PolicyNames: items, ...rest };
    },
  }),
  AttachRolePolicy: operation({
    authorize: onAttachment('iam:AttachRolePolicy'),
    run: (input: Attached, context) => {
      const role = changeableRole(context, input.RoleName);
      if (!hasPolicy(context.simulation, input.PolicyArn)) {
        throw noSuchEntity(`Policy ${input.PolicyArn} does not exist or is not attachable; it`);
      }
      if (role.attached.includes(input.PolicyArn)) return {};
      if (role.attached.length >= ATTACHED_PER_ROLE) {
        throw limitExceeded(`Cannot exceed quota for PoliciesPerRole: ${ATTACHED_PER_ROLE}`);
      }
      role.attached.push(input.PolicyArn);
      return {};
    },
  }),
  DetachRolePolicy: operation({
    authorize: onAttachment('iam:DetachRolePolicy'),
    run: (input: Attached, context) => {
      const role = changeableRole(context, input.RoleName);
      if (!role.attached.includes(input.PolicyArn)) throw noSuchEntity(`Policy ${input.PolicyArn} was not found; it`);
      role.attached = role.attached.filter((arn) => arn !== input.PolicyArn);
      return {};
    },
  }),
  ListAttachedRolePolicies: operation({
    authorize: (input: Named, context) => [onRole(context, 'iam:ListAttachedRolePolicies', input.RoleName)],
    run: (input: Named & Paged, context) => {
      const { items, rest } = page(existingRole(context, input.RoleName).attached, input);
      const shown = items.map((arn) => ({ PolicyName: arn.slice(arn.lastIndexOf('/') + 1), PolicyArn: arn }));
      return { AttachedPolicies: shown, ...rest };
    },
  }),
};
