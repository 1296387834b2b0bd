import { describe, expect, it } from '@jest/globals';
import {
  isAccessDenied,
  isAlreadyExists,
  isInUse,
  isNotFound,
  isPropagating,
  isThrottled,
  isUnfulfillable,
  toOpsError,
} from '../../../../shared/aws/errors.ts';
import { OpsError } from '../../../../shared/errors/ops-error.ts';

const awsError = (name: string, message = 'said AWS', extra: object = {}) =>
  Object.assign(new Error(message), { name, ...extra });

describe('the classes of AWS errors', () => {
  const classes = { isNotFound, isAlreadyExists, isInUse, isThrottled, isPropagating, isUnfulfillable, isAccessDenied };

  it.each([
    ['isNotFound', awsError('ResourceNotFoundException')],
    ['isNotFound', awsError('NoSuchEntityException', 'x', { Code: 'NoSuchEntity' })],
    ['isNotFound', awsError('Error', 'x', { Code: 'AWS.SimpleQueueService.NonExistentQueue' })],
    ['isNotFound', awsError('ClientException', 'No cluster found for name: banking.')],
    ['isAlreadyExists', awsError('EntityAlreadyExistsException')],
    ['isInUse', awsError('ResourceInUseException')],
    ['isThrottled', awsError('RequestLimitExceeded')],
    ['isPropagating', awsError('InvalidParameterException', 'Role with arn: arn:… could not be assumed because …')],
    ['isPropagating', awsError('InvalidParameterException', "The role doesn't have the Amazon EKS Managed Policies")],
    ['isPropagating', awsError('InvalidParameterException', 'Error in role params')],
    ['isPropagating', awsError('InvalidRequestException', "The IAM role's policy must include the action")],
    ['isPropagating', awsError('ResourcePropagationDelayException')],
    ['isUnfulfillable', awsError('InsufficientInstanceCapacity')],
    ['isAccessDenied', awsError('UnauthorizedOperation')],
  ])('puts an error into %s and into no other: %s', (expected, error) => {
    const found = Object.entries(classes).flatMap(([name, is]) => (is(error) ? [name] : []));

    expect(found).toEqual([expected]);
  });

  it.each([
    awsError('ClientException', 'something else'),
    awsError('InvalidParameterException', 'subnet is invalid'),
    new Error('no code'),
    'text',
    undefined,
  ])('knows nothing of %s', (error) => {
    expect(Object.values(classes).filter((is) => is(error))).toEqual([]);
  });
});

describe('toOpsError', () => {
  it.each([
    [awsError('ThrottlingException'), 'Throttled', true],
    [awsError('AccessDenied'), 'AccessDenied', false],
    [awsError('Strange', 'x', { $metadata: { httpStatusCode: 503 } }), 'Unavailable', true],
    [awsError('Strange'), 'AwsFailed', false],
  ])('names %s %s for the state machines', (error, name, retryable) => {
    expect(toOpsError(error)).toMatchObject({ name, retryable, cause: error });
  });

  it('says what was being done and to what', () => {
    const error = toOpsError(awsError('AccessDenied', 'no'), 'creating cluster banking', { cluster: 'banking' });

    expect(error.message).toBe('creating cluster banking: AccessDenied: no');
    expect(error.details).toEqual({ cluster: 'banking', code: 'AccessDenied' });
  });

  it('leaves an error of our own as it is', () => {
    const own = new OpsError('LeaseHeld', 'held');

    expect(toOpsError(own, 'anything')).toBe(own);
  });
});
