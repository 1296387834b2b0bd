import { Logger } from '@aws-lambda-powertools/logger';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { toOpsError } from '../aws/errors.ts';

/**
 * The chain around every use case: one log line at the end of each invocation, and errors that reach the state machine under
 * a name that its Retry and Catch know.
 */
export function lambdaHandler<Result>(useCase: (event: unknown, context: Context) => Promise<Result>) {
  const logger = new Logger();
  return middy({ timeoutEarlyInMillis: 0 })
    .after(({ response, context }) => {
      logger.info('done', { functionName: context.functionName, result: response as object });
    })
    .onError(({ error, context }) => {
      const classified = toOpsError(error);
      logger.error('failed', {
        functionName: context.functionName,
        code: classified.name,
        reason: classified.message,
        details: classified.details,
      });
      throw classified;
    })
    .handler((event: unknown, context: Context) => useCase(event, context));
}
