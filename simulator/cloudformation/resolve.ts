import type { ParameterValues } from './parameters.ts';
import { isRecord, type Json, type JsonMap, type Template, TemplateError } from './template.ts';

/** What is known when a value is resolved. */
export type Scope = {
  readonly template: Template;
  readonly parameters: ParameterValues;
  readonly pseudo: PseudoParameters;
  readonly conditions: Readonly<Record<string, boolean>>;
  /** What exists so far, by logical id. */
  readonly resources: Readonly<Record<string, { readonly physicalId: string; readonly attributes: Readonly<JsonMap> }>>;
};

export type PseudoParameters = {
  readonly 'AWS::AccountId': string;
  readonly 'AWS::Region': string;
  readonly 'AWS::Partition': string;
  readonly 'AWS::URLSuffix': string;
  readonly 'AWS::StackName': string;
  readonly 'AWS::StackId': string;
};

/** What `{ Ref: AWS::NoValue }` becomes: the member or the list item that holds it is left out. */
const NO_VALUE = Symbol('AWS::NoValue');
type Resolved = Json | typeof NO_VALUE;

type Intrinsic = (argument: Json, scope: Scope) => Resolved;

const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  Ref: (argument, scope) => reference(text(argument, 'Ref'), scope),
  'Fn::GetAtt': (argument, scope) => attribute(...getAttParts(argument), scope),
  'Fn::Sub': substitute,
  'Fn::Join': (argument, scope) => {
    const [separator, items] = list(argument, 'Fn::Join', 2, scope);
    if (!Array.isArray(items)) throw new TemplateError('Fn::Join needs a list');
    return items.map((item) => text(item, 'an item of Fn::Join')).join(text(separator, 'the separator of Fn::Join'));
  },
  'Fn::Select': (argument, scope) => {
    const [index, items] = list(argument, 'Fn::Select', 2, scope);
    const item = Array.isArray(items) ? items[Number(index)] : undefined;
    if (item === undefined)
      throw new TemplateError(`Fn::Select cannot select nonexistent value at index ${String(index)}`);
    return item;
  },
  'Fn::Split': (argument, scope) => {
    const [separator, source] = list(argument, 'Fn::Split', 2, scope);
    return text(source, 'the source of Fn::Split').split(text(separator, 'the separator of Fn::Split'));
  },
  'Fn::FindInMap': (argument, scope) => {
    const [map, first, second] = list(argument, 'Fn::FindInMap', 3, scope).map((part) => text(part, 'Fn::FindInMap'));
    const value = scope.template.Mappings?.[map ?? '']?.[first ?? '']?.[second ?? ''];
    if (value === undefined) throw new TemplateError(`Unable to get mapping for ${map}::${first}::${second}`);
    return value;
  },
  'Fn::If': (argument, scope) => resolvePart(chosenBranch(argument, scope.conditions), scope),
  'Fn::ImportValue': () => {
    throw new TemplateError('Fn::ImportValue: no other stack exports anything in the simulator');
  },
};

/** A value with its intrinsic functions replaced. */
export function resolve(value: Json, scope: Scope): Json {
  const resolved = resolvePart(value, scope);
  if (resolved === NO_VALUE) throw new TemplateError('AWS::NoValue where a value is needed');
  return resolved;
}

/** The properties of one resource with its intrinsic functions replaced. */
export function resolveProperties(scope: Scope, logicalId: string): JsonMap {
  try {
    return resolve(scope.template.Resources[logicalId]?.Properties ?? {}, scope) as JsonMap;
  } catch (error) {
    if (error instanceof TemplateError) throw new TemplateError(`[${logicalId}] ${error.message}`);
    throw error;
  }
}

/** The branch of an Fn::If that counts. */
export function chosenBranch(argument: Json, conditions: Readonly<Record<string, boolean>>): Json {
  const [name, yes, no] = Array.isArray(argument) && argument.length === 3 ? argument : [];
  const holds = typeof name === 'string' && Object.hasOwn(conditions, name) ? conditions[name] : undefined;
  const branch = holds === true ? yes : no;
  if (holds === undefined || branch === undefined)
    throw new TemplateError(`Fn::If names no condition: ${String(name)}`);
  return branch;
}

