import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { CLUSTER_STACK_FILE, COMPILED_TEMPLATE_FILE } from '../support/packaged.ts';
import { ROOT } from '../support/source-graph.ts';
import { ACCEPTED_WARNINGS } from './accepted-warnings.ts';

type Diagnostic = { readonly severity: string; readonly ruleId: string; readonly message: string };

const KNOWN_BAD_FILE = `${ROOT}tests/fixtures/template/known-bad.json`;
let checked: Readonly<Record<string, readonly Diagnostic[]>>;

const errorsIn = (file: string) =>
  (checked[file] ?? [])
    .filter(({ severity }) => severity === 'FATAL' || severity === 'ERROR')
    .map(({ ruleId, message }) => `${ruleId} ${message}`);
const warningsIn = (file: string) => [
  ...new Set((checked[file] ?? []).filter(({ severity }) => severity === 'WARN').map(({ ruleId }) => ruleId)),
];

describe('the template checker', () => {
  beforeAll(async () => {
    const files = [COMPILED_TEMPLATE_FILE, CLUSTER_STACK_FILE, KNOWN_BAD_FILE];
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [`${ROOT}tests/support/template-checker.mjs`, ...files],
      { maxBuffer: 64 * 1024 * 1024 },
    );
    checked = JSON.parse(stdout);
  });

  it('finds no error in the compiled template, and no warning but the accepted ones', () => {
    expect(errorsIn(COMPILED_TEMPLATE_FILE)).toEqual([]);
    expect(warningsIn(COMPILED_TEMPLATE_FILE)).toEqual(Object.keys(ACCEPTED_WARNINGS));
  });

  it("finds no error and no warning in the template of a cluster's stack", () => {
    expect([...errorsIn(CLUSTER_STACK_FILE), ...warningsIn(CLUSTER_STACK_FILE)]).toEqual([]);
  });

  it('refuses a template with a misspelt property and a reference to nothing', () => {
    const errors = errorsIn(KNOWN_BAD_FILE).join('\n');

    expect(errors).toContain('BillingModes');
    expect(errors).toContain('NoSuchParameter');
  });
});
