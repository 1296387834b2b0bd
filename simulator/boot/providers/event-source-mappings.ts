import { NotSimulatedError } from '../../aws/errors.ts';
import { decideForCaller } from '../../aws/iam/authorizer.ts';
import { settingOf } from '../../aws/services/sqs/attributes.ts';
import { queueArn, queueOfArn } from '../../aws/services/sqs/state.ts';
import { checkProperties, textOf, textsOf } from '../../cloudformation/properties.ts';
import type { ProviderContext, ResourceProvider } from '../../cloudformation/provider.ts';
import { type JsonMap, TemplateError } from '../../cloudformation/template.ts';
import type { FunctionConfig } from '../../lambda/function-config.ts';
import type { Deployment } from '../deployment.ts';
import { fixed } from './fixed.ts';
import { wholeNumber } from './numbers.ts';
import { functionNamed } from './versions.ts';

const TYPE = 'AWS::Lambda::EventSourceMapping';
const KNOWN = {
  EventSourceArn: 'text',
  FunctionName: 'text',
  BatchSize: 'number',
  MaximumBatchingWindowInSeconds: 'number',
  FunctionResponseTypes: 'texts',
  ScalingConfig: 'json',
  Enabled: 'boolean',
  Tags: 'tags',
} as const;
const NOT_SIMULATED = ['FilterCriteria', 'ProvisionedPollerConfig', 'MetricsConfig', 'KmsKeyArn', 'LoggingConfig'];
/** What Lambda asks of the function's role, in the order in which it says what is missing. */
const ACTIONS = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'];
const RECEIVED_AT_ONCE = 10;

/** Mappings of queues to functions. Lambda refuses at creation what could not work: so does this. */
export function mappingProvider(deployment: Deployment): ResourceProvider {
  return fixed(TYPE, (properties, context) => {
    for (const name of NOT_SIMULATED)
      if (properties[name] !== undefined) throw new NotSimulatedError(`${TYPE} with ${name}`);
    checkProperties(TYPE, properties, KNOWN, ['EventSourceArn', 'FunctionName']);
    const sourceArn = textOf(properties, 'EventSourceArn') ?? '';
    const named = textOf(properties, 'FunctionName') ?? '';
    const { config, arn: targetArn } = functionNamed(deployment, named, context.logicalId);
    const mapping = {
      id: mappingId(context),
      queueArn: sourceArn,
      targetArn,
      ...batching(properties),
      reportsItemFailures: reportsItemFailures(properties),
      maximumConcurrency: maximumConcurrency(properties),
      isEnabled: String(properties['Enabled'] ?? true) === 'true',
    };
    checkQueue(context, sourceArn, config);
    if (deployment.mappings.some((other) => other.queueArn === sourceArn && other.targetArn === targetArn))
      throw new TemplateError(
        `An event source mapping with SQS arn ("${sourceArn}") and function ("${named}") already exists.`,
      );
    deployment.mappings.push(mapping);
    const { id } = mapping;
    const arn = `arn:aws:lambda:${context.region}:${context.accountId}:event-source-mapping:${id}`;
    return { physicalId: id, attributes: { Id: id, EventSourceMappingArn: arn } };
  });
}

function mappingId({ simulation, stackName, logicalId }: ProviderContext): string {
  const hex = (part: number, digits: number) =>
    Math.floor(simulation.between(`mapping:${stackName}:${logicalId}:${part}`, 0, 16 ** digits))
      .toString(16)
      .padStart(digits, '0');
  return `${hex(0, 8)}-${hex(1, 4)}-4${hex(2, 3)}-a${hex(3, 3)}-${hex(4, 12)}`;
}

function batching(properties: JsonMap): { batchSize: number; windowSeconds: number } {
  const batchSize = wholeNumber(TYPE, properties, 'BatchSize', [1, 10_000], 10);
  const windowSeconds = wholeNumber(TYPE, properties, 'MaximumBatchingWindowInSeconds', [0, 300], 0);
  if (batchSize > RECEIVED_AT_ONCE && windowSeconds === 0)
    throw new TemplateError(
      'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10',
    );
  return { batchSize, windowSeconds };
}

function reportsItemFailures(properties: JsonMap): boolean {
  const types = textsOf(properties, 'FunctionResponseTypes');
  const unknown = types.filter((type) => type !== 'ReportBatchItemFailures');
  if (unknown.length > 0 || types.length > 1)
    throw new TemplateError(`${TYPE}: FunctionResponseTypes is at most [ReportBatchItemFailures], not ${types}`);
  return types.length === 1;
}

function maximumConcurrency(properties: JsonMap): number | undefined {
  if (properties['ScalingConfig'] === undefined) return undefined;
  const scaling = properties['ScalingConfig'] as JsonMap;
  checkProperties(`${TYPE}.ScalingConfig`, scaling, { MaximumConcurrency: 'number' });
  if (scaling['MaximumConcurrency'] === undefined) return undefined;
  return wholeNumber(TYPE, scaling, 'MaximumConcurrency', [2, 1000], 0);
}

function checkQueue(context: ProviderContext, arn: string, config: FunctionConfig): void {
  const queue = queueOfArn(context.simulation, arn);
  if (!/^arn:aws:sqs:/.test(arn)) throw new NotSimulatedError(`${TYPE} of ${arn}: only queues are`);
  if (!queue || arn !== queueArn(context, queue.name))
    throw new TemplateError(
      `Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist: ${arn}`,
    );
  const caller = { roleArn: config.roleArn, sessionName: config.name };
  const by = { resource: queue.attributes['Policy'] };
  const tags = Object.entries(queue.tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value]);
  for (const action of ACTIONS) {
    const request = { action: `sqs:${action}`, resource: arn, context: Object.fromEntries(tags) };
    if (!decideForCaller(context, caller, request, by).allowed)
      throw new TemplateError(`The provided execution role does not have permissions to call ${action} on SQS`);
  }
  const visibility = settingOf(queue, 'VisibilityTimeout');
  if (visibility < config.timeoutSeconds)
    throw new TemplateError(
      `Queue visibility timeout: ${visibility} seconds is less than Function timeout: ${config.timeoutSeconds} seconds`,
    );
}
