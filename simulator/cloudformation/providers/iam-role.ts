import type { AttachedPolicy, GetRoleResponse } from '@aws-sdk/client-iam';
import { generatedName } from '../naming.ts';
import { asTagList, checkProperties, documentText, mergedTags, textOf, textsOf } from '../properties.ts';
import type { ProvidedResource, ProviderContext, ResourceProvider } from '../provider.ts';
import { type JsonMap, TemplateError } from '../template.ts';

const TYPE = 'AWS::IAM::Role';

const isNamed = (error: unknown, name: string) => error instanceof Error && error.name === name;

function check(properties: JsonMap): void {
  const known = {
    AssumeRolePolicyDocument: 'json',
    Description: 'text',
    ManagedPolicyArns: 'texts',
    MaxSessionDuration: 'number',
    Path: 'text',
    PermissionsBoundary: 'text',
    Policies: 'maps',
    RoleName: 'text',
    Tags: 'tags',
  } as const;
  checkProperties(TYPE, properties, known, ['AssumeRolePolicyDocument']);
}

function inlinePolicies(properties: JsonMap): Record<string, string> {
  const policies = (properties['Policies'] ?? []) as JsonMap[];
  return Object.fromEntries(
    policies.map((policy) => {
      checkProperties(`${TYPE} Policies`, policy, { PolicyName: 'text', PolicyDocument: 'json' }, [
        'PolicyName',
        'PolicyDocument',
      ]);
      return [String(policy['PolicyName']), documentText(policy['PolicyDocument'])];
    }),
  );
}

async function read(roleName: string, context: ProviderContext): Promise<ProvidedResource> {
  const { Role } = await context.call<GetRoleResponse>('IAM', 'GetRole', { RoleName: roleName });
  return { physicalId: roleName, attributes: { Arn: Role?.Arn ?? '', RoleId: Role?.RoleId ?? '' } };
}

async function attachAndPut(roleName: string, properties: JsonMap, context: ProviderContext): Promise<void> {
  for (const PolicyArn of textsOf(properties, 'ManagedPolicyArns')) {
    await context.call('IAM', 'AttachRolePolicy', { RoleName: roleName, PolicyArn });
  }
  for (const [PolicyName, PolicyDocument] of Object.entries(inlinePolicies(properties))) {
    await context.call('IAM', 'PutRolePolicy', { RoleName: roleName, PolicyName, PolicyDocument });
  }
}

async function updateItself(
  roleName: string,
  before: JsonMap,
  after: JsonMap,
  context: ProviderContext,
): Promise<void> {
  const changed = (name: string) => JSON.stringify(before[name]) !== JSON.stringify(after[name]);
  if (changed('Description') || changed('MaxSessionDuration')) {
    await context.call('IAM', 'UpdateRole', {
      RoleName: roleName,
      Description: textOf(after, 'Description') ?? '',
      MaxSessionDuration: Number(after['MaxSessionDuration'] ?? 3600),
    });
  }
  if (changed('AssumeRolePolicyDocument')) {
    const PolicyDocument = documentText(after['AssumeRolePolicyDocument']);
    await context.call('IAM', 'UpdateAssumeRolePolicy', { RoleName: roleName, PolicyDocument });
  }
  if (changed('PermissionsBoundary')) {
    const PermissionsBoundary = textOf(after, 'PermissionsBoundary');
    if (PermissionsBoundary === undefined) throw new TemplateError('taking a boundary off a role is not simulated');
    await context.call('IAM', 'PutRolePermissionsBoundary', { RoleName: roleName, PermissionsBoundary });
  }
}

async function updateTags(roleName: string, before: JsonMap, after: JsonMap, context: ProviderContext): Promise<void> {
  const wanted = mergedTags(context.tags, after['Tags']);
  const had = mergedTags({}, before['Tags']);
  const gone = Object.keys(had).filter((key) => wanted[key] === undefined);
  if (gone.length > 0) await context.call('IAM', 'UntagRole', { RoleName: roleName, TagKeys: gone });
  if (Object.keys(wanted).length > 0)
    await context.call('IAM', 'TagRole', { RoleName: roleName, Tags: asTagList(wanted) });
}

async function detachAndDelete(
  roleName: string,
  before: JsonMap,
  after: JsonMap,
  context: ProviderContext,
): Promise<void> {
  const keptArns = textsOf(after, 'ManagedPolicyArns');
  for (const PolicyArn of textsOf(before, 'ManagedPolicyArns').filter((arn) => !keptArns.includes(arn))) {
    await context.call('IAM', 'DetachRolePolicy', { RoleName: roleName, PolicyArn });
  }
  const kept = inlinePolicies(after);
  for (const PolicyName of Object.keys(inlinePolicies(before)).filter((name) => kept[name] === undefined)) {
    await context.call('IAM', 'DeleteRolePolicy', { RoleName: roleName, PolicyName });
  }
}

export const roleProvider: ResourceProvider = {
  type: TYPE,
  seconds: [12, 22],
  async create(properties, context) {
    check(properties);
    const RoleName = textOf(properties, 'RoleName') ?? generatedName(context, 64);
    const tags = asTagList(mergedTags(context.tags, properties['Tags']));
    const boundary = textOf(properties, 'PermissionsBoundary');
    const description = textOf(properties, 'Description');
    try {
      await context.call('IAM', 'CreateRole', {
        RoleName,
        AssumeRolePolicyDocument: documentText(properties['AssumeRolePolicyDocument']),
        Path: textOf(properties, 'Path') ?? '/',
        MaxSessionDuration: Number(properties['MaxSessionDuration'] ?? 3600),
        ...(description === undefined ? {} : { Description: description }),
        ...(boundary === undefined ? {} : { PermissionsBoundary: boundary }),
        ...(tags.length === 0 ? {} : { Tags: tags }),
      });
    } catch (error) {
      if (!(context.isRetry && isNamed(error, 'EntityAlreadyExistsException'))) throw error;
    }
    context.exists(RoleName);
    await attachAndPut(RoleName, properties, context);
    return read(RoleName, context);
  },
  async update(current, properties, context) {
    check(properties);
    const { physicalId, properties: before } = current;
    const isOther = (name: string) => textOf(before, name) !== textOf(properties, name);
    if (isOther('RoleName') || isOther('Path')) return 'replace';
    await updateItself(physicalId, before, properties, context);
    await attachAndPut(physicalId, properties, context);
    await detachAndDelete(physicalId, before, properties, context);
    await updateTags(physicalId, before, properties, context);
    return read(physicalId, context);
  },
  async delete({ physicalId: RoleName }, context) {
    try {
      const attached = await context.call<{ AttachedPolicies: AttachedPolicy[] }>('IAM', 'ListAttachedRolePolicies', {
        RoleName,
      });
      for (const { PolicyArn } of attached.AttachedPolicies) {
        await context.call('IAM', 'DetachRolePolicy', { RoleName, PolicyArn });
      }
      const inline = await context.call<{ PolicyNames: string[] }>('IAM', 'ListRolePolicies', { RoleName });
      for (const PolicyName of inline.PolicyNames) {
        await context.call('IAM', 'DeleteRolePolicy', { RoleName, PolicyName });
      }
      await context.call('IAM', 'DeleteRole', { RoleName });
    } catch (error) {
      if (!isNamed(error, 'NoSuchEntityException')) throw error;
    }
  },
};
