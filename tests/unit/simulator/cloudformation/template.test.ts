import { describe, expect, it } from '@jest/globals';
import { evaluateConditions } from '../../../../simulator/cloudformation/conditions.ts';
import { dependencyGraph, inOrder } from '../../../../simulator/cloudformation/dependencies.ts';
import { generatedName } from '../../../../simulator/cloudformation/naming.ts';
import { parameterValues } from '../../../../simulator/cloudformation/parameters.ts';
import { resolve, type Scope } from '../../../../simulator/cloudformation/resolve.ts';
import { type Json, parseTemplate, type Template } from '../../../../simulator/cloudformation/template.ts';

const pseudo = {
  'AWS::AccountId': '111122223333',
  'AWS::Region': 'eu-west-1',
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': 'banking',
  'AWS::StackId': 'arn:aws:cloudformation:eu-west-1:111122223333:stack/banking/1',
};

const base = `
Parameters:
  Name: { Type: String, Default: banking }
  Zones: { Type: CommaDelimitedList, Default: 'a, b' }
Mappings:
  Sizes: { eu-west-1: { small: t3.medium } }
Conditions:
  IsBanking: !Equals [!Ref Name, banking]
  IsOther: !Not [!Condition IsBanking]
  IsBoth: !And [!Condition IsBanking, !Or [!Condition IsOther, !Equals [a, a]]]
Resources:
  Queue: { Type: 'AWS::SQS::Queue' }
`;

function scope(body = base, given: Record<string, string> = {}): Scope {
  const template = parseTemplate(body);
  const parameters = parameterValues(template, given);
  const conditions = evaluateConditions({ template, parameters, pseudo });
  const resources = { Queue: { physicalId: 'https://queue', attributes: { Arn: 'arn:queue' } } };
  return { template, parameters, pseudo, conditions, resources };
}

const value = (yaml: string): Json =>
  (parseTemplate(`${base}Outputs: { Out: { Value: ${yaml} } }`).Outputs?.['Out']?.Value ?? null) as Json;

describe('resolve', () => {
  it.each<[string, Json]>([
    ['!Ref Name', 'banking'],
    ['!Ref Zones', ['a', 'b']],
    ['!Ref AWS::Region', 'eu-west-1'],
    ['!Ref Queue', 'https://queue'],
    ['!GetAtt Queue.Arn', 'arn:queue'],
    ['!GetAtt [Queue, Arn]', 'arn:queue'],
    [
      "!Sub '${Name}-${AWS::AccountId}-${Queue.Arn}-${Queue}-${!Literal}'",
      'banking-111122223333-arn:queue-https://queue-${Literal}',
    ],
    ["!Sub ['${Name}:${Own}', { Own: !Select [1, !Ref Zones] }]", 'banking:b'],
    ["!Join ['-', [a, !Ref Name]]", 'a-banking'],
    ["!Select [2, !Split [':', 'a:b:c']]", 'c'],
    ['!FindInMap [Sizes, !Ref AWS::Region, small]', 't3.medium'],
    ['!If [IsBanking, 1, !Ref Nowhere]', 1],
    ['{ Kept: 1, Gone: !If [IsOther, 2, !Ref AWS::NoValue] }', { Kept: 1 }],
    ['[1, !Ref AWS::NoValue]', [1]],
    ['{ Condition: { StringEquals: { a: !Ref Name } } }', { Condition: { StringEquals: { a: 'banking' } } }],
  ])('resolves %s', (yaml, expected) => {
    expect(resolve(value(yaml), scope())).toEqual(expected);
  });

  it.each([
    ['!Ref Nowhere', 'Unresolved resource dependencies [Nowhere]'],
    ['!Ref AWS::NotificationARNs', 'AWS::NotificationARNs is not simulated'],
    ['!GetAtt Queue.Url', 'Requested attribute Url does not exist'],
    ["!Sub '${Nowhere}'", 'Unresolved resource dependencies [Nowhere]'],
    ['!ImportValue other', 'Fn::ImportValue'],
    ["!GetAZs ''", 'Fn::GetAZs is not simulated'],
    ["{ 'Fn::Length': [1] }", 'Fn::Length is not simulated'],
    ["!Select [9, ['a']]", 'nonexistent'],
    ['!FindInMap [Sizes, us-east-1, small]', 'Unable to get mapping'],
    ['!If [Nothing, 1, 2]', 'names no condition'],
    ["!Join ['-', a]", 'needs a list'],
    ["{ Ref: Name, 'Fn::Sub': x }", 'stands beside'],
  ])('refuses %s', (yaml, message) => {
    expect(() => resolve(value(yaml), scope())).toThrow(message);
  });
});

describe('evaluateConditions', () => {
  it('compares a number with the text of a parameter as CloudFormation does', () => {
    const body = `
Parameters: { Reserve: { Type: Number, Default: 0 } }
Conditions: { HasReserve: !Not [!Equals [!Ref Reserve, 0]], IsOn: !Equals [true, 'true'] }
Resources: { A: { Type: x } }
`;
    expect(scope(body).conditions).toEqual({ HasReserve: false, IsOn: true });
    expect(scope(body, { Reserve: '5' }).conditions['HasReserve']).toBe(true);
  });
});

