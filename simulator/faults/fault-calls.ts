import type { InjectedCall } from '../aws/cloud.ts';
import { SimulatedAwsError } from '../aws/errors.ts';

/** Whether the router's own code makes this call; the pollers of its queues call with the same role. */
export function isRouters({ caller }: InjectedCall): boolean {
  return caller.viaService === undefined && caller.roleArn.includes('RouterFunctionRole-');
}

/** Whether any function of the deployment makes it. */
export function isFunctions({ caller }: InjectedCall): boolean {
  return caller.viaService === undefined && caller.roleArn.includes('FunctionRole-');
}

export function serverError(): SimulatedAwsError {
  return new SimulatedAwsError('InternalServerError', 'An internal error occurred. Retry your request.', 500);
}
