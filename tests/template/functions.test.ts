import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { sizeFaults } from '../../bench/bundles/budgets.ts';
import { unpackBundles } from '../../bench/bundles/unpack.ts';
import { compiledTemplate, referenceOf, resourcesOf } from '../support/packaged.ts';
import { policiesOf } from '../support/policy-statements.ts';
import { ROOT } from '../support/source-graph.ts';

const template = compiledTemplate();
const functions = resourcesOf(template, 'AWS::Lambda::Function');
const roleOf = (id: string) => referenceOf(functions.find((candidate) => candidate.id === id)?.properties['Role']);

describe('the functions', () => {
  it('have a handler in the sources', () => {
    const missing = functions
      .map(({ properties }) => `${String(properties['Handler']).replace(/\.handler$/, '')}.ts`)
      .filter((file) => !existsSync(join(ROOT, file)));

    expect(functions.length).toBeGreaterThan(10);
    expect(missing).toEqual([]);
  });

  it('export their handler from what is shipped, given their environment alone', () => {
    const bundles = unpackBundles(ROOT);

    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module'], {
      input: importAll(bundles),
      encoding: 'utf8',
      env: {},
    });

    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual(Object.fromEntries(bundles.map(({ name }) => [name, 'function'])));
  });

  it('are no larger than their budgets, and carry the EC2 client only where it is needed', () => {
    expect(unpackBundles(ROOT).flatMap(sizeFaults)).toEqual([]);
  });

  it('have a role each, which Lambda alone may assume', () => {
    const roles = functions.map(({ id }) => roleOf(id));
    const trusted = policiesOf(template)
      .filter(({ owner, kind }) => kind === 'trust' && roles.includes(owner))
      .map(({ statements }) => statements.map(({ Principal }) => Principal));

    expect(roles).not.toContain(undefined);
    expect(new Set(roles).size).toBe(functions.length);
    expect(trusted).toEqual(functions.map(() => [{ Service: 'lambda.amazonaws.com' }]));
  });

  it('write to a log group of their own, which forgets, and to no other', () => {
    const retained = resourcesOf(template, 'AWS::Logs::LogGroup')
      .filter(({ properties }) => Number(properties['RetentionInDays']) > 0)
      .map(({ properties }) => properties['LogGroupName']);
    const logGroups = functions.map(({ properties }) => `/aws/lambda/${String(properties['FunctionName'])}`);
    const written = functions.map(({ id }) =>
      policiesOf(template)
        .filter(({ owner }) => owner === roleOf(id))
        .flatMap(({ statements }) => statements)
        .filter(({ Sid }) => Sid === 'WriteItsLog')
        .map(({ Resource }) => (Resource as { 'Fn::Sub': string })['Fn::Sub'].replace(/^.*:log-group:(.*):\*$/, '$1')),
    );

    expect(logGroups.filter((name) => !retained.includes(name))).toEqual([]);
    expect(written).toEqual(logGroups.map((name) => [name]));
  });

  it('have a timeout, and run on the Node version of this project', () => {
    const wrong = functions.filter(
      ({ properties }) =>
        properties['Runtime'] !== `nodejs${process.versions.node.split('.')[0]}.x` ||
        !(Number(properties['Timeout']) >= 5 && Number(properties['Timeout']) <= 300),
    );

    expect(wrong.map(({ id }) => id)).toEqual([]);
  });
});

/** One process imports them all, one after the other, each with its own environment. */
function importAll(bundles: ReturnType<typeof unpackBundles>): string {
  const list = bundles.map(({ name, folder, entry, environment }) => ({
    name,
    environment,
    url: pathToFileURL(join(folder, entry)).href,
  }));
  return `
    const found = {};
    for (const { name, environment, url } of ${JSON.stringify(list)}) {
      process.env = { ...environment };
      found[name] = typeof (await import(url)).handler;
    }
    process.stdout.write(JSON.stringify(found));
  `;
}
