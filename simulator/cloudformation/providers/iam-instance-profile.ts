import type { GetInstanceProfileResponse } from '@aws-sdk/client-iam';
import { generatedName } from '../naming.ts';
import { checkProperties, textOf, textsOf } from '../properties.ts';
import type { ProvidedResource, ProviderContext, ResourceProvider } from '../provider.ts';
import { type JsonMap, TemplateError } from '../template.ts';

const TYPE = 'AWS::IAM::InstanceProfile';

const isNamed = (error: unknown, name: string) => error instanceof Error && error.name === name;

function roleOf(properties: JsonMap): string {
  checkProperties(TYPE, properties, { InstanceProfileName: 'text', Path: 'text', Roles: 'texts' }, ['Roles']);
  const [role, ...others] = textsOf(properties, 'Roles');
  if (role === undefined || others.length > 0) throw new TemplateError(`${TYPE} takes exactly one role`);
  return role;
}

const get = (InstanceProfileName: string, context: ProviderContext) =>
  context.call<GetInstanceProfileResponse>('IAM', 'GetInstanceProfile', { InstanceProfileName });

/** Makes the profile hold exactly that role, and says what it is. */
async function hold(
  InstanceProfileName: string,
  RoleName: string,
  context: ProviderContext,
): Promise<ProvidedResource> {
  const { InstanceProfile } = await get(InstanceProfileName, context);
  const [held] = InstanceProfile?.Roles ?? [];
  if (held && held.RoleName !== RoleName) {
    await context.call('IAM', 'RemoveRoleFromInstanceProfile', { InstanceProfileName, RoleName: held.RoleName });
  }
  if (held?.RoleName !== RoleName) {
    await context.call('IAM', 'AddRoleToInstanceProfile', { InstanceProfileName, RoleName });
  }
  return { physicalId: InstanceProfileName, attributes: { Arn: InstanceProfile?.Arn ?? '' } };
}

export const instanceProfileProvider: ResourceProvider = {
  type: TYPE,
  // CloudFormation waits for the profile to be seen everywhere.
  seconds: [112, 135],
  async create(properties, context) {
    const role = roleOf(properties);
    const InstanceProfileName = textOf(properties, 'InstanceProfileName') ?? generatedName(context, 128);
    try {
      await context.call('IAM', 'CreateInstanceProfile', {
        InstanceProfileName,
        Path: textOf(properties, 'Path') ?? '/',
      });
    } catch (error) {
      if (!(context.isRetry && isNamed(error, 'EntityAlreadyExistsException'))) throw error;
    }
    context.exists(InstanceProfileName);
    return hold(InstanceProfileName, role, context);
  },
  async update(current, properties, context) {
    const role = roleOf(properties);
    const isOther = (name: string) => textOf(current.properties, name) !== textOf(properties, name);
    if (isOther('InstanceProfileName') || isOther('Path')) return 'replace';
    return hold(current.physicalId, role, context);
  },
  async delete({ physicalId: InstanceProfileName }, context) {
    try {
      const { InstanceProfile } = await get(InstanceProfileName, context);
      for (const { RoleName } of InstanceProfile?.Roles ?? []) {
        await context.call('IAM', 'RemoveRoleFromInstanceProfile', { InstanceProfileName, RoleName });
      }
      await context.call('IAM', 'DeleteInstanceProfile', { InstanceProfileName });
    } catch (error) {
      if (!isNamed(error, 'NoSuchEntityException')) throw error;
    }
  },
};
