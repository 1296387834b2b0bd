import type {
  CreateLaunchTemplateRequest,
  CreateLaunchTemplateResult,
  CreateLaunchTemplateVersionRequest,
  CreateLaunchTemplateVersionResult,
  DeleteLaunchTemplateRequest,
  DeleteLaunchTemplateResult,
  DescribeLaunchTemplatesRequest,
  DescribeLaunchTemplatesResult,
  DescribeLaunchTemplateVersionsRequest,
  DescribeLaunchTemplateVersionsResult,
  LaunchTemplateVersion,
  LaunchTemplate as LaunchTemplateView,
} from '@aws-sdk/client-ec2';
import { NotSimulatedError, SimulatedAwsError } from '../../errors.ts';
import { filtered } from './filters.ts';
import { findTemplate, templateVersion } from './launch-templates.ts';
import { describeOperation, ec2Access, ec2Arn, ec2Operation, requestTagKeys, resourceTagKeys } from './operations.ts';
import { pageOf } from './paging.ts';
import { creationTagAccess, specifiedTags, tagList } from './tags.ts';
import { ec2World, type LaunchTemplate, newId } from './world.ts';

const NAME = /^[a-zA-Z0-9().\-/_]{3,128}$/;

const ownTags = (input: CreateLaunchTemplateRequest) =>
  specifiedTags(input.TagSpecifications, ['launch-template'])['launch-template'] ?? {};

export const createLaunchTemplate = ec2Operation<CreateLaunchTemplateRequest, CreateLaunchTemplateResult>({
  authorize: (input, context) => [
    ec2Access(
      context,
      'ec2:CreateLaunchTemplate',
      ec2Arn(context, 'launch-template', '*'),
      requestTagKeys(ownTags(input)),
    ),
    ...creationTagAccess(context, 'launch-template', ownTags(input), 'CreateLaunchTemplate'),
  ],
  run(input, { simulation, caller }) {
    const world = ec2World(simulation);
    const { LaunchTemplateName: name = '', LaunchTemplateData: data = {}, ClientToken: token } = input;
    if (!NAME.test(name)) {
      throw new SimulatedAwsError(
        'InvalidLaunchTemplateName.MalformedException',
        'A launch template name must be between 3 and 128 characters, and may contain letters, numbers, and ()./_-',
      );
    }
    const templates = Object.values(world.launchTemplates);
    const repeated = token && templates.find((template) => template.clientToken === token);
    if (repeated) return { LaunchTemplate: viewOf(repeated) };
    if (templates.some((template) => template.name === name)) {
      throw new SimulatedAwsError(
        'InvalidLaunchTemplateName.AlreadyExistsException',
        'Launch template name already in use.',
      );
    }
    const template: LaunchTemplate = {
      id: newId(simulation, 'lt'),
      name,
      clientToken: token ?? null,
      createdMs: simulation.now(),
      createdBy: caller.roleArn,
      versions: [{ number: 1, description: input.VersionDescription ?? null, createdMs: simulation.now(), data }],
      tags: ownTags(input),
    };
    world.launchTemplates[template.id] = template;
    return { LaunchTemplate: viewOf(template) };
  },
});

export const createLaunchTemplateVersion = ec2Operation<
  CreateLaunchTemplateVersionRequest,
  CreateLaunchTemplateVersionResult
>({
  authorize(input, context) {
    const { id, tags } = findTemplate(context.simulation, input);
    const arn = ec2Arn(context, 'launch-template', id);
    return [ec2Access(context, 'ec2:CreateLaunchTemplateVersion', arn, resourceTagKeys(tags))];
  },
  run(input, { simulation }) {
    if (input.SourceVersion || input.ClientToken || input.ResolveAlias) {
      throw new NotSimulatedError('CreateLaunchTemplateVersion other than by the whole data');
    }
    const template = findTemplate(simulation, input);
    const version = {
      number: template.versions.length + 1,
      description: input.VersionDescription ?? null,
      createdMs: simulation.now(),
      data: input.LaunchTemplateData ?? {},
    };
    template.versions.push(version);
    return { LaunchTemplateVersion: versionView(template, version) };
  },
});

