import { generatedName } from '../naming.ts';
import { checkProperties, documentText, textOf } from '../properties.ts';
import type { ProvidedResource, ProviderContext, ResourceProvider } from '../provider.ts';
import { type JsonMap, TemplateError } from '../template.ts';

const TYPE = 'AWS::Events::Rule';
const NAME_CHARACTERS = 64;
const MAX_TARGETS = 5;

const PROPERTIES = {
  Name: 'text',
  Description: 'text',
  EventPattern: 'json',
  ScheduleExpression: 'text',
  State: 'text',
  Targets: 'maps',
} as const;

const TARGET = {
  Id: 'text',
  Arn: 'text',
  RoleArn: 'text',
  Input: 'text',
  InputTransformer: 'json',
  DeadLetterConfig: 'json',
  RetryPolicy: 'json',
  SqsParameters: 'json',
} as const;

const RETRIES = { MaximumRetryAttempts: 'number', MaximumEventAgeInSeconds: 'number' } as const;

function check(properties: JsonMap): void {
  checkProperties(TYPE, properties, PROPERTIES);
  for (const target of targetsOf(properties)) {
    checkProperties(`${TYPE}.Target`, target, TARGET, ['Id', 'Arn']);
    const nested = (name: string, known: Parameters<typeof checkProperties>[2], required: readonly string[] = []) => {
      if (target[name] !== undefined) checkProperties(`${TYPE}.${name}`, target[name] as JsonMap, known, required);
    };
    nested('InputTransformer', { InputPathsMap: 'json', InputTemplate: 'text' }, ['InputTemplate']);
    nested('DeadLetterConfig', { Arn: 'text' });
    nested('RetryPolicy', RETRIES);
    nested('SqsParameters', { MessageGroupId: 'text' }, ['MessageGroupId']);
  }
  const ids = targetsOf(properties).map(({ Id }) => String(Id));
  if (ids.length > MAX_TARGETS) throw new TemplateError(`a rule has at most ${MAX_TARGETS} targets, not ${ids.length}`);
  if (new Set(ids).size < ids.length)
    throw new TemplateError(`the ids of a rule's targets must differ: ${ids.join(', ')}`);
}

function targetsOf(properties: JsonMap): JsonMap[] {
  return (properties['Targets'] ?? []) as JsonMap[];
}

/** CloudFormation takes numbers as texts; the API does not. */
function asInput(target: JsonMap): object {
  const retries = target['RetryPolicy'] as JsonMap | undefined;
  if (!retries) return target;
  const numbers = Object.entries(retries).map(([name, value]) => [name, Number(value)]);
  return { ...target, RetryPolicy: Object.fromEntries(numbers) };
}

async function put(Name: string, properties: JsonMap, context: ProviderContext): Promise<void> {
  const pattern = properties['EventPattern'];
  const optional = (name: string) => (properties[name] === undefined ? {} : { [name]: textOf(properties, name) });
  await context.call('EventBridge', 'PutRule', {
    Name,
    ...(pattern === undefined ? {} : { EventPattern: documentText(pattern) }),
    ...optional('Description'),
    ...optional('ScheduleExpression'),
    ...optional('State'),
  });
  context.exists(Name);
  const Targets = targetsOf(properties).map(asInput);
  if (Targets.length === 0) return;
  await requireAll(context.call('EventBridge', 'PutTargets', { Rule: Name, Targets }));
}

async function read(Name: string, context: ProviderContext): Promise<ProvidedResource> {
  const { Arn = '' } = await context.call<{ Arn?: string }>('EventBridge', 'DescribeRule', { Name });
  return { physicalId: Name, attributes: { Arn } };
}

async function removeTargets(Rule: string, Ids: readonly string[], context: ProviderContext): Promise<void> {
  if (Ids.length > 0) await requireAll(context.call('EventBridge', 'RemoveTargets', { Rule, Ids }));
}

async function requireAll(answer: Promise<unknown>): Promise<void> {
  const { FailedEntryCount, FailedEntries } = (await answer) as { FailedEntryCount: number; FailedEntries: object[] };
  if (FailedEntryCount > 0) throw new TemplateError(`targets of the rule failed: ${JSON.stringify(FailedEntries)}`);
}

async function exists(Name: string, context: ProviderContext): Promise<boolean> {
  try {
    await context.call('EventBridge', 'DescribeRule', { Name });
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return false;
    throw error;
  }
}

export const eventsRuleProvider: ResourceProvider = {
  type: TYPE,
  seconds: [30, 62],
  async create(properties, context) {
    check(properties);
    const name = textOf(properties, 'Name') ?? generatedName(context, NAME_CHARACTERS);
    if (!context.isRetry && (await exists(name, context)))
      throw new TemplateError(`${name} already exists in stack or account`);
    await put(name, properties, context);
    return read(name, context);
  },
  async update(current, properties, context) {
    check(properties);
    if (textOf(properties, 'Name') !== textOf(current.properties, 'Name')) return 'replace';
    const wanted = targetsOf(properties).map(({ Id }) => String(Id));
    const { Targets } = await context.call<{ Targets?: { Id?: string }[] }>('EventBridge', 'ListTargetsByRule', {
      Rule: current.physicalId,
    });
    const gone = (Targets ?? []).map(({ Id }) => Id ?? '').filter((id) => !wanted.includes(id));
    await removeTargets(current.physicalId, gone, context);
    await put(current.physicalId, properties, context);
    return read(current.physicalId, context);
  },
  async delete({ physicalId: Name }, context) {
    if (!(await exists(Name, context))) return;
    const { Targets } = await context.call<{ Targets?: { Id?: string }[] }>('EventBridge', 'ListTargetsByRule', {
      Rule: Name,
    });
    await removeTargets(
      Name,
      (Targets ?? []).map(({ Id }) => Id ?? ''),
      context,
    );
    await context.call('EventBridge', 'DeleteRule', { Name });
  },
};
