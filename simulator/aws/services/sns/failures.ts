import { SimulatedAwsError } from '../../errors.ts';

/** The SDK's name of an exception; the older protocol's code goes without its last word. */
function failure(code: string, message: string, status = 400): SimulatedAwsError {
  return Object.assign(new SimulatedAwsError(`${code}Exception`, message, status), { Code: code });
}

export function topicDoesNotExist(): SimulatedAwsError {
  return failure('NotFound', 'Topic does not exist', 404);
}

export function invalidParameter(what: string): SimulatedAwsError {
  return failure('InvalidParameter', `Invalid parameter: ${what}`);
}

export function batchFailure(code: string, message: string): SimulatedAwsError {
  return failure(code, message);
}

export function keyAccessDenied(message: string): SimulatedAwsError {
  return failure('KMSAccessDenied', message);
}

export function keyNotFound(keyId: string): SimulatedAwsError {
  return failure('KMSNotFound', `The key of the topic does not exist: ${keyId}`);
}

export function keyDisabled(arn: string): SimulatedAwsError {
  return failure('KMSDisabled', `${arn} is disabled.`);
}
