import { SimulatedAwsError } from '../../errors.ts';

/** The code of the older protocol goes with the SDK's name where the two differ. */
function failure(name: string, message: string, code = name, status = 400): SimulatedAwsError {
  return Object.assign(new SimulatedAwsError(name, message, status), { Code: code });
}

export function queueDoesNotExist(): SimulatedAwsError {
  return failure('QueueDoesNotExist', 'The specified queue does not exist.', 'AWS.SimpleQueueService.NonExistentQueue');
}

export function queueDeletedRecently(): SimulatedAwsError {
  return failure(
    'QueueDeletedRecently',
    'You must wait 60 seconds after deleting a queue before you can create another with the same name.',
    'AWS.SimpleQueueService.QueueDeletedRecently',
  );
}

export function queueNameExists(attribute: string): SimulatedAwsError {
  return failure(
    'QueueNameExists',
    `A queue already exists with the same name and a different value for attribute ${attribute}`,
    'QueueAlreadyExists',
  );
}

export function invalidAttributeName(name: string): SimulatedAwsError {
  return failure('InvalidAttributeName', `Unknown Attribute ${name}.`);
}

export function invalidAttributeValue(name: string, reason?: string): SimulatedAwsError {
  return failure(
    'InvalidAttributeValue',
    `Invalid value for the parameter ${name}.${reason ? ` Reason: ${reason}` : ''}`,
  );
}

export function invalidParameter(message: string): SimulatedAwsError {
  return failure('InvalidParameterValue', message);
}

export function missingParameter(name: string): SimulatedAwsError {
  return failure('MissingParameter', `The request must contain the parameter ${name}.`);
}

export function batchFailure(name: string, message: string): SimulatedAwsError {
  return failure(name, message, `AWS.SimpleQueueService.${name}`);
}

export function receiptHandleIsInvalid(): SimulatedAwsError {
  return failure('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.', undefined, 404);
}

export function purgeInProgress(name: string): SimulatedAwsError {
  return failure(
    'PurgeQueueInProgress',
    `Only one PurgeQueue operation on ${name} is allowed every 60 seconds.`,
    'AWS.SimpleQueueService.PurgeQueueInProgress',
  );
}

export function overLimit(): SimulatedAwsError {
  return failure('OverLimit', 'Too many messages in flight.');
}
