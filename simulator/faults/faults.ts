import type { FaultInjector } from '../aws/cloud.ts';
import { SimulatedAwsError } from '../aws/errors.ts';
import { keyedRandom } from '../core/random.ts';

/** How often which kind of fault comes, as a share of the calls that handlers make. */
export type FaultPlan = {
  readonly name: string;
  readonly throttleShare: number;
  readonly serverErrorShare: number;
};

/** The plans that `--faults` knows. */
export const FAULT_PLANS: Readonly<Record<string, FaultPlan>> = {
  none: { name: 'none', throttleShare: 0, serverErrorShare: 0 },
  throttling: { name: 'throttling', throttleShare: 0.05, serverErrorShare: 0 },
  flaky: { name: 'flaky', throttleShare: 0.02, serverErrorShare: 0.02 },
};

/** The code with which each service throttles. */
const THROTTLE_CODES: Readonly<Record<string, string>> = {
  EC2: 'RequestLimitExceeded',
  S3: 'SlowDown',
  CloudFormation: 'Throttling',
  IAM: 'Throttling',
  STS: 'Throttling',
};

/** Draws faults by seed and by the number of the call, so the same seed fails the same calls. AWS's own calls are spared. */
export function faultInjector(plan: FaultPlan | undefined, seed: number) {
  const counts: Record<string, number> = {};
  const note = (kind: string) => {
    counts[kind] = (counts[kind] ?? 0) + 1;
  };
  const inject: FaultInjector = ({ serviceId, operation, caller, count }) => {
    if (!plan || !isHandler(caller.roleArn)) return undefined;
    const draw = keyedRandom(seed, `fault:${serviceId}:${operation}:${count}`);
    if (draw < plan.throttleShare) {
      note('throttle');
      throw new SimulatedAwsError(THROTTLE_CODES[serviceId] ?? 'ThrottlingException', 'Rate exceeded', 400);
    }
    if (draw < plan.throttleShare + plan.serverErrorShare) {
      note('server-error');
      throw new SimulatedAwsError('InternalServerError', 'An internal error occurred. Retry your request.', 500);
    }
    return undefined;
  };
  return { inject, counts: () => ({ ...counts }) };
}

/** The roles of the deployment's functions, whose clients try again by themselves before a machine's Retry does. */
function isHandler(roleArn: string): boolean {
  return roleArn.includes('FunctionRole-');
}
