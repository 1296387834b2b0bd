import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { namesKnownAction } from '../../simulator/aws/iam/known-actions.ts';
import { clusterTemplate, compiledTemplate, resourcesOf } from '../support/packaged.ts';
import { actionsOf, policiesOf } from '../support/policy-statements.ts';
import { ROOT } from '../support/source-graph.ts';

const templates = { 'the deployment': compiledTemplate(), "a cluster's stack": clusterTemplate() };
/** Made by osls, which gives its statements no names. */
const NOT_OURS = ['ServerlessDeploymentBucketPolicy'];
const SOURCES = ['resources/*.yml', 'functions/*/*.yml', 'serverless.yml'];

describe.each(Object.entries(templates))('the policies of %s', (_, template) => {
  const places = policiesOf(template).filter(({ owner }) => !NOT_OURS.includes(owner));
  const statements = places.flatMap(({ owner, statements: all }) => all.map((statement) => ({ owner, statement })));

  it('name the intent of each statement, once in each role', () => {
    const unnamed = statements.filter(({ statement }) => !/^[A-Z][A-Za-z0-9]+$/.test(statement.Sid ?? ''));
    const names = statements.map(({ owner, statement }) => `${owner}: ${statement.Sid}`);
    const twice = names.filter((name, index) => names.indexOf(name) !== index);

    expect(statements.length).toBeGreaterThan(20);
    expect(unnamed.map(({ owner }) => owner)).toEqual([]);
    expect(twice).toEqual([]);
  });

  it('name actions that AWS has', () => {
    const unknown = statements.flatMap(({ owner, statement }) =>
      actionsOf(statement)
        .filter((action) => !namesKnownAction(action))
        .map((action) => `${owner}: ${action}`),
    );

    expect(unknown).toEqual([]);
  });

  it('never allow by what they leave out', () => {
    const wrong = statements.filter(({ statement }) =>
      ['NotAction', 'NotResource', 'NotPrincipal'].some((member) => statement[member] !== undefined),
    );
    const everything = statements.filter(
      ({ statement }) =>
        statement.Effect === 'Allow' && actionsOf(statement).some((action) => /^(\*|\w+:\*)$/.test(action)),
    );

    expect(wrong.map(({ owner }) => owner)).toEqual([]);
    // The boundary limits and does not grant; these services are AWS's managed policies' whole.
    expect(new Set(everything.map(({ owner }) => owner))).toEqual(
      new Set(template.Resources['ClusterPermissionsBoundary'] ? ['ClusterPermissionsBoundary'] : []),
    );
  });

  it('stand on resources without fixed names', () => {
    const fixed = [
      ...resourcesOf(template, 'AWS::IAM::Role').filter(({ properties }) => properties['RoleName'] !== undefined),
      ...resourcesOf(template, 'AWS::IAM::ManagedPolicy').filter(
        ({ properties }) => properties['ManagedPolicyName'] !== undefined,
      ),
      ...resourcesOf(template, 'AWS::IAM::InstanceProfile').filter(
        ({ properties }) => properties['InstanceProfileName'] !== undefined,
      ),
    ];

    expect(fixed.map(({ id }) => id)).toEqual([]);
  });

  it('let nothing but services and named roles assume a role', () => {
    const open = places
      .filter(({ kind }) => kind === 'trust')
      .filter(({ statements: all }) => all.some(({ Principal }) => JSON.stringify(Principal).includes('"*"')));

    expect(open.map(({ owner }) => owner)).toEqual([]);
  });
});

describe('each "*" in the sources', () => {
  const files = globSync(SOURCES, { cwd: ROOT }).sort();
  const stars = files.flatMap((file) => {
    const lines = readFileSync(`${ROOT}${file}`, 'utf8').split('\n');
    return lines.flatMap((line, index) =>
      /^\s*(?:-\s*)?(?:"?(?:Resource|Principal|Action)"?:\s*\[?\s*)?(['"])\*\1,?\s*\]?,?\s*(#.*)?$/.test(line)
        ? [{ place: `${file}:${index + 1}`, hasReason: hasComment(line) || hasComment(lines[index - 1] ?? '') }]
        : [],
    );
  });

  it('has its reason beside it', () => {
    expect(stars.length).toBeGreaterThan(10);
    expect(stars.filter(({ hasReason }) => !hasReason).map(({ place }) => place)).toEqual([]);
  });

  it('is found, however it is written', () => {
    const written = Object.values(templates)
      .flatMap(policiesOf)
      .filter(({ owner }) => !NOT_OURS.includes(owner))
      .flatMap(({ statements }) => statements)
      .filter(({ Resource, Principal }) => [Resource, Principal].flat().includes('*')).length;

    // YAML anchors stand once in a source and several times in the compiled template.
    expect(stars.length).toBeGreaterThan(written - 5);
  });
});

function hasComment(line: string): boolean {
  return /(^|\s)#\s*\S.{5,}/.test(line);
}
