import { codeOf, readSources } from './source-graph.ts';

/** Names that Lambda and Step Functions document for their own failures. */
export const AWS_ERROR_NAMES: ReadonlySet<string> = new Set([
  'States.ALL',
  'States.Timeout',
  'States.TaskFailed',
  'Sandbox.Timedout',
  'Lambda.TooManyRequestsException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'StepFunctions.ThrottlingException',
  'StepFunctions.SdkClientException',
]);

export type ThrownName = { readonly name: string; readonly isRetryable: boolean };

const THROWN = /\bnew OpsError\(\s*'(?<name>\w+)'/g;
const CLASS = /\bclass \w+ extends OpsError\b.*?\bsuper\(\s*'(?<name>\w+)'/gs;
/** A row of the table of AWS's kinds: name, test, whether a retry may help. */
const KIND = /\['(?<name>[A-Z]\w+)', is\w+, (?<retryable>true|false)\]/g;
/** KubeError's names, by status. */
const BY_STATUS = /\breturn '(?<name>(Kubernetes\w+|Unavailable))'/g;

/** The names under which functions fail: those of OpsError, of its subclasses, and of classified AWS errors. */
export function thrownNames(): ThrownName[] {
  return ['functions', 'shared'].flatMap(readSources).flatMap((file) => {
    const thrown = [THROWN, CLASS].flatMap((pattern) => [...file.text.matchAll(pattern)]);
    const kinds = [...file.text.matchAll(KIND)];
    const byStatus = codeOf(file).includes('extends OpsError') ? [...file.text.matchAll(BY_STATUS)] : [];
    return [
      ...thrown.map(({ groups, index }) => ({
        name: groups?.['name'] ?? '',
        isRetryable: callAt(file.text, index).includes('retryable: true'),
      })),
      ...kinds.map(({ groups }) => ({ name: groups?.['name'] ?? '', isRetryable: groups?.['retryable'] === 'true' })),
      ...byStatus.map(({ groups }) => ({ name: groups?.['name'] ?? '', isRetryable: false })),
    ];
  });
}

/** From the start of a call, or of a class, to the end of the constructor's call. */
function callAt(text: string, start: number): string {
  const open = text.indexOf('(', text.indexOf("'", start) - 20);
  const end = text.indexOf(');', open);
  return text.slice(start, end);
}
