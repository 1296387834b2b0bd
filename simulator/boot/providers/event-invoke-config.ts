import { decideForCaller } from '../../aws/iam/authorizer.ts';
import { checkProperties, textOf } from '../../cloudformation/properties.ts';
import type { ResourceProvider } from '../../cloudformation/provider.ts';
import { type JsonMap, TemplateError } from '../../cloudformation/template.ts';
import type { Deployment } from '../deployment.ts';
import { fixed } from './fixed.ts';

const TYPE = 'AWS::Lambda::EventInvokeConfig';
const KNOWN = {
  FunctionName: 'text',
  Qualifier: 'text',
  MaximumRetryAttempts: 'number',
  MaximumEventAgeInSeconds: 'number',
  DestinationConfig: 'json',
} as const;

/** What becomes of a function's asynchronous invocations. Lambda takes no destination that the function's role cannot send to. */
export function eventInvokeConfigProvider(deployment: Deployment): ResourceProvider {
  return fixed(TYPE, (properties, context) => {
    checkProperties(TYPE, properties, KNOWN, ['FunctionName', 'Qualifier']);
    const named = textOf(properties, 'FunctionName') ?? '';
    const config = deployment.functions.find(({ name, arn }) => named === name || named === arn);
    if (!config) throw new TemplateError(`${context.logicalId}: Function not found: ${named}`);
    if (properties['Qualifier'] !== '$LATEST')
      throw new TemplateError(`${context.logicalId}: only the qualifier $LATEST is simulated`);
    if (deployment.eventInvokeConfigs.some(({ functionArn }) => functionArn === config.arn))
      throw new TemplateError(`${context.logicalId}: ${named} has an event invoke config already`);
    const onFailure = destinationOf(properties['DestinationConfig'] as JsonMap | undefined);
    if (onFailure !== undefined) {
      const caller = { roleArn: config.roleArn, sessionName: config.name };
      const { allowed } = decideForCaller(context, caller, { action: 'sqs:SendMessage', resource: onFailure });
      if (!allowed)
        throw new TemplateError(
          `${context.logicalId}: the function execution role does not have permissions to call SendMessage on ${onFailure}`,
        );
    }
    deployment.eventInvokeConfigs.push({
      functionArn: config.arn,
      maximumRetryAttempts: numberIn(properties, 'MaximumRetryAttempts', [0, 2], 2),
      maximumEventAgeSeconds: numberIn(properties, 'MaximumEventAgeInSeconds', [60, 21_600], 21_600),
      onFailure,
    });
    return { physicalId: `${config.name}|$LATEST`, attributes: {} };
  });
}

/** The queue that gets what failed. Other kinds of destinations are not simulated. */
function destinationOf(given: JsonMap = {}): string | undefined {
  checkProperties(`${TYPE}.DestinationConfig`, given, { OnFailure: 'json' });
  if (given['OnFailure'] === undefined) return undefined;
  const onFailure = given['OnFailure'] as JsonMap;
  checkProperties(`${TYPE}.DestinationConfig.OnFailure`, onFailure, { Destination: 'text' }, ['Destination']);
  const arn = textOf(onFailure, 'Destination') ?? '';
  if (!/^arn:aws:sqs:[^:]+:\d{12}:[^:]+$/.test(arn) || arn.endsWith('.fifo'))
    throw new TemplateError(`${TYPE}: ${arn} is no standard queue, and nothing else is simulated as a destination`);
  return arn;
}

function numberIn(
  properties: JsonMap,
  name: string,
  [low, high]: readonly [number, number],
  otherwise: number,
): number {
  const value = Number(properties[name] ?? otherwise);
  if (!Number.isInteger(value) || value < low || value > high)
    throw new TemplateError(`${TYPE}: ${name} must be between ${low} and ${high}, not ${properties[name]}`);
  return value;
}