/** The logical id and the attribute of an Fn::GetAtt in either form. */
export function getAttParts(argument: Json): [string, string] {
  const parts = typeof argument === 'string' ? argument.split(/\.(.*)/s, 2) : argument;
  if (!Array.isArray(parts) || parts.length !== 2)
    throw new TemplateError('Fn::GetAtt needs a resource and an attribute');
  return [text(parts[0], 'Fn::GetAtt'), text(parts[1], 'Fn::GetAtt')];
}

/** The names in `${…}` of a Sub string, without the escaped ones. */
export function subNames(source: string): string[] {
  return [...source.matchAll(/\$\{([^}]*)\}/g)]
    .map((match) => (match[1] ?? '').trim())
    .filter((name) => !name.startsWith('!'));
}

function resolvePart(value: Json, scope: Scope): Resolved {
  if (Array.isArray(value)) {
    return value.map((item) => resolvePart(item, scope)).filter((item): item is Json => item !== NO_VALUE);
  }
  if (!isRecord(value)) return value;
  const entries = Object.entries(value as JsonMap);
  const [first] = entries;
  if (first && entries.length === 1 && isIntrinsic(first[0])) {
    const intrinsic = INTRINSICS[first[0]];
    if (!intrinsic) throw new TemplateError(`intrinsic function ${first[0]} is not simulated here`);
    return intrinsic(first[1], scope);
  }
  const members = entries.map(([key, item]) => {
    if (isIntrinsic(key) && key !== 'Condition') throw new TemplateError(`${key} stands beside other members`);
    return [key, resolvePart(item, scope)] as const;
  });
  return Object.fromEntries(members.filter((member): member is [string, Json] => member[1] !== NO_VALUE));
}

/** `Condition` alone is a function in the Conditions section only: in policies it is an ordinary member. */
function isIntrinsic(key: string): boolean {
  return key === 'Ref' || key.startsWith('Fn::');
}

function reference(name: string, scope: Scope): Resolved {
  if (name === 'AWS::NoValue') return NO_VALUE;
  if (name.startsWith('AWS::')) {
    const value = (scope.pseudo as Readonly<Record<string, string>>)[name];
    if (value === undefined) throw new TemplateError(`pseudo parameter ${name} is not simulated`);
    return value;
  }
  const parameter = Object.hasOwn(scope.parameters, name) ? scope.parameters[name] : undefined;
  return parameter ?? existing(name, scope).physicalId;
}

function attribute(logicalId: string, name: string, scope: Scope): Json {
  const value = existing(logicalId, scope).attributes[name];
  const type = scope.template.Resources[logicalId]?.Type ?? '';
  if (value === undefined) throw new TemplateError(`Requested attribute ${name} does not exist in schema for ${type}`);
  return value;
}

function existing(logicalId: string, scope: Scope) {
  const resource = Object.hasOwn(scope.resources, logicalId) ? scope.resources[logicalId] : undefined;
  if (!resource) throw new TemplateError(`Unresolved resource dependencies [${logicalId}]`);
  return resource;
}

function substitute(argument: Json, scope: Scope): string {
  const [source, more] = Array.isArray(argument) ? argument : [argument, {}];
  if (Array.isArray(argument) && argument.length !== 2)
    throw new TemplateError('Fn::Sub needs a text and its variables');
  const variables = (more ?? {}) as JsonMap;
  return text(source, 'Fn::Sub').replace(/\$\{([^}]*)\}/g, (_all, inner: string) => {
    const name = inner.trim();
    if (name.startsWith('!')) return `\${${name.slice(1)}}`;
    if (Object.hasOwn(variables, name)) return text(resolve(variables[name] ?? null, scope), `\${${name}}`);
    const dot = name.indexOf('.');
    const value = dot < 0 ? reference(name, scope) : attribute(name.slice(0, dot), name.slice(dot + 1), scope);
    return text(value === NO_VALUE ? null : value, `\${${name}}`);
  });
}

function list(argument: Json, name: string, length: number, scope: Scope): Json[] {
  if (!Array.isArray(argument) || argument.length !== length)
    throw new TemplateError(`${name} needs ${length} arguments`);
  return argument.map((part) => resolve(part, scope));
}

function text(value: Json | undefined, what: string): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') throw new TemplateError(`${what} must be text`);
  return value;
}
