import {
  type CollectionTag,
  isAlias,
  isMap,
  isSeq,
  parseDocument,
  type ScalarTag,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonMap = { [key: string]: Json };

export type TemplateResource = {
  Type: string;
  Properties?: JsonMap;
  DependsOn?: string | string[];
  Condition?: string;
  DeletionPolicy?: 'Delete' | 'Retain' | 'RetainExceptOnCreate';
  UpdateReplacePolicy?: 'Delete' | 'Retain';
  UpdatePolicy?: JsonMap;
  Metadata?: Json;
};

export type TemplateParameter = {
  Type: string;
  Default?: string | number;
  AllowedValues?: (string | number)[];
  AllowedPattern?: string;
  MinLength?: number;
  MaxLength?: number;
  MinValue?: number;
  MaxValue?: number;
  ConstraintDescription?: string;
  Description?: string;
  NoEcho?: boolean;
};

export type TemplateOutput = { Value: Json; Description?: string; Condition?: string; Export?: { Name: Json } };

export type Template = {
  AWSTemplateFormatVersion?: string;
  Description?: string;
  Metadata?: Json;
  Parameters?: Record<string, TemplateParameter>;
  Mappings?: Record<string, Record<string, JsonMap>>;
  Conditions?: Record<string, Json>;
  Resources: Record<string, TemplateResource>;
  Outputs?: Record<string, TemplateOutput>;
};

/** The template is one that CloudFormation refuses, or says something that the simulator does not know. */
export class TemplateError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TemplateError';
  }
}

const SECTIONS = [
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Parameters',
  'Mappings',
  'Conditions',
  'Resources',
  'Outputs',
];
const RESOURCE_MEMBERS = [
  'Type',
  'Properties',
  'DependsOn',
  'Condition',
  'DeletionPolicy',
  'UpdateReplacePolicy',
  'UpdatePolicy',
  'Metadata',
];
const PARAMETER_MEMBERS = [
  'Type',
  'Default',
  'AllowedValues',
  'AllowedPattern',
  'MinLength',
  'MaxLength',
  'MinValue',
  'MaxValue',
  'ConstraintDescription',
  'Description',
  'NoEcho',
];

const parsed = new Map<string, Template>();

/** Reads a template, JSON or YAML with the short forms of the intrinsic functions, and checks its shape. */
export function parseTemplate(body: string): Template {
  const known = parsed.get(body);
  if (known) return known;
  const document = parseDocument(body, { customTags: SHORT_FORMS, schema: 'core' });
  const [fault] = [...document.errors, ...document.warnings];
  if (fault) throw new TemplateError(`Template format error: ${fault.message.split('\n', 1)[0]}`);
  visit(document, { Alias: refuseAlias });
  const template = checkTemplate(document.toJS());
  parsed.set(body, template);
  return template;
}

function refuseAlias(): never {
  throw new TemplateError('Template error: YAML aliases are not allowed in CloudFormation templates');
}

export function checkTemplate(value: unknown): Template {
  if (!isRecord(value)) throw new TemplateError('Template format error: unsupported structure.');
  refuseUnknown(value, SECTIONS, 'Invalid template property or properties');
  const template = value as Template;
  if (!isRecord(template.Resources) || Object.keys(template.Resources).length === 0) {
    throw new TemplateError('Template format error: At least one Resources member must be defined.');
  }
  for (const [id, resource] of Object.entries(template.Resources)) {
    if (!/^[A-Za-z0-9]{1,255}$/.test(id)) {
      throw new TemplateError(`Template format error: Resource name ${id} is non alphanumeric.`);
    }
    refuseUnknown(resource, RESOURCE_MEMBERS, `Invalid template resource property in ${id}`);
    if (typeof resource.Type !== 'string') throw new TemplateError(`Template format error: [${id}] needs a Type`);
    const policies = [resource.DeletionPolicy ?? 'Delete', resource.UpdateReplacePolicy ?? 'Delete'];
    if (!policies.every((policy) => ['Delete', 'Retain', 'RetainExceptOnCreate'].includes(policy))) {
      throw new TemplateError(`Template format error: Unrecognized or unsimulated deletion policy in ${id}`);
    }
    checkUpdatePolicy(id, resource);
  }
  for (const [name, parameter] of Object.entries(template.Parameters ?? {})) {
    refuseUnknown(parameter, PARAMETER_MEMBERS, `Invalid template parameter property in ${name}`);
  }
  return template;
}

