import { NotSimulatedError } from '../../aws/errors.ts';
import { checkProperties, textOf } from '../../cloudformation/properties.ts';
import type { ResourceProvider } from '../../cloudformation/provider.ts';
import { type JsonMap, TemplateError } from '../../cloudformation/template.ts';
import type { FunctionConfig } from '../../lambda/function-config.ts';
import type { Deployment } from '../deployment.ts';
import { fixed } from './fixed.ts';
import { wholeNumber } from './numbers.ts';

const VERSION = 'AWS::Lambda::Version';

/** A published version. The stack is made once, so it is what the function is. */
export function versionProvider(deployment: Deployment): ResourceProvider {
  return fixed(VERSION, (properties, { logicalId }) => {
    if (properties['ProvisionedConcurrencyConfig'] !== undefined)
      throw new NotSimulatedError(`${VERSION} with ProvisionedConcurrencyConfig: give it to the alias`);
    checkProperties(VERSION, properties, { FunctionName: 'text', Description: 'text', CodeSha256: 'text' }, [
      'FunctionName',
    ]);
    const named = textOf(properties, 'FunctionName') ?? '';
    const { config, arn } = functionNamed(deployment, named, logicalId);
    if (arn !== config.arn)
      throw new TemplateError(`${logicalId}: a version is published of a function, not of ${arn}`);
    if (deployment.versions.some(({ functionArn }) => functionArn === config.arn))
      throw new TemplateError(
        `A version for this Lambda function exists ( 1 ). Modify the function to create a new version.`,
      );
    deployment.versions.push({ functionArn: config.arn, version: '1' });
    const versionArn = `${config.arn}:1`;
    return { physicalId: versionArn, attributes: { FunctionArn: versionArn, Version: '1' } };
  });
}

const ALIAS = 'AWS::Lambda::Alias';
const ALIAS_NAME = /^(?!^[0-9]+$)[a-zA-Z0-9_-]{1,128}$/;

export function aliasProvider(deployment: Deployment): ResourceProvider {
  return fixed(ALIAS, (properties, { logicalId }) => {
    if (properties['RoutingConfig'] !== undefined) throw new NotSimulatedError(`${ALIAS} with RoutingConfig`);
    const known = {
      FunctionName: 'text',
      FunctionVersion: 'text',
      Name: 'text',
      Description: 'text',
      ProvisionedConcurrencyConfig: 'json',
    } as const;
    checkProperties(ALIAS, properties, known, ['FunctionName', 'FunctionVersion', 'Name']);
    const name = textOf(properties, 'Name') ?? '';
    if (!ALIAS_NAME.test(name)) throw new TemplateError(`${logicalId}: ${name} is no name for an alias`);
    const { config } = functionNamed(deployment, textOf(properties, 'FunctionName') ?? '', logicalId);
    const version = textOf(properties, 'FunctionVersion') ?? '';
    const isPublished = deployment.versions.some(
      (candidate) => candidate.functionArn === config.arn && candidate.version === version,
    );
    if (version !== '$LATEST' && !isPublished) throw new TemplateError(`Function not found: ${config.arn}:${version}`);
    const arn = `${config.arn}:${name}`;
    if (deployment.aliases.some((other) => other.arn === arn)) throw new TemplateError(`Alias already exists: ${arn}`);
    const provisionedConcurrency = provisioned(properties, config, version);
    deployment.aliases.push({ arn, functionArn: config.arn, version, provisionedConcurrency });
    return { physicalId: arn, attributes: { AliasArn: arn } };
  });
}

function provisioned(properties: JsonMap, config: FunctionConfig, version: string): number {
  if (properties['ProvisionedConcurrencyConfig'] === undefined) return 0;
  const given = properties['ProvisionedConcurrencyConfig'] as JsonMap;
  const name = 'ProvisionedConcurrentExecutions';
  checkProperties(`${ALIAS}.ProvisionedConcurrencyConfig`, given, { [name]: 'number' }, [name]);
  if (version === '$LATEST')
    throw new TemplateError('Provisioned Concurrency Configs cannot be applied to unpublished function versions.');
  const count = wholeNumber(ALIAS, given, name, [1, 900], 0);
  if (count > (config.reservedConcurrency ?? Infinity))
    throw new TemplateError(
      'Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function',
    );
  return count;
}

/** The function that a property names: by name or ARN, or by the ARN of one of its versions or aliases. */
export function functionNamed(
  deployment: Deployment,
  named: string,
  logicalId: string,
): { config: FunctionConfig; arn: string } {
  const config = deployment.functions.find(({ name, arn }) => named === name || named === arn);
  if (config) return { config, arn: config.arn };
  const qualified = [
    ...deployment.aliases,
    ...deployment.versions.map(({ functionArn, version }) => ({ functionArn, arn: `${functionArn}:${version}` })),
  ].find(({ arn }) => arn === named);
  const owner = deployment.functions.find(({ arn }) => arn === qualified?.functionArn);
  if (!owner) throw new TemplateError(`${logicalId}: Function not found: ${named}`);
  return { config: owner, arn: named };
}
