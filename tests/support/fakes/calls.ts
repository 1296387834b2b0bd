/** An error as the AWS SDK throws it. */
export function anAwsError(name: string, message = 'said AWS', more: object = {}): Error {
  return Object.assign(new Error(message), { name, ...more });
}

/** What a fake was asked, in order, in a journal that fakes of one test share; and the faults that its next calls meet. */
export function callRecorder(journal: string[]) {
  const inputs: { readonly operation: string; readonly input: unknown }[] = [];
  const faults = new Map<string, Error[]>();
  return {
    /** Lets the next calls of an operation fail, one fault each. */
    fail: (operation: string, ...errors: readonly Error[]) => {
      faults.set(operation, [...(faults.get(operation) ?? []), ...errors]);
    },
    inputsOf: (operation: string) => inputs.filter((call) => call.operation === operation).map((call) => call.input),
    record: (operation: string, input: unknown) => {
      journal.push(operation);
      inputs.push({ operation, input });
      const fault = faults.get(operation)?.shift();
      if (fault) throw fault;
    },
  };
}
