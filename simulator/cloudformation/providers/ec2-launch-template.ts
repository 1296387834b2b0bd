import type { CreateLaunchTemplateResult, LaunchTemplate } from '@aws-sdk/client-ec2';
import { generatedName } from '../naming.ts';
import { checkProperties, textOf } from '../properties.ts';
import type { ProvidedResource, ProviderContext, ResourceProvider } from '../provider.ts';
import { isRecord, type Json, type JsonMap } from '../template.ts';

const TYPE = 'AWS::EC2::LaunchTemplate';

/** Members that the API takes as numbers or booleans; parameters reach a template as text. */
const NUMBERS = ['VolumeSize', 'Iops', 'Throughput', 'HttpPutResponseHopLimit', 'DeviceIndex', 'NetworkCardIndex'];
const BOOLEANS = ['Encrypted', 'DeleteOnTermination', 'EbsOptimized', 'Enabled'];

function check(properties: JsonMap): void {
  const known = {
    LaunchTemplateName: 'text',
    LaunchTemplateData: 'json',
    TagSpecifications: 'maps',
    VersionDescription: 'text',
  } as const;
  checkProperties(TYPE, properties, known, ['LaunchTemplateData']);
}

function typed(value: Json, name = ''): Json {
  if (Array.isArray(value)) return value.map((item) => typed(item));
  if (isRecord(value)) {
    return Object.fromEntries(Object.entries(value as JsonMap).map(([key, item]) => [key, typed(item, key)]));
  }
  if (NUMBERS.includes(name)) return Number(value);
  if (BOOLEANS.includes(name)) return String(value) === 'true';
  return value;
}

function provided(template: LaunchTemplate | undefined): ProvidedResource {
  const id = template?.LaunchTemplateId ?? '';
  const version = (number: number | undefined) => String(number ?? 1);
  return {
    physicalId: id,
    attributes: {
      LaunchTemplateId: id,
      LatestVersionNumber: version(template?.LatestVersionNumber),
      DefaultVersionNumber: version(template?.DefaultVersionNumber),
    },
  };
}

async function read(id: string, context: ProviderContext): Promise<ProvidedResource> {
  const input = { LaunchTemplateIds: [id] };
  const found = await context.call<{ LaunchTemplates: LaunchTemplate[] }>('EC2', 'DescribeLaunchTemplates', input);
  return provided(found.LaunchTemplates[0]);
}

export const launchTemplateProvider: ResourceProvider = {
  type: TYPE,
  seconds: [3, 6],
  async create(properties, context) {
    check(properties);
    const name = textOf(properties, 'LaunchTemplateName') ?? generatedName(context, 128);
    const description = textOf(properties, 'VersionDescription');
    // The client token makes a repeated call answer with the template that is there.
    const { LaunchTemplate: made } = await context.call<CreateLaunchTemplateResult>('EC2', 'CreateLaunchTemplate', {
      LaunchTemplateName: name,
      LaunchTemplateData: typed(properties['LaunchTemplateData'] ?? {}),
      ...(properties['TagSpecifications'] === undefined ? {} : { TagSpecifications: properties['TagSpecifications'] }),
      ...(description === undefined ? {} : { VersionDescription: description }),
      ClientToken: generatedName(context, 64),
    });
    context.exists(made?.LaunchTemplateId ?? '');
    return read(made?.LaunchTemplateId ?? '', context);
  },
  async update(current, properties, context) {
    check(properties);
    const isOther = (name: string) => JSON.stringify(current.properties[name]) !== JSON.stringify(properties[name]);
    if (isOther('LaunchTemplateName') || isOther('TagSpecifications')) return 'replace';
    if (isOther('LaunchTemplateData')) {
      await context.call('EC2', 'CreateLaunchTemplateVersion', {
        LaunchTemplateId: current.physicalId,
        LaunchTemplateData: typed(properties['LaunchTemplateData'] ?? {}),
      });
    }
    return read(current.physicalId, context);
  },
  async delete({ physicalId }, context) {
    try {
      await context.call('EC2', 'DeleteLaunchTemplate', { LaunchTemplateId: physicalId });
    } catch (error) {
      if (!(error instanceof Error && error.name.startsWith('InvalidLaunchTemplateId'))) throw error;
    }
  },
};
