import type { Simulation } from '../core/simulation.ts';

/** What goes wrong with a call beside an error in its place. */
export type CallFault =
  /** The caller waits so long and hears nothing; the service may have done what was asked all the same. */
  | { readonly kind: 'no-answer'; readonly isPerformed: boolean; readonly afterSeconds: number }
  /** A batch in which some entries fail, by their Id, while the others go through. */
  | { readonly kind: 'refused-entries'; readonly refusalOf: (entryId: string) => Refusal | undefined };

type Refusal = { readonly Code: string; readonly Message: string; readonly SenderFault: boolean };
type Entry = { readonly Id?: string };
type Batch = { readonly Entries?: readonly Entry[] };
type BatchAnswer = { readonly Successful?: readonly object[]; readonly Failed?: readonly object[] };

/** Runs an operation as the fault wants it. */
export async function runWithFault(
  simulation: Simulation,
  fault: CallFault,
  input: object,
  run: (input: object) => object | Promise<object>,
): Promise<object> {
  switch (fault.kind) {
    case 'no-answer':
      if (fault.isPerformed) await run(input);
      await simulation.sleep(fault.afterSeconds);
      // As the SDK's request handler throws it.
      throw Object.assign(new Error(`no answer after ${fault.afterSeconds} s`), { name: 'TimeoutError' });
    case 'refused-entries':
      return runWithRefusals(fault.refusalOf, input, run);
  }
}

async function runWithRefusals(
  refusalOf: (entryId: string) => Refusal | undefined,
  input: object,
  run: (input: object) => object | Promise<object>,
): Promise<object> {
  const { Entries = [] } = input as Batch;
  const refused: object[] = [];
  const taken: Entry[] = [];
  for (const entry of Entries) {
    const refusal = refusalOf(entry.Id ?? '');
    if (refusal) refused.push({ Id: entry.Id, ...refusal });
    else taken.push(entry);
  }
  if (refused.length === 0) return run(input);
  const answer: BatchAnswer = taken.length === 0 ? { Successful: [] } : await run({ ...input, Entries: taken });
  return { ...answer, Failed: [...(answer.Failed ?? []), ...refused] };
}
