import type { Cloud } from '../../simulator/aws/cloud.ts';
import type { Caller } from '../../simulator/aws/types.ts';

type AnyCommand = { readonly schema: readonly [number, string, string]; readonly input: object };

export const TEST_CALLER: Caller = { roleArn: 'arn:aws:iam::111122223333:role/test', sessionName: 'test' };

/** As much of an SDK client as adapters need: its commands go to the simulated account. */
export function simulatedClient<Client extends { send: unknown }>(
  cloud: Cloud,
  serviceId: string,
  caller: Caller = TEST_CALLER,
): Pick<Client, 'send'> {
  const send = ({ schema, input }: AnyCommand) => cloud.call(serviceId, schema[2], input, caller);
  return { send } as unknown as Pick<Client, 'send'>;
}
