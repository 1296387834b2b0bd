import type { RequestLaunchTemplateData } from '@aws-sdk/client-ec2';
import type { Simulation } from '../../../core/simulation.ts';
import { SimulatedAwsError } from '../../errors.ts';
import { ec2World, type LaunchTemplate } from './world.ts';

export type TemplateReference = {
  LaunchTemplateId?: string | undefined;
  LaunchTemplateName?: string | undefined;
  Version?: string | undefined;
};

/** Finds a template by its id or its name; exactly one of them must be given. */
export function findTemplate(simulation: Simulation, reference: TemplateReference): LaunchTemplate {
  const { LaunchTemplateId: id, LaunchTemplateName: name } = reference;
  if ((id === undefined) === (name === undefined)) {
    throw new SimulatedAwsError(
      'InvalidParameterValue',
      'Exactly one of the launch template ID and the launch template name is needed.',
    );
  }
  const { launchTemplates } = ec2World(simulation);
  if (id !== undefined) {
    const found = launchTemplates[id];
    if (found) return found;
    throw new SimulatedAwsError(
      'InvalidLaunchTemplateId.NotFound',
      `The specified launch template, with template ID ${id}, does not exist.`,
    );
  }
  const named = Object.values(launchTemplates).find((template) => template.name === name);
  if (named) return named;
  throw new SimulatedAwsError(
    'InvalidLaunchTemplateName.NotFoundException',
    `The specified launch template, with template name ${name}, does not exist.`,
  );
}

/** The version that `$Latest`, `$Default` (which nothing here moves from 1), a number or nothing means. */
export function templateVersion(
  template: LaunchTemplate,
  version: string | undefined,
): LaunchTemplate['versions'][number] {
  const number =
    version === '$Latest'
      ? template.versions.length
      : version === undefined || version === '$Default'
        ? 1
        : Number(version);
  const found = template.versions.find((candidate) => candidate.number === number);
  if (found) return found;
  throw new SimulatedAwsError(
    'InvalidLaunchTemplateId.VersionNotFound',
    `Could not find the specified version ${version} for the launch template with ID ${template.id}.`,
  );
}

export function templateData(
  simulation: Simulation,
  reference: TemplateReference,
): { template: LaunchTemplate; version: string; data: RequestLaunchTemplateData } {
  const template = findTemplate(simulation, reference);
  const { number, data } = templateVersion(template, reference.Version);
  return { template, version: String(number), data };
}
