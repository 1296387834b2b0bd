import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  isRecord,
  type Json,
  type JsonMap,
  parseTemplate,
  type Template,
} from '../../simulator/cloudformation/template.ts';
import { frozenJson } from '../../simulator/kubernetes/api/json.ts';
import { readPackage } from '../../simulator/package-output.ts';
import { ROOT } from './source-graph.ts';

export const COMPILED_TEMPLATE_FILE = join(ROOT, '.serverless/cloudformation-template-update-stack.json');
export const CLUSTER_STACK_FILE = join(ROOT, 'resources/cluster-stack.yml');

let compiled: Template | undefined;

/** The compiled template of the deployment, which package-once keeps fresh. The same for all who ask, so nobody can change it. */
export function compiledTemplate(): Template {
  compiled ??= frozenJson(readPackage(ROOT).template);
  return compiled;
}
/** The template of one cluster's stack. */
export const clusterTemplate = (): Template => parseTemplate(readFileSync(CLUSTER_STACK_FILE, 'utf8'));

export type NamedResource = {
  readonly id: string;
  readonly properties: JsonMap;
  readonly resource: Template['Resources'][string];
};

export function resourcesOf(template: Template, type: string): NamedResource[] {
  return Object.entries(template.Resources).flatMap(([id, resource]) =>
    resource.Type === type ? [{ id, resource, properties: resource.Properties ?? {} }] : [],
  );
}

/** The logical id that a Ref or a GetAtt names. */
export function referenceOf(value: Json | undefined): string | undefined {
  if (!isRecord(value)) return undefined;
  const { Ref: ref, 'Fn::GetAtt': attribute } = value;
  if (typeof ref === 'string') return ref;
  return Array.isArray(attribute) ? String(attribute[0]) : undefined;
}

export function listOf<T>(value: T | readonly T[] | undefined): T[] {
  return value === undefined ? [] : Array.isArray(value) ? [...value] : [value as T];
}
