import { NotSimulatedError } from '../../aws/errors.ts';
import { decide } from '../../aws/iam/decide.ts';
import { parsePolicy } from '../../aws/iam/policy-document.ts';
import { cloudWatchState } from '../../aws/services/cloudwatch/state.ts';
import { roleOfArn } from '../../aws/services/iam/state.ts';
import { generatedName } from '../../cloudformation/naming.ts';
import { checkProperties, textOf, textsOf } from '../../cloudformation/properties.ts';
import type { ProviderContext, ResourceProvider } from '../../cloudformation/provider.ts';
import { type JsonMap, TemplateError } from '../../cloudformation/template.ts';
import type { Deployment } from '../deployment.ts';
import { fixed } from './fixed.ts';

const APPLICATION = 'AWS::CodeDeploy::Application';
const GROUP = 'AWS::CodeDeploy::DeploymentGroup';
const CONFIGURATIONS = [
  'AllAtOnce',
  'Linear10PercentEvery1Minute',
  'Linear10PercentEvery2Minutes',
  'Linear10PercentEvery3Minutes',
  'Linear10PercentEvery10Minutes',
  'Canary10Percent5Minutes',
  'Canary10Percent10Minutes',
  'Canary10Percent15Minutes',
  'Canary10Percent30Minutes',
].map((name) => `CodeDeployDefault.Lambda${name}`);
const ROLLBACK_EVENTS = ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'];
const NAME_CHARACTERS = 100;

/** What shifts an alias when a new version is deployed. */
export function codeDeployProviders(deployment: Pick<Deployment, 'deploymentGroups'>): ResourceProvider[] {
  const applications = new Set<string>();
  const application = fixed(APPLICATION, (properties, context) => {
    checkProperties(APPLICATION, properties, { ApplicationName: 'text', ComputePlatform: 'text', Tags: 'tags' });
    if (properties['ComputePlatform'] !== 'Lambda')
      throw new NotSimulatedError(`${APPLICATION} for ${properties['ComputePlatform'] ?? 'Server'}`);
    const name = textOf(properties, 'ApplicationName') ?? generatedName(context, NAME_CHARACTERS);
    if (applications.has(name)) throw new TemplateError(`Application already exists with name: ${name}`);
    applications.add(name);
    return { physicalId: name, attributes: {} };
  });
  const group = fixed(GROUP, (properties, context) => {
    const known = {
      ApplicationName: 'text',
      DeploymentGroupName: 'text',
      DeploymentConfigName: 'text',
      DeploymentStyle: 'json',
      ServiceRoleArn: 'text',
      AlarmConfiguration: 'json',
      AutoRollbackConfiguration: 'json',
      Tags: 'tags',
    } as const;
    checkProperties(GROUP, properties, known, ['ApplicationName', 'ServiceRoleArn']);
    const applicationName = textOf(properties, 'ApplicationName') ?? '';
    if (!applications.has(applicationName))
      throw new TemplateError(`No application found for name: ${applicationName}`);
    const configuration = textOf(properties, 'DeploymentConfigName') ?? 'CodeDeployDefault.LambdaAllAtOnce';
    if (!CONFIGURATIONS.includes(configuration))
      throw new TemplateError(`No Deployment Configuration found for name: ${configuration}`);
    checkStyle(properties['DeploymentStyle'] as JsonMap | undefined);
    checkAlarms(properties['AlarmConfiguration'] as JsonMap | undefined, context);
    checkRollback(properties['AutoRollbackConfiguration'] as JsonMap | undefined);
    const name = textOf(properties, 'DeploymentGroupName') ?? generatedName(context, NAME_CHARACTERS);
    const roleArn = textOf(properties, 'ServiceRoleArn') ?? '';
    checkServiceRole(roleArn, `${applicationName}/${name}`, context);
    deployment.deploymentGroups.push({
      name,
      roleArn,
      configuration,
      alarmNames: watchedAlarms(properties['AlarmConfiguration'] as JsonMap | undefined),
      rollsBackOn: rollbackEvents(properties['AutoRollbackConfiguration'] as JsonMap | undefined),
    });
    return { physicalId: name, attributes: {} };
  });
  return [application, group];
}

function checkStyle(style: JsonMap = {}): void {
  checkProperties(`${GROUP}.DeploymentStyle`, style, { DeploymentOption: 'text', DeploymentType: 'text' });
  if (style['DeploymentOption'] !== 'WITH_TRAFFIC_CONTROL' || style['DeploymentType'] !== 'BLUE_GREEN')
    throw new TemplateError(
      'For Lambda deployment group, the DeploymentStyle must be BLUE_GREEN and WITH_TRAFFIC_CONTROL',
    );
}

function checkAlarms(configuration: JsonMap | undefined, { simulation }: ProviderContext): void {
  if (configuration === undefined) return;
  const known = { Alarms: 'maps', Enabled: 'boolean', IgnorePollAlarmFailure: 'boolean' } as const;
  checkProperties(`${GROUP}.AlarmConfiguration`, configuration, known);
  for (const alarm of (configuration['Alarms'] ?? []) as JsonMap[]) {
    checkProperties(`${GROUP}.Alarm`, alarm, { Name: 'text' }, ['Name']);
    const name = textOf(alarm, 'Name') ?? '';
    const { alarms, composites } = cloudWatchState(simulation);
    if (!Object.hasOwn(alarms, name) && !Object.hasOwn(composites, name))
      throw new TemplateError(`${GROUP}: there is no alarm ${name} to roll back on`);
  }
}

function watchedAlarms(configuration: JsonMap = {}): string[] {
  if (configuration['Enabled'] !== true) return [];
  return ((configuration['Alarms'] ?? []) as JsonMap[]).map((alarm) => textOf(alarm, 'Name') ?? '');
}

function rollbackEvents(configuration: JsonMap = {}): string[] {
  return configuration['Enabled'] === true ? textsOf(configuration, 'Events') : [];
}

function checkRollback(configuration: JsonMap | undefined): void {
  if (configuration === undefined) return;
  checkProperties(`${GROUP}.AutoRollbackConfiguration`, configuration, { Enabled: 'boolean', Events: 'texts' });
  const unknown = textsOf(configuration, 'Events').filter((event) => !ROLLBACK_EVENTS.includes(event));
  if (unknown.length > 0) throw new TemplateError(`${GROUP}: unknown rollback events ${unknown.join(', ')}`);
}

/** CodeDeploy says for which account and group it assumes the role. */
function checkServiceRole(arn: string, group: string, { simulation, region, accountId }: ProviderContext): void {
  const role = roleOfArn(simulation, arn);
  if (!role) throw new TemplateError(`CodeDeploy cannot assume the role ${arn}: there is none`);
  const { allowed } = decide(
    {
      principal: { kind: 'service', service: 'codedeploy.amazonaws.com' },
      identity: [],
      resource: parsePolicy(role.trust, 'trust'),
      resourceMustAllow: true,
    },
    {
      action: 'sts:AssumeRole',
      resource: role.arn,
      context: {
        'aws:SourceAccount': accountId,
        'aws:SourceArn': `arn:aws:codedeploy:${region}:${accountId}:deploymentgroup:${group}`,
      },
    },
  );
  if (!allowed) throw new TemplateError(`CodeDeploy cannot assume the role ${arn}: its trust policy does not let it`);
}
