import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import type { Part, StackParts } from '../../shared/dashboard/stack-parts.ts';

type FunctionDefinition = { readonly memorySize?: number; readonly architecture?: string };
type Resource = { readonly Type?: string; readonly Condition?: string };
type Service = { readonly provider: { readonly memorySize: number; readonly architecture: string } };

/** Not a part of the stack but the template of each cluster's own. */
const OTHER_TEMPLATES = ['resources/cluster-stack.yml'];

/** Reads from the sources of the stack what its dashboard shows: a new function, queue, run or alarm is on it by itself. */
export function readStackParts(root: string): StackParts {
  const { provider } = read<Service>(root, 'serverless.yml');
  const functions = Object.entries(merged<FunctionDefinition>(root, 'functions/*/function.yml', (file) => file));
  const resources = Object.entries(
    merged<Resource>(
      root,
      'resources/*.yml',
      (file) => (file as { Resources?: Record<string, Resource> }).Resources ?? {},
    ),
  );
  const ofType = (...types: string[]) =>
    // What a condition may leave out cannot be referred to.
    resources
      .filter(([, { Type = '', Condition }]) => types.includes(Type) && Condition === undefined)
      .map(([id]) => id);
  const part = (id: string, ref: string, ending = ''): Part => ({ ref, label: words(id.replace(ending, '')) });
  return {
    functions: functions.map(([name, { memorySize, architecture }]) => ({
      ref: `\${${name.charAt(0).toUpperCase()}${name.slice(1)}LambdaFunction}`,
      label: words(name),
      memoryMb: memorySize ?? provider.memorySize,
      architecture: (architecture ?? provider.architecture) === 'x86_64' ? 'x86_64' : 'arm64',
    })),
    machines: ofType('AWS::StepFunctions::StateMachine').map((id) => part(id, `\${${id}}`, 'StateMachine')),
    queues: ofType('AWS::SQS::Queue').map((id) => ({
      ...part(id, `\${${id}.QueueName}`, 'Queue'),
      // Where Lambda puts what it could not do is a place of dead letters too.
      isDeadLetters: /DeadLetters$|^Failed/.test(id),
    })),
    alarms: ofType('AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm').map((id) => part(id, `\${${id}.Arn}`)),
  };
}

function merged<T>(
  root: string,
  pattern: string,
  partOf: (file: Record<string, unknown>) => object,
): Record<string, T> {
  const files = globSync(pattern, { cwd: root })
    .sort()
    .filter((file) => !OTHER_TEMPLATES.includes(file));
  return Object.assign({}, ...files.map((file) => partOf(read(root, file)))) as Record<string, T>;
}

/** Tags such as !Sub are left as what they stand before: only types, names and sizes are read here. */
function read<T = Record<string, unknown>>(root: string, file: string): T {
  const document = parseDocument(readFileSync(join(root, file), 'utf8'), { logLevel: 'silent', merge: true });
  return document.toJS() as T;
}

function words(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}
