import { isArnPattern } from './arn-patterns.ts';
import { parseOperator } from './conditions.ts';
import { namesKnownAction } from './known-actions.ts';
import { hasVariable } from './policy-variables.ts';

/** Where a policy stands: on an identity (or as its boundary), on a resource, or as a role's trust. */
export type PolicyKind = 'identity' | 'resource' | 'trust';

/** Principals of one type: AWS ARNs and account ids, or service names. `*` is everyone. */
export type PolicyPrincipal = { readonly type: 'AWS' | 'Federated' | 'Service' | 'Everyone'; readonly value: string };

export type PolicyStatement = {
  readonly sid: string | undefined;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  /** True for NotAction. */
  readonly exceptActions: boolean;
  readonly resources: readonly string[];
  /** True for NotResource. */
  readonly exceptResources: boolean;
  readonly principals: readonly PolicyPrincipal[];
  readonly conditions: readonly {
    readonly operator: string;
    readonly key: string;
    readonly values: readonly string[];
  }[];
};

/** A policy that has been checked in full; made by `parsePolicy` alone. */
export type PolicyDocument = { readonly kind: PolicyKind; readonly statements: readonly PolicyStatement[] };

/** The document is not one that IAM would take, or says something that the simulator cannot evaluate. */
export class PolicyError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PolicyError';
  }
}

const parsed: Readonly<Record<PolicyKind, Map<string, PolicyDocument>>> = {
  identity: new Map(),
  resource: new Map(),
  trust: new Map(),
};

/** Reads a policy, strictly: an unknown element, operator, action or a malformed resource throws PolicyError. */
export function parsePolicy(source: string | object, kind: PolicyKind): PolicyDocument {
  const json = typeof source === 'string' ? source : JSON.stringify(source);
  const known = parsed[kind].get(json);
  if (known) return known;
  const document = { kind, statements: readDocument(json, kind) };
  parsed[kind].set(json, document);
  return document;
}

type Json = Readonly<Record<string, unknown>>;

function readDocument(json: string, kind: PolicyKind): PolicyStatement[] {
  let document: unknown;
  try {
    document = JSON.parse(json);
  } catch {
    throw new PolicyError('This policy contains invalid Json');
  }
  const policy = members(document, ['Version', 'Id', 'Statement'], 'policy');
  const version = policy['Version'] ?? '2008-10-17';
  if (version !== '2012-10-17' && version !== '2008-10-17') throw new PolicyError(`unknown policy version ${version}`);
  const list = Array.isArray(policy['Statement']) ? policy['Statement'] : [policy['Statement']];
  if (list.length === 0 || list[0] === undefined) throw new PolicyError('a policy needs a statement');
  const statements = list.map((statement) => readStatement(statement, kind));
  const sids = statements.flatMap(({ sid }) => sid ?? []);
  const twice = sids.find((sid, index) => sids.indexOf(sid) !== index);
  if (twice !== undefined) throw new PolicyError(`Statement IDs (SID) in a single policy must be unique: ${twice}`);
  if (version === '2008-10-17' && hasVariable(json)) {
    throw new PolicyError('a policy variable needs Version 2012-10-17; without it the text is taken literally');
  }
  return statements;
}

const STATEMENT_MEMBERS = ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Principal', 'Condition'];

function readStatement(value: unknown, kind: PolicyKind): PolicyStatement {
  const statement = members(value, STATEMENT_MEMBERS, 'statement');
  const sid = statement['Sid'];
  if (sid !== undefined && (typeof sid !== 'string' || !/^[A-Za-z0-9]*$/.test(sid))) {
    throw new PolicyError(`Statement IDs (SID) must be alpha-numeric: ${String(sid)}`);
  }
  const effect = statement['Effect'];
  if (effect !== 'Allow' && effect !== 'Deny') throw new PolicyError(`statement ${sid}: Effect must be Allow or Deny`);
  const [actions, exceptActions] = oneOf(statement, 'Action', 'NotAction');
  const unknown = actions.filter((action) => !namesKnownAction(action));
  if (unknown.length > 0) throw new PolicyError(`no such action: ${unknown.join(', ')}`);
  const [resources, exceptResources] = readResources(statement, kind);
  return {
    sid: sid === '' ? undefined : sid,
    effect,
    actions,
    exceptActions,
    resources,
    exceptResources,
    principals: readPrincipals(statement['Principal'], kind),
    conditions: readConditions(statement['Condition']),
  };
}

function readResources(statement: Json, kind: PolicyKind): [string[], boolean] {
  if (kind === 'trust') {
    if (statement['Resource'] !== undefined || statement['NotResource'] !== undefined) {
      throw new PolicyError('Has prohibited field Resource');
    }
    return [['*'], false];
  }
  const [resources, isExcept] = oneOf(statement, 'Resource', 'NotResource');
  const malformed = resources.filter((resource) => resource !== '*' && !isArnPattern(resource));
  if (malformed.length > 0) throw new PolicyError(`Resource ${malformed.join(', ')} must be in ARN format or "*".`);
  return [resources, isExcept];
}

function readPrincipals(principal: unknown, kind: PolicyKind): PolicyPrincipal[] {
  if (kind === 'identity') {
    if (principal !== undefined) throw new PolicyError('Policy document should not specify a principal.');
    return [];
  }
  if (principal === '*') return [{ type: 'Everyone', value: '*' }];
  const entries = Object.entries(members(principal, ['AWS', 'Federated', 'Service'], 'Principal'));
  return entries.flatMap(([type, values]) =>
    strings(values, 'Principal').map((value): PolicyPrincipal => {
      if (type === 'AWS' && value === '*') return { type: 'Everyone', value };
      if (value.includes('*')) throw new PolicyError(`a principal takes no wildcard: ${value}`);
      return { type: type as 'AWS' | 'Federated' | 'Service', value };
    }),
  );
}

function readConditions(condition: unknown): PolicyStatement['conditions'] {
  if (condition === undefined) return [];
  return Object.entries(condition as Json).flatMap(([operator, block]) => {
    try {
      parseOperator(operator);
    } catch (error) {
      throw new PolicyError((error as Error).message);
    }
    return Object.entries(block as Json).map(([key, values]) => {
      if (!/^[a-z0-9.-]+:.+$/i.test(key)) throw new PolicyError(`not a condition key: ${key}`);
      return { operator, key, values: strings(values, key) };
    });
  });
}

function oneOf(statement: Json, plain: string, inverse: string): [string[], boolean] {
  const given = [plain, inverse].filter((name) => statement[name] !== undefined);
  const [name] = given;
  if (name === undefined || given.length > 1) throw new PolicyError(`a statement needs one of ${plain} and ${inverse}`);
  return [strings(statement[name], name), name === inverse];
}

function strings(value: unknown, what: string): string[] {
  const list = Array.isArray(value) ? value : [value];
  if (list.length === 0) throw new PolicyError(`${what} is empty`);
  return list.map((item) => {
    if (typeof item === 'boolean' || typeof item === 'number') return String(item);
    if (typeof item !== 'string' || item === '') throw new PolicyError(`${what} must be text`);
    return item;
  });
}

function members(value: unknown, names: readonly string[], what: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new PolicyError(`the ${what} must be an object`);
  }
  const unknown = Object.keys(value).filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new PolicyError(`the ${what} has unknown members: ${unknown.join(', ')}`);
  return value as Json;
}
