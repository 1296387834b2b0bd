import { RegoEngine, TemplateFile } from '@aws/cloudformation-validate';
import { afterAll, describe, expect, it } from '@jest/globals';
import { CLUSTER_STACK_FILE, COMPILED_TEMPLATE_FILE } from '../support/packaged.ts';
import { ROOT } from '../support/source-graph.ts';
import { ACCEPTED_WARNINGS } from './accepted-warnings.ts';

const engine = new RegoEngine();
const checked = (path: string) => engine.validateStandard(new TemplateFile(path)).diagnostics;
const errorsIn = (diagnostics: ReturnType<typeof checked>) =>
  diagnostics
    .filter(({ severity }) => severity === 'FATAL' || severity === 'ERROR')
    .map(({ ruleId, message }) => `${ruleId} ${message}`);
const warningsIn = (diagnostics: ReturnType<typeof checked>) => [
  ...new Set(diagnostics.filter(({ severity }) => severity === 'WARN').map(({ ruleId }) => ruleId)),
];

describe('the template checker', () => {
  afterAll(() => engine.free());

  it('finds no error in the compiled template, and no warning but the accepted ones', () => {
    const diagnostics = checked(COMPILED_TEMPLATE_FILE);

    expect(errorsIn(diagnostics)).toEqual([]);
    expect(warningsIn(diagnostics)).toEqual(Object.keys(ACCEPTED_WARNINGS));
  });

  it("finds no error and no warning in the template of a cluster's stack", () => {
    const diagnostics = checked(CLUSTER_STACK_FILE);

    expect([...errorsIn(diagnostics), ...warningsIn(diagnostics)]).toEqual([]);
  });

  it('refuses a template with a misspelt property and a reference to nothing', () => {
    const errors = errorsIn(checked(`${ROOT}tests/fixtures/template/known-bad.json`)).join('\n');

    expect(errors).toContain('BillingModes');
    expect(errors).toContain('NoSuchParameter');
  });
});
