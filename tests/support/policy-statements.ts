import { isRecord, type Json, type JsonMap, type Template } from '../../simulator/cloudformation/template.ts';
import { listOf } from './packaged.ts';

export type PolicyStatement = {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | string[];
  readonly Resource?: Json;
  readonly Condition?: JsonMap;
  readonly [member: string]: Json | undefined;
};

/** One policy document of a template, with the place where it stands. */
export type PolicyPlace = {
  readonly owner: string;
  readonly kind: 'trust' | 'permissions' | 'resource';
  readonly statements: readonly PolicyStatement[];
};

/** Every policy document of every resource: trust policies, inline and managed policies, resource policies. */
export function policiesOf(template: Template): PolicyPlace[] {
  return Object.entries(template.Resources).flatMap(([owner, { Type, Properties = {} }]) => {
    const place = (kind: PolicyPlace['kind'], document: Json | undefined): PolicyPlace[] =>
      document === undefined ? [] : [{ owner, kind, statements: statementsOf(document) }];
    const inline = listOf<JsonMap>(Properties['Policies'] as JsonMap[] | undefined);
    return [
      ...place('trust', Properties['AssumeRolePolicyDocument']),
      ...inline.flatMap((policy) => place('permissions', policy['PolicyDocument'])),
      ...place(Type === 'AWS::IAM::ManagedPolicy' ? 'permissions' : 'resource', Properties['PolicyDocument']),
    ];
  });
}

export const actionsOf = ({ Action }: PolicyStatement): string[] => listOf(Action);

/** A statement may stand under Fn::If, beside AWS::NoValue. */
function branchesOf(statement: Json): PolicyStatement[] {
  if (!isRecord(statement) || statement['Ref'] === 'AWS::NoValue') return [];
  const choice = statement['Fn::If'];
  return Array.isArray(choice)
    ? choice.slice(1).flatMap((branch) => branchesOf(branch as Json))
    : [statement as PolicyStatement];
}

/** A document may be JSON text under Fn::Sub; its variables do not matter here. */
function statementsOf(document: Json): PolicyStatement[] {
  const text = isRecord(document) ? document['Fn::Sub'] : undefined;
  if (text === undefined) return listOf<Json>((document as JsonMap)['Statement']).flatMap(branchesOf);
  const [json] = listOf(text) as string[];
  const parsed = JSON.parse((json ?? '').replaceAll(/\$\{[^}]+\}/g, 'x')) as { Statement: PolicyStatement[] };
  return listOf(parsed.Statement);
}
