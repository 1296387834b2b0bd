import type { GetPolicyResponse, PolicyVersion } from '@aws-sdk/client-iam';
import { generatedName } from '../naming.ts';
import { checkProperties, documentText, textOf, textsOf } from '../properties.ts';
import type { ProvidedResource, ProviderContext, ResourceProvider } from '../provider.ts';
import type { JsonMap } from '../template.ts';

const TYPE = 'AWS::IAM::ManagedPolicy';
const MAX_VERSIONS = 5;

const isNamed = (error: unknown, name: string) => error instanceof Error && error.name === name;

function check(properties: JsonMap): void {
  const known = {
    ManagedPolicyName: 'text',
    Description: 'text',
    Path: 'text',
    PolicyDocument: 'json',
    Roles: 'texts',
  } as const;
  checkProperties(TYPE, properties, known, ['PolicyDocument']);
}

async function read(PolicyArn: string, context: ProviderContext): Promise<ProvidedResource> {
  const { Policy } = await context.call<GetPolicyResponse>('IAM', 'GetPolicy', { PolicyArn });
  return { physicalId: PolicyArn, attributes: { PolicyArn, PolicyId: Policy?.PolicyId ?? '' } };
}

/** Attaches the policy to its roles and detaches it from those that it is no longer for. */
async function attach(
  PolicyArn: string,
  before: readonly string[],
  after: readonly string[],
  context: ProviderContext,
) {
  for (const RoleName of after) await context.call('IAM', 'AttachRolePolicy', { RoleName, PolicyArn });
  for (const RoleName of before.filter((name) => !after.includes(name))) {
    await context.call('IAM', 'DetachRolePolicy', { RoleName, PolicyArn });
  }
}

async function addVersion(PolicyArn: string, PolicyDocument: string, context: ProviderContext): Promise<void> {
  const { Versions } = await context.call<{ Versions: PolicyVersion[] }>('IAM', 'ListPolicyVersions', { PolicyArn });
  const oldest = Versions.filter(({ IsDefaultVersion }) => IsDefaultVersion !== true).at(-1);
  if (Versions.length >= MAX_VERSIONS && oldest) {
    await context.call('IAM', 'DeletePolicyVersion', { PolicyArn, VersionId: oldest.VersionId });
  }
  await context.call('IAM', 'CreatePolicyVersion', { PolicyArn, PolicyDocument, SetAsDefault: true });
}

export const managedPolicyProvider: ResourceProvider = {
  type: TYPE,
  seconds: [10, 18],
  async create(properties, context) {
    check(properties);
    const PolicyName = textOf(properties, 'ManagedPolicyName') ?? generatedName(context, 128);
    const Path = textOf(properties, 'Path') ?? '/';
    const description = textOf(properties, 'Description');
    const PolicyArn = `arn:aws:iam::${context.accountId}:policy${Path}${PolicyName}`;
    try {
      await context.call('IAM', 'CreatePolicy', {
        PolicyName,
        Path,
        PolicyDocument: documentText(properties['PolicyDocument']),
        ...(description === undefined ? {} : { Description: description }),
      });
    } catch (error) {
      if (!(context.isRetry && isNamed(error, 'EntityAlreadyExistsException'))) throw error;
    }
    context.exists(PolicyArn);
    await attach(PolicyArn, [], textsOf(properties, 'Roles'), context);
    return read(PolicyArn, context);
  },
  async update(current, properties, context) {
    check(properties);
    const { physicalId, properties: before } = current;
    const isOther = (name: string) => textOf(before, name) !== textOf(properties, name);
    if (isOther('ManagedPolicyName') || isOther('Path') || isOther('Description')) return 'replace';
    const document = documentText(properties['PolicyDocument']);
    if (document !== documentText(before['PolicyDocument'])) await addVersion(physicalId, document, context);
    await attach(physicalId, textsOf(before, 'Roles'), textsOf(properties, 'Roles'), context);
    return read(physicalId, context);
  },
  async delete({ physicalId: PolicyArn, properties }, context) {
    try {
      await attach(PolicyArn, textsOf(properties, 'Roles'), [], context);
      const { Versions } = await context.call<{ Versions: PolicyVersion[] }>('IAM', 'ListPolicyVersions', {
        PolicyArn,
      });
      for (const { VersionId } of Versions.filter(({ IsDefaultVersion }) => IsDefaultVersion !== true)) {
        await context.call('IAM', 'DeletePolicyVersion', { PolicyArn, VersionId });
      }
      await context.call('IAM', 'DeletePolicy', { PolicyArn });
    } catch (error) {
      if (!isNamed(error, 'NoSuchEntityException')) throw error;
    }
  },
};
