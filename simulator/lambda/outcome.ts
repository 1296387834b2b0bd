import type { FunctionConfig } from './function-config.ts';

/** The name with which Step Functions and the others see that nothing was free to run the function. */
export const THROTTLED = 'Lambda.TooManyRequestsException';
const TIMED_OUT = 'Sandbox.Timedout';
const EXITED = 'Runtime.ExitError';

/** An error as Step Functions and EventBridge see it: the handler's error name, or one of Lambda's own. */
export class FunctionError extends Error {
  constructor(name: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = name;
  }

  /** The function was not run: nothing was free. */
  get isThrottled(): boolean {
    return this.name === THROTTLED;
  }

  /** The execution environment ended with the invocation. */
  get endsEnvironment(): boolean {
    return this.name === TIMED_OUT || this.name === EXITED;
  }
}

/** Runs the handler until it answers or its time is over. `ending` is how a fault makes an invocation end that did its work. */
export async function withTimeLimit(
  config: FunctionConfig,
  ending: 'answers' | 'crashes' | 'hangs',
  work: (isOver: () => boolean) => Promise<unknown>,
): Promise<unknown> {
  const timeout = Promise.withResolvers<never>();
  let isOver = false;
  const timer = setTimeout(() => {
    isOver = true;
    const message = `${config.name}: Task timed out after ${config.timeoutSeconds}.00 seconds`;
    timeout.reject(new FunctionError(TIMED_OUT, message));
  }, config.timeoutSeconds * 1000);
  try {
    const answer = await Promise.race([work(() => isOver), timeout.promise]);
    if (ending === 'crashes')
      throw new FunctionError(EXITED, `${config.name}: Runtime exited without providing a reason`);
    if (ending === 'hangs') await timeout.promise;
    return answer;
  } catch (error) {
    if (error instanceof FunctionError) throw error;
    const name = error instanceof Error ? error.name : 'Error';
    throw new FunctionError(name, error instanceof Error ? error.message : String(error), error);
  } finally {
    isOver = true;
    clearTimeout(timer);
  }
}
