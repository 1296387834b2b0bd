import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkTemplate, type Template } from './cloudformation/template.ts';

/** What `serverless package` left: the compiled template and the name of the stack. */
export type PackageOutput = { readonly template: Template; readonly stackName: string };

/** Reads the compiled deployment; throws with what to do when the stack was not packaged. */
export function readPackage(root: string): PackageOutput {
  const folder = join(root, '.serverless');
  const templateFile = join(folder, 'cloudformation-template-update-stack.json');
  const stateFile = join(folder, 'serverless-state.json');
  if (!existsSync(templateFile) || !existsSync(stateFile)) {
    throw new Error('The stack is not packaged: run `npm run package`, or `npm start`, which does it.');
  }
  const state = JSON.parse(readFileSync(stateFile, 'utf8')) as {
    service: { service: string; provider: { stage: string } };
  };
  return {
    // As the framework writes it: JSON.
    template: checkTemplate(JSON.parse(readFileSync(templateFile, 'utf8'))),
    stackName: `${state.service.service}-${state.service.provider.stage}`,
  };
}
