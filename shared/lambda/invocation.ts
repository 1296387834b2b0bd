import { AsyncLocalStorage } from 'node:async_hooks';

/** Runs an operation that reaches outside the process by something else than the AWS SDK: a Kubernetes request, a helm child. */
export type RealOperations = <T>(operation: () => Promise<T>) => Promise<T>;

/**
 * What surrounds the present invocation. In Lambda it is empty; the simulator puts its gate here, so that virtual time stands
 * still while a real operation is under way.
 */
export const invocation = new AsyncLocalStorage<{ readonly realOperation: RealOperations }>();

export function realOperation<T>(operation: () => Promise<T>): Promise<T> {
  const surrounding = invocation.getStore();
  return surrounding ? surrounding.realOperation(operation) : operation();
}
