import type { InputTransformer as InputTransformerInput } from '@aws-sdk/client-eventbridge';
import { NotSimulatedError } from '../../errors.ts';
import type { Envelope } from './events/envelope.ts';
import { invalid } from './failures.ts';

/** Values of the event by name, and the JSON that they are put into. */
export type InputTransformer = { readonly paths: Readonly<Record<string, string>>; readonly template: string };

const MAX_TEMPLATE_CHARACTERS = 8192;
const MAX_PATHS = 100;
const PLACEHOLDER = /<([^<>]+)>/g;

/** A transformer as PutTargets takes it: a template of JSON whose placeholders stand for whole values. */
export function readTransformer(targetId: string, input: InputTransformerInput): InputTransformer {
  const { InputPathsMap: paths = {}, InputTemplate: template = '' } = input;
  const entries = Object.entries(paths);
  if (entries.length > MAX_PATHS) throw invalid(`InputPathsMap of target ${targetId} has more than 100 entries.`);
  for (const [name, path] of entries) {
    if (!/^[A-Za-z0-9_-]+$/.test(name) || /^aws/i.test(name))
      throw invalid(`InputPathsMap of target ${targetId} has the invalid key ${name}.`);
    if (!/^\$(\.[A-Za-z0-9_-]+)*$/.test(path)) throw new NotSimulatedError(`the path ${path} in an InputPathsMap`);
  }
  if (template === '' || template.length > MAX_TEMPLATE_CHARACTERS)
    throw invalid(`InputTemplate of target ${targetId} must have 1 to 8192 characters.`);
  for (const [, name = ''] of template.matchAll(PLACEHOLDER)) {
    if (name.startsWith('aws.')) throw new NotSimulatedError(`the placeholder <${name}> in an InputTemplate`);
    if (!Object.hasOwn(paths, name)) throw invalid(`Invalid placeholder <${name}> in InputTemplate of ${targetId}.`);
  }
  const texts = template.match(/"(?:[^"\\]|\\.)*"/g) ?? [];
  if (texts.some((text) => text.includes('<')))
    throw new NotSimulatedError('placeholders inside the texts of an InputTemplate');
  if (!isJson(template.replaceAll(PLACEHOLDER, 'null')))
    throw new NotSimulatedError('an InputTemplate that is not JSON once its placeholders are filled');
  return { paths, template };
}

/** What the target gets in place of the event: texts are put into quotes. */
export function transformed({ paths, template }: InputTransformer, event: Envelope): string {
  return template.replaceAll(PLACEHOLDER, (_, name: string) => {
    const value = (paths[name] ?? '$')
      .split('.')
      .slice(1)
      .reduce<unknown>((found, key) => (found as Readonly<Record<string, unknown>> | undefined)?.[key], event);
    if (value === undefined) throw new NotSimulatedError(`an event without ${paths[name]} for an InputTransformer`);
    return JSON.stringify(value);
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