export const describeLaunchTemplates = describeOperation<DescribeLaunchTemplatesRequest, DescribeLaunchTemplatesResult>(
  'ec2:DescribeLaunchTemplates',
  (input, { simulation }) => {
    const wanted = [
      ...(input.LaunchTemplateIds ?? []).map((LaunchTemplateId) => findTemplate(simulation, { LaunchTemplateId })),
      ...(input.LaunchTemplateNames ?? []).map((LaunchTemplateName) =>
        findTemplate(simulation, { LaunchTemplateName }),
      ),
    ];
    const asked = wanted.length > 0 ? wanted : Object.values(ec2World(simulation).launchTemplates);
    const found = filtered<LaunchTemplate>(
      asked,
      input.Filters,
      {
        'create-time': (template) => new Date(template.createdMs).toISOString(),
        'launch-template-name': (template) => template.name,
      },
      ({ tags }) => tags,
    );
    const page = pageOf(found, ({ id }) => id, input, { min: 1, max: 200, unasked: 200 });
    return { LaunchTemplates: page.items.map(viewOf), ...page.nextToken };
  },
);

export const describeLaunchTemplateVersions = describeOperation<
  DescribeLaunchTemplateVersionsRequest,
  DescribeLaunchTemplateVersionsResult
>('ec2:DescribeLaunchTemplateVersions', (input, { simulation }) => {
  if (input.Filters || input.MinVersion || input.MaxVersion || input.ResolveAlias) {
    throw new NotSimulatedError('DescribeLaunchTemplateVersions other than by template and versions');
  }
  const template = findTemplate(simulation, input);
  const versions = input.Versions?.map((version) => templateVersion(template, version)) ?? template.versions;
  const page = pageOf(versions, ({ number }) => String(number).padStart(9, '0'), input, {
    min: 1,
    max: 200,
    unasked: 200,
  });
  return {
    LaunchTemplateVersions: page.items.map((version) => versionView(template, version)),
    ...page.nextToken,
  };
});

export const deleteLaunchTemplate = ec2Operation<DeleteLaunchTemplateRequest, DeleteLaunchTemplateResult>({
  authorize(input, context) {
    const { id, tags } = findTemplate(context.simulation, input);
    return [
      ec2Access(context, 'ec2:DeleteLaunchTemplate', ec2Arn(context, 'launch-template', id), resourceTagKeys(tags)),
    ];
  },
  run(input, { simulation }) {
    const template = findTemplate(simulation, input);
    delete ec2World(simulation).launchTemplates[template.id];
    return { LaunchTemplate: viewOf(template) };
  },
});

function viewOf(template: LaunchTemplate): LaunchTemplateView {
  return {
    LaunchTemplateId: template.id,
    LaunchTemplateName: template.name,
    CreateTime: new Date(template.createdMs),
    CreatedBy: template.createdBy,
    DefaultVersionNumber: 1,
    LatestVersionNumber: template.versions.length,
    Tags: tagList(template.tags),
  };
}

function versionView(template: LaunchTemplate, version: LaunchTemplate['versions'][number]): LaunchTemplateVersion {
  return {
    LaunchTemplateId: template.id,
    LaunchTemplateName: template.name,
    VersionNumber: version.number,
    VersionDescription: version.description ?? undefined,
    CreateTime: new Date(version.createdMs),
    CreatedBy: template.createdBy,
    DefaultVersion: version.number === 1,
    // The request's shape and the answer's differ in the spelling of their enumerations' types alone.
    LaunchTemplateData: version.data as NonNullable<LaunchTemplateVersion['LaunchTemplateData']>,
  };
}
