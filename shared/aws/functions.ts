import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { toOpsError } from './errors.ts';

/** Hands an event to a function and does not wait for what it makes of it. */
export async function invokeAsync(
  lambda: Pick<LambdaClient, 'send'>,
  functionArn: string,
  event: unknown,
): Promise<void> {
  const Payload = new TextEncoder().encode(JSON.stringify(event));
  const command = new InvokeCommand({ FunctionName: functionArn, InvocationType: 'Event', Payload });
  await lambda.send(command).catch((error: unknown) => {
    throw toOpsError(error, `invoking ${functionArn}`, { functionArn });
  });
}
