import { AsyncLocalStorage } from 'node:async_hooks';

/** Runs an operation that reaches outside the process by something else than the AWS SDK: a Kubernetes request, a helm child. */
export type RealOperations = <T>(operation: () => Promise<T>) => Promise<T>;

type Surroundings = {
  readonly realOperation: RealOperations;
  /** Takes what the function would have written to its log. */
  readonly writeLine?: (line: string) => void;
};

/**
 * What surrounds the present invocation. In Lambda it is empty; the simulator puts its gate here, so that virtual time stands
 * still while a real operation is under way, and takes the lines that the function logs.
 */
export const invocation = new AsyncLocalStorage<Surroundings>();

export function realOperation<T>(operation: () => Promise<T>): Promise<T> {
  const surrounding = invocation.getStore();
  return surrounding ? surrounding.realOperation(operation) : operation();
}

/** Writes one line to the function's log past `console`, which Lambda's JSON format would wrap: metrics must stay as they are. */
export function writeLine(line: string): void {
  const surrounding = invocation.getStore();
  if (surrounding?.writeLine) surrounding.writeLine(line);
  else if (!surrounding) process.stdout.write(`${line}\n`);
}
