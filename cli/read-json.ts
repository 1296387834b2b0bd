import type { Fault } from '../shared/clusters/fault.ts';

/** V8 quotes the text around the fault, which helps nobody; its place does. */
function syntaxFault(error: unknown): Fault {
  const { message } = error as Error;
  const [reason = message] = message.replace(/, \.*"[\s\S]*/, '').split(/ in JSON| at position /);
  const [, line, column] = /\(line (\d+) column (\d+)\)/.exec(message) ?? [];
  const place = line === undefined ? '' : ` in line ${line}, column ${column}`;
  return { path: '', message: `is not JSON: ${reason}${place}` };
}

export function readJson(text: string): { readonly value: unknown } | { readonly faults: readonly Fault[] } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { faults: [syntaxFault(error)] };
  }
}
