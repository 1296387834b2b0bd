import { isRecord, type Json, type JsonMap, type Template } from '../../../simulator/cloudformation/template.ts';

/** One permission that somebody wrote down, and how a template loses it. */
export type Target = {
  readonly place: 'deployment' | 'cluster stack';
  readonly resource: string;
  readonly name: string;
  /** Which of the role's inline policies has it; undefined for what is no statement of a role or a managed policy. */
  readonly policyIndex?: number;
  remove(template: Template): void;
};

/** Every statement of the roles and of the boundary in the deployment template. */
export function deploymentTargets(template: Template): Target[] {
  return targetsOf(template, 'deployment', ['AWS::IAM::Role', 'AWS::IAM::ManagedPolicy']);
}

/** The same of the template of a cluster's stack, its queue policy, and the policies of AWS that its roles have. */
export function clusterStackTargets(template: Template): Target[] {
  const ofRoles = Object.entries(template.Resources)
    .filter(([, { Type }]) => Type === 'AWS::IAM::Role')
    .flatMap(([resource]) => attachedTo(template, resource));
  return [...targetsOf(template, 'cluster stack', ['AWS::IAM::Role', 'AWS::SQS::QueuePolicy']), ...ofRoles];
}

function targetsOf(template: Template, place: Target['place'], types: readonly string[]): Target[] {
  return Object.entries(template.Resources)
    .filter(([, { Type }]) => types.includes(Type))
    .flatMap(([resource]) =>
      holdersOf(template, resource).flatMap((holder, index) =>
        parsed(holder['PolicyDocument'])
          .statements.map(sidOf)
          .map((name) => ({
            place,
            resource,
            name,
            policyIndex: index,
            remove: (edited: Template) => removeStatement(edited, { resource, index, sid: name }),
          })),
      ),
    );
}

/** What has a PolicyDocument: the inline policies of a role, or a policy resource itself. */
function holdersOf(template: Template, resource: string): JsonMap[] {
  const properties = propertiesOf(template, resource);
  return template.Resources[resource]?.Type === 'AWS::IAM::Role'
    ? ((properties['Policies'] ?? []) as JsonMap[])
    : [properties];
}

function removeStatement(template: Template, at: { resource: string; index: number; sid: string }): void {
  const holder = holdersOf(template, at.resource)[at.index];
  if (!holder) throw new Error(`${at.resource} has no policy ${at.index}`);
  const { statements, rebuild } = parsed(holder['PolicyDocument']);
  const left = statements.filter((statement) => sidOf(statement) !== at.sid);
  if (left.length === statements.length) throw new Error(`${at.resource} has no statement ${at.sid}`);
  if (left.length === 0) {
    dropPolicy(template, at.resource, at.index);
    return;
  }
  holder['PolicyDocument'] = rebuild(left);
  const [condition] = left.map(conditionOf);
  const resource = template.Resources[at.resource];
  if (resource && condition !== undefined && left.every(conditionOf)) resource.Condition = condition;
}

/** A policy of which every statement depends on something is empty without it, and must not be there at all. */
function conditionOf(statement: Json): string | undefined {
  const choice = isRecord(statement) ? statement['Fn::If'] : undefined;
  return Array.isArray(choice) ? String(choice[0]) : undefined;
}

/** IAM takes no document without statements, so the policy itself goes. */
function dropPolicy(template: Template, resource: string, index: number): void {
  const properties = propertiesOf(template, resource);
  const left = holdersOf(template, resource).filter((_, position) => position !== index);
  if (left.length > 0) properties['Policies'] = left;
  else delete properties['Policies'];
}

function propertiesOf(template: Template, resource: string): JsonMap {
  return template.Resources[resource]?.Properties ?? {};
}

/** A document may be JSON text under Fn::Sub. */
function parsed(document: Json | undefined): { readonly statements: Json[]; rebuild(statements: Json[]): Json } {
  const map = (document ?? {}) as JsonMap;
  const text = map['Fn::Sub'];
  if (text === undefined) {
    const statements = [map['Statement'] ?? []].flat() as Json[];
    return { statements, rebuild: (Statement) => ({ ...map, Statement }) };
  }
  const [body, ...variables] = [text].flat() as [string, ...Json[]];
  const inner = parsed(JSON.parse(body) as Json);
  return {
    statements: inner.statements,
    rebuild: (statements) => {
      const json = JSON.stringify(inner.rebuild(statements));
      return { 'Fn::Sub': variables.length > 0 ? [json, ...variables] : json };
    },
  };
}

/** A statement may stand under Fn::If. */
function sidOf(statement: Json): string {
  if (!isRecord(statement)) return '?';
  const choice = statement['Fn::If'];
  return Array.isArray(choice) ? sidOf(choice[1] ?? null) : String(statement['Sid'] ?? '?');
}

function attachedTo(template: Template, resource: string): Target[] {
  const attached = (propertiesOf(template, resource)['ManagedPolicyArns'] ?? []) as Json[];
  return attached.map((arn) => ({
    place: 'cluster stack',
    resource,
    name: JSON.stringify(arn).replace(/^.*\/|"\}$/g, ''),
    remove: (edited) => {
      const properties = propertiesOf(edited, resource);
      const present = properties['ManagedPolicyArns'] as Json[];
      properties['ManagedPolicyArns'] = present.filter((one) => JSON.stringify(one) !== JSON.stringify(arn));
    },
  }));
}
