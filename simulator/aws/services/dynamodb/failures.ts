import { SimulatedAwsError } from '../../errors.ts';
import type { Item } from './attribute-values.ts';

export function validation(message: string): SimulatedAwsError {
  return new SimulatedAwsError('ValidationException', message);
}

/** `old` is the item as it was found, for calls that ask for it by ReturnValuesOnConditionCheckFailure. */
export function conditionFailed(old: Item | undefined): SimulatedAwsError {
  const error = new SimulatedAwsError('ConditionalCheckFailedException', 'The conditional request failed');
  return old ? Object.assign(error, { Item: old }) : error;
}

export type CancellationReason = { readonly Code: string; readonly Message?: string; readonly Item?: Item };

export function transactionCancelled(reasons: readonly CancellationReason[]): SimulatedAwsError {
  const codes = reasons.map((reason) => reason.Code).join(', ');
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  return Object.assign(new SimulatedAwsError('TransactionCanceledException', message), {
    CancellationReasons: reasons,
  });
}

export function noSuchTable(): SimulatedAwsError {
  return new SimulatedAwsError('ResourceNotFoundException', 'Requested resource not found');
}
