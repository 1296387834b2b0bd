import type { AccessRequest } from '../types.ts';
import type { Decision, Policies, Principal } from './decide.ts';
import type { PolicyDocument } from './policy-document.ts';
import { type RequestKeys, variablesIn } from './policy-variables.ts';

// A fleet of sixty instance types asks four hundred times what differs in keys that no policy reads.
const MOST = 20_000;
const remembered = new Map<string, Decision>();

/** The answer to a question that was answered before, or a new one. What throws is asked again. */
export function onceFor(question: string, answer: () => Decision): Decision {
  const known = remembered.get(question);
  if (known) return known;
  const decision = answer();
  if (remembered.size >= MOST) remembered.clear();
  remembered.set(question, decision);
  return decision;
}

const BETWEEN = '\u0000';

/** Everything that a decision depends on, as one text: who asks, the policies, and of the request what these policies read. */
export function questionOf(policies: Policies, request: AccessRequest, keys: RequestKeys): string {
  const { principal, identity, boundary, resource, resourceMustAllow } = policies;
  const documents = [
    identity.map(idOf).join(),
    boundary?.map(idOf).join() ?? 'none',
    resource === undefined ? 'none' : idOf(resource),
  ].join('|');
  const known =
    keysRead.get(documents) ?? [...identity, ...(boundary ?? []), ...(resource ? [resource] : [])].flatMap(keysOf);
  keysRead.set(documents, known);
  return [
    documents,
    resourceMustAllow === true ? 'must' : 'may',
    ...identifying(principal),
    request.action,
    request.resource,
    ...known.map((key) => written(keys.get(key))),
  ].join(BETWEEN);
}

const ids = new WeakMap<PolicyDocument, number>();
let latestId = 0;

function idOf(document: PolicyDocument): number {
  const known = ids.get(document);
  if (known !== undefined) return known;
  latestId += 1;
  ids.set(document, latestId);
  return latestId;
}

const keysRead = new Map<string, readonly string[]>();

/** Every key that a document's conditions and variables look at, as they look it up. */
function keysOf(document: PolicyDocument): string[] {
  const texts = document.statements.flatMap(({ resources, conditions }) => [
    ...resources,
    ...conditions.flatMap(({ values }) => values),
  ]);
  const tested = document.statements.flatMap(({ conditions }) => conditions.map(({ key }) => key));
  return [...new Set([...tested, ...texts.flatMap(variablesIn)].map((key) => key.toLowerCase()))].sort();
}

function identifying(principal: Principal): string[] {
  if (principal.kind === 'service') return [principal.service];
  return [principal.roleArn, principal.sessionArn, principal.accountId];
}

/** Absent, one value and several are told apart. */
function written(value: string | readonly string[] | undefined): string {
  if (value === undefined) return 'none';
  return typeof value === 'string' ? `one ${value}` : `several ${JSON.stringify(value)}`;
}