const ALIAS_UPDATE = ['ApplicationName', 'DeploymentGroupName', 'BeforeAllowTrafficHook', 'AfterAllowTrafficHook'];

/** A stack is made once here, so a policy for updates is checked and does nothing: that of an alias, which CodeDeploy shifts. */
function checkUpdatePolicy(id: string, { Type, UpdatePolicy }: TemplateResource): void {
  if (UpdatePolicy === undefined) return;
  if (Type !== 'AWS::Lambda::Alias') throw new TemplateError(`UpdatePolicy of ${Type} (${id}) is not simulated`);
  refuseUnknown(UpdatePolicy, ['CodeDeployLambdaAliasUpdate'], `Invalid update policy in ${id}`);
  const update = UpdatePolicy['CodeDeployLambdaAliasUpdate'];
  refuseUnknown(update, ALIAS_UPDATE, `Invalid update policy in ${id}`);
  const { ApplicationName, DeploymentGroupName } = update as JsonMap;
  if (ApplicationName === undefined || DeploymentGroupName === undefined)
    throw new TemplateError(`the update policy of ${id} needs an ApplicationName and a DeploymentGroupName`);
}

const FUNCTIONS = [
  'Base64',
  'Cidr',
  'FindInMap',
  'GetAZs',
  'ImportValue',
  'Join',
  'Select',
  'Split',
  'Sub',
  'Transform',
];
const CONDITION_FUNCTIONS = ['And', 'Equals', 'If', 'Not', 'Or'];

/** `!Sub x` is `{ Fn::Sub: x }`; `!Ref` and `!Condition` have no prefix, and `!GetAtt a.b` is split at its first dot. */
const SHORT_FORMS: (ScalarTag | CollectionTag)[] = [
  ...[...FUNCTIONS, ...CONDITION_FUNCTIONS].flatMap((name) => tagsFor(name, `Fn::${name}`)),
  ...tagsFor('Ref', 'Ref'),
  ...tagsFor('Condition', 'Condition'),
  ...tagsFor('GetAtt', 'Fn::GetAtt'),
];

function tagsFor(tag: string, key: string): (ScalarTag | CollectionTag)[] {
  const wrap = (value: unknown) => ({ [key]: value });
  const split = (text: string) => [text.slice(0, text.indexOf('.')), text.slice(text.indexOf('.') + 1)];
  return [
    { tag: `!${tag}`, resolve: (text: string) => wrap(key === 'Fn::GetAtt' ? split(text) : text) },
    { tag: `!${tag}`, collection: 'seq', resolve: (node: YAMLMap | YAMLSeq) => wrap(plain(node)) },
    { tag: `!${tag}`, collection: 'map', resolve: (node: YAMLMap | YAMLSeq) => wrap(plain(node)) },
  ];
}

function plain(node: unknown): unknown {
  if (isAlias(node)) refuseAlias();
  if (isSeq(node)) return node.items.map(plain);
  if (isMap(node)) return Object.fromEntries(node.items.map((pair) => [String(plain(pair.key)), plain(pair.value)]));
  return isRecord(node) && 'value' in node ? node['value'] : node;
}

function refuseUnknown(value: unknown, known: readonly string[], message: string): void {
  if (!isRecord(value)) throw new TemplateError(`Template format error: ${message}`);
  const unknown = Object.keys(value).filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new TemplateError(`${message} [${unknown.join(', ')}]`);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