describe('parseTemplate', () => {
  it.each([
    ['an unknown section', 'Rules: {}', 'Rules'],
    ['an unknown tag', 'Outputs: { A: { Value: !Refs Name } }', 'Unresolved tag'],
    ['a YAML alias', 'Metadata: [&a 1, *a]', 'aliases'],
    ['a key twice', 'Description: a\nDescription: b', 'unique'],
  ])('refuses %s', (_what, yaml, message) => {
    expect(() => parseTemplate(`${base}${yaml}`)).toThrow(message);
  });

  it('refuses a resource with a member that is none', () => {
    expect(() => parseTemplate('Resources: { A: { Type: x, Propertys: {} } }')).toThrow('Propertys');
    expect(() => parseTemplate('Resources: {}')).toThrow('At least one');
  });

  it('takes an update policy of an alias alone, and checks it', () => {
    const parse = (type: string, policy: string) =>
      parseTemplate(`Resources: { A: { Type: '${type}', UpdatePolicy: ${policy} } }`);
    const alias = 'AWS::Lambda::Alias';
    const update = 'CodeDeployLambdaAliasUpdate';
    parse(alias, `{ ${update}: { ApplicationName: a, DeploymentGroupName: g } }`);
    expect(() => parse(alias, `{ ${update}: { ApplicationName: a } }`)).toThrow('needs an ApplicationName');
    expect(() => parse(alias, `{ ${update}: { Application: a } }`)).toThrow('[Application]');
    expect(() => parse(alias, '{ AutoScalingRollingUpdate: {} }')).toThrow('[AutoScalingRollingUpdate]');
    expect(() => parse('AWS::SQS::Queue', '{}')).toThrow('not simulated');
  });
});

describe('parameterValues', () => {
  const template = parseTemplate(`
Parameters:
  Name: { Type: String, AllowedPattern: '[a-z]+', MaxLength: 5 }
  Size: { Type: Number, Default: 3, MinValue: 2 }
Resources: { A: { Type: x } }
`);

  it('takes defaults for what is not given', () => {
    expect(parameterValues(template, { Name: 'abc' })).toEqual({ Name: 'abc', Size: '3' });
  });

  it.each([
    [{}, '[Name] must have values'],
    [{ Name: 'a', Colour: 'red' }, '[Colour] do not exist in the template'],
    [{ Name: 'ABC' }, 'must match pattern'],
    [{ Name: 'abcdef' }, 'at most 5'],
    [{ Name: 'a', Size: '1' }, 'not less than 2'],
    [{ Name: 'a', Size: 'big' }, 'must be a number'],
  ])('refuses %j', (given, message) => {
    expect(() => parameterValues(template, given as Record<string, string>)).toThrow(message);
  });
});

describe('dependencyGraph', () => {
  const graph = (resources: string, conditions: Record<string, boolean> = {}) =>
    dependencyGraph(parseTemplate(`Resources:\n${resources}`) as Template, conditions);

  it('finds dependencies by Ref, GetAtt, Sub and DependsOn, and puts them first', () => {
    const found = graph(`
  A: { Type: x, Properties: { P: !Ref B, Q: !Sub ['\${C.Arn}\${Own}', { Own: !GetAtt D.Arn }] }, DependsOn: E }
  B: { Type: x }
  C: { Type: x }
  D: { Type: x, DependsOn: [B] }
  E: { Type: x }`);

    expect(found['A']).toEqual(['B', 'C', 'D', 'E']);
    expect(inOrder(found)).toEqual(['B', 'C', 'D', 'E', 'A']);
  });

  it('finds what an update policy refers to', () => {
    const update = 'CodeDeployLambdaAliasUpdate: { ApplicationName: !Ref B, DeploymentGroupName: g }';
    const found = graph(`\n  A: { Type: 'AWS::Lambda::Alias', UpdatePolicy: { ${update} } }\n  B: { Type: x }`);
    expect(found['A']).toEqual(['B']);
  });

  it('refuses a cycle, an unknown resource, and one that its condition leaves out', () => {
    expect(() => graph('  A: { Type: x, Properties: { P: !Ref B } }\n  B: { Type: x, DependsOn: A }')).toThrow(
      'Circular',
    );
    expect(() => graph('  A: { Type: x, Properties: { P: !Ref B } }')).toThrow('[B]');
    expect(() =>
      graph('  A: { Type: x, Properties: { P: !Ref B } }\n  B: { Type: x, Condition: Off }', { Off: false }),
    ).toThrow('[B]');
  });
});

describe('generatedName', () => {
  it.each([64, 80, 128])('keeps to %i characters and tells resources apart', (limit) => {
    const of = { stackName: `joinery-cluster-${'c'.repeat(100)}`, stackId: 'arn:1', generation: 0 };

    const one = generatedName({ ...of, logicalId: 'ControllerRole' }, limit);
    const other = generatedName({ ...of, logicalId: 'NodeRole' }, limit);

    expect(one.length).toBeLessThanOrEqual(limit);
    expect(one).toContain('ControllerRole');
    expect(one).not.toBe(other);
  });
});
