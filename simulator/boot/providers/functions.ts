import { join } from 'node:path';
import { checkProperties, textOf } from '../../cloudformation/properties.ts';
import type { ResourceProvider } from '../../cloudformation/provider.ts';
import { type JsonMap, TemplateError } from '../../cloudformation/template.ts';
import { ACCOUNT_CONCURRENCY } from '../../lambda/runtime.ts';
import type { Deployment } from '../deployment.ts';
import { fixed } from './fixed.ts';

const FUNCTION = 'AWS::Lambda::Function';
const LEFT_TO_OTHERS = 100;

type Place = {
  /** The checkout, with the handlers' sources. */
  readonly root: string;
  /** What the package carries beside them; the checkout when left out. */
  readonly taskRoot?: string;
  /** Where the layer's content lies; Lambda mounts it at /opt. */
  readonly layerFolder: string;
};

/** Functions, wired to their handlers' sources, with the environment, role and limits of the template. */
export function functionProvider(deployment: Deployment, place: Place): ResourceProvider {
  return fixed(FUNCTION, (properties, context) => {
    checkProperties(
      FUNCTION,
      properties,
      {
        Code: 'json',
        Handler: 'text',
        Runtime: 'text',
        FunctionName: 'text',
        MemorySize: 'number',
        ReservedConcurrentExecutions: 'number',
        Timeout: 'number',
        Architectures: 'texts',
        Description: 'text',
        Environment: 'json',
        Role: 'text',
        Layers: 'texts',
        LoggingConfig: 'json',
        Tags: 'tags',
        VpcConfig: 'json',
      },
      ['Code', 'Handler', 'Runtime', 'FunctionName', 'Role'],
    );
    const name = textOf(properties, 'FunctionName') ?? '';
    const arn = `arn:aws:lambda:${context.region}:${context.accountId}:function:${name}`;
    if (!deployment.logGroups.has(`/aws/lambda/${name}`))
      throw new TemplateError(`${name} has no log group in the template`);
    deployment.functions.push({
      name,
      arn,
      roleArn: textOf(properties, 'Role') ?? '',
      ...sourceOf(textOf(properties, 'Handler') ?? '', place),
      environment: {
        ...mountLayer(environmentOf(properties), place),
        AWS_REGION: context.region,
        AWS_LAMBDA_FUNCTION_NAME: name,
        LAMBDA_TASK_ROOT: place.taskRoot ?? place.root,
        // The functions' own log lines would bury the story.
        POWERTOOLS_LOG_LEVEL: 'SILENT',
      },
      timeoutSeconds: Number(properties['Timeout'] ?? 3),
      ...reserved(properties, deployment),
    });
    return { physicalId: name, attributes: { Arn: arn } };
  });
}

/** Reservations must leave 100 of the account's concurrency to the functions without one. */
function reserved(properties: JsonMap, deployment: Deployment): { reservedConcurrency?: number } {
  const given = properties['ReservedConcurrentExecutions'];
  if (given === undefined) return {};
  const reservedConcurrency = Number(given);
  if (!Number.isInteger(reservedConcurrency) || reservedConcurrency < 0)
    throw new TemplateError(`${FUNCTION}: ReservedConcurrentExecutions must be a whole number, not ${given}`);
  const others = deployment.functions.reduce((sum, config) => sum + (config.reservedConcurrency ?? 0), 0);
  if (ACCOUNT_CONCURRENCY - others - reservedConcurrency < LEFT_TO_OTHERS)
    throw new TemplateError(
      `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${LEFT_TO_OTHERS}].`,
    );
  return { reservedConcurrency };
}

/** `functions/cluster/handler.handler` is the export `handler` of functions/cluster/handler.ts. */
function sourceOf(handler: string, place: Place): { sourceFile: string; exportName: string } {
  const dot = handler.lastIndexOf('.');
  return { sourceFile: join(place.root, `${handler.slice(0, dot)}.ts`), exportName: handler.slice(dot + 1) };
}

function environmentOf(properties: JsonMap): Record<string, string> {
  const { Variables = {} } = (properties['Environment'] ?? {}) as { Variables?: JsonMap };
  return Object.fromEntries(Object.entries(Variables).map(([key, value]) => [key, String(value)]));
}

function mountLayer(environment: Record<string, string>, place: Place): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).map(([key, value]) => [
      key,
      value.startsWith('/opt/') ? join(place.layerFolder, value.slice('/opt/'.length)) : value,
    ]),
  );
}

const PERMISSION = 'AWS::Lambda::Permission';

export function permissionProvider(deployment: Deployment): ResourceProvider {
  return fixed(PERMISSION, (properties, { logicalId }) => {
    const known = {
      FunctionName: 'text',
      Action: 'text',
      Principal: 'text',
      SourceArn: 'text',
      SourceAccount: 'text',
    } as const;
    checkProperties(PERMISSION, properties, known, ['FunctionName', 'Action', 'Principal']);
    if (properties['Action'] !== 'lambda:InvokeFunction')
      throw new TemplateError(`${logicalId}: only lambda:InvokeFunction is known`);
    deployment.permissions.push({
      functionArn: textOf(properties, 'FunctionName') ?? '',
      principal: textOf(properties, 'Principal') ?? '',
      sourceArn: textOf(properties, 'SourceArn'),
    });
    return { physicalId: logicalId, attributes: {} };
  });
}

export const layerProvider = fixed('AWS::Lambda::LayerVersion', (properties, { region, accountId }) => {
  const known = {
    Content: 'json',
    LayerName: 'text',
    Description: 'text',
    CompatibleRuntimes: 'texts',
    CompatibleArchitectures: 'texts',
  } as const;
  checkProperties('AWS::Lambda::LayerVersion', properties, known, ['Content']);
  const arn = `arn:aws:lambda:${region}:${accountId}:layer:${textOf(properties, 'LayerName')}:1`;
  return { physicalId: arn, attributes: {} };
});
