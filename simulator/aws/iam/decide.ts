import type { AccessRequest } from '../types.ts';
import { matchesArn } from './arn-patterns.ts';
import { conditionHolds } from './conditions.ts';
import { fitsResourceTypes, isWildcardOnly, type KnownAction, knownAction } from './known-actions.ts';
import type { PolicyDocument, PolicyPrincipal, PolicyStatement } from './policy-document.ts';
import { type RequestKeys, requestKeys } from './policy-variables.ts';
import { onceFor, questionOf } from './remembered.ts';
import { matchesWildcard } from './wildcards.ts';

/** Who asks: a role's session in this account, or an AWS service in its own name. */
export type Principal =
  | { readonly kind: 'role'; readonly roleArn: string; readonly sessionArn: string; readonly accountId: string }
  | { readonly kind: 'service'; readonly service: string };

/** Everything that has a say. `resource` counts as absent when it is undefined, and as saying nothing when it is empty. */
export type Policies = {
  readonly principal: Principal;
  readonly identity: readonly PolicyDocument[];
  readonly boundary?: readonly PolicyDocument[];
  readonly resource?: PolicyDocument;
  /** True for role trust and key policies: the resource's policy must allow, whatever the identity's says. */
  readonly resourceMustAllow?: boolean;
};

export type Decision = { readonly allowed: boolean; readonly reason: string; readonly statementSid?: string };

type Match = 'none' | 'account' | 'direct';

/** Evaluates one request as IAM does within one account. Throws when the request itself is one that AWS never makes. */
export function decide(policies: Policies, request: AccessRequest): Decision {
  const keys = requestKeys(request.context ?? {});
  return onceFor(questionOf(policies, request, keys), () => evaluate(policies, request, keys));
}

function evaluate(policies: Policies, request: AccessRequest, keys: RequestKeys): Decision {
  const known = checkedAction(request);
  const matching = (documents: readonly PolicyDocument[], effect: 'Allow' | 'Deny') =>
    documents
      .flatMap((document) => statementsOn(document, effect, request.action))
      .filter((statement) => statementMatches(statement, request, known, keys, policies.principal));
  const resource = policies.resource ? [policies.resource] : [];

  for (const [documents, where] of [
    [policies.identity, 'an identity-based policy'],
    [policies.boundary ?? [], 'a permissions boundary'],
    [resource, 'a resource-based policy'],
  ] as const) {
    const [deny] = matching(documents, 'Deny');
    if (deny) return withSid(false, `with an explicit deny in ${where}`, deny);
  }

  const [identity] = matching(policies.identity, 'Allow');
  const granted = matching(resource, 'Allow');
  const direct = granted.find((statement) => principalMatch(statement.principals, policies.principal) === 'direct');
  const because = (which: string) => ({
    allowed: false,
    reason: `because no ${which} allows the ${request.action} action`,
  });
  if (policies.resourceMustAllow === true && granted.length === 0) return because('resource-based policy');
  const allow = direct ?? identity;
  if (!allow) return because('identity-based policy');
  if (policies.boundary && matching(policies.boundary, 'Allow').length === 0) return because('permissions boundary');
  return withSid(true, `allowed by ${direct ? 'a resource-based policy' : 'an identity-based policy'}`, allow);
}

function withSid(allowed: boolean, reason: string, statement: PolicyStatement): Decision {
  return { allowed, reason, ...(statement.sid === undefined ? {} : { statementSid: statement.sid }) };
}

function checkedAction(request: AccessRequest): KnownAction {
  const known = knownAction(request.action);
  if (!known) throw new Error(`no such action: ${request.action}`);
  if (request.action !== `${request.action.split(':', 1)[0]}:${known.name}`) {
    throw new Error(`the action ${request.action} is written ${known.name}`);
  }
  if (isWildcardOnly(known)) {
    if (request.resource !== '*') throw new Error(`${request.action} has no resource; ask for it on "*"`);
    return known;
  }
  const isOptional = known.resourceTypes.every(({ required }) => !required);
  if (request.resource === '*' && isOptional) return known;
  if (!fitsResourceTypes(request.action, known, request.resource)) {
    throw new Error(`${request.action} is not made on ${request.resource}`);
  }
  return known;
}

// A document is parsed once for each text, and a simulation asks for few actions, again and again.
const byAction = new WeakMap<PolicyDocument, Map<string, readonly PolicyStatement[]>>();

/** The statements of one effect that speak of an action. */
function statementsOn(document: PolicyDocument, effect: 'Allow' | 'Deny', action: string): readonly PolicyStatement[] {
  const known = byAction.get(document) ?? new Map<string, readonly PolicyStatement[]>();
  byAction.set(document, known);
  const key = `${effect} ${action}`;
  const found = known.get(key) ?? document.statements.filter((one) => one.effect === effect && speaksOf(one, action));
  known.set(key, found);
  return found;
}

function speaksOf(statement: PolicyStatement, action: string): boolean {
  const isNamed = statement.actions.some((pattern) => matchesWildcard(pattern.toLowerCase(), action.toLowerCase()));
  return isNamed !== statement.exceptActions;
}

function statementMatches(
  statement: PolicyStatement,
  request: AccessRequest,
  known: KnownAction,
  keys: RequestKeys,
  principal: Principal,
): boolean {
  if (!resourceMatches(statement, request.resource, known, keys)) return false;
  if (statement.principals.length > 0 && principalMatch(statement.principals, principal) === 'none') return false;
  return statement.conditions.every(({ operator, key, values }) => conditionHolds(operator, key, values, keys));
}

function resourceMatches(statement: PolicyStatement, resource: string, known: KnownAction, keys: RequestKeys): boolean {
  const isNamed = statement.resources.some((pattern) =>
    resource === '*' || isWildcardOnly(known) ? pattern === '*' : matchesArn(pattern, resource, keys),
  );
  return isNamed !== statement.exceptResources;
}

function principalMatch(principals: readonly PolicyPrincipal[], principal: Principal): Match {
  const matches = principals.map(({ type, value }): Match => {
    if (type === 'Everyone') return 'direct';
    if (principal.kind === 'service') return type === 'Service' && value === principal.service ? 'direct' : 'none';
    // Web identities are no callers of the simulated services.
    if (type === 'Service' || type === 'Federated') return 'none';
    if (value === principal.roleArn || value === principal.sessionArn) return 'direct';
    const isAccount = value === principal.accountId || value.endsWith(`::${principal.accountId}:root`);
    return isAccount ? 'account' : 'none';
  });
  if (matches.includes('direct')) return 'direct';
  return matches.includes('account') ? 'account' : 'none';
}
