import { SimulatedAwsError } from '../../../errors.ts';

/** A target that cannot be delivered to, for a reason that no retry helps. */
export class UndeliverableError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'UndeliverableError';
    this.code = code;
  }
}

type Failure = { readonly code: string; readonly message: string; readonly isTransient: boolean };

const THROTTLES = /^(Throttling|ThrottlingException|TooManyRequestsException|RequestLimitExceeded|KMSThrottled.*)$/;
const CODES: readonly (readonly [RegExp, string])[] = [
  [/^(AccessDenied|AccessDeniedException|AuthorizationError.*)$/, 'NO_PERMISSIONS'],
  [/^(QueueDoesNotExist|ResourceNotFoundException|NotFound.*|StateMachineDoesNotExist)$/, 'NO_RESOURCE'],
];

/** What a failed call to a target means; an error that is none of AWS's is thrown on. */
export function failureOf(error: unknown): Failure {
  if (error instanceof UndeliverableError) return { code: error.code, message: error.message, isTransient: false };
  if (!(error instanceof SimulatedAwsError)) throw error;
  const { httpStatusCode } = error.$metadata;
  const { name, message } = error;
  if (THROTTLES.test(name) || httpStatusCode === 429) return { code: 'THROTTLING', message, isTransient: true };
  if (httpStatusCode >= 500) return { code: 'ERROR_FROM_TARGET', message, isTransient: true };
  const code = CODES.find(([pattern]) => pattern.test(name))?.[1] ?? 'INVALID_PARAMETER';
  return { code, message, isTransient: false };
}
