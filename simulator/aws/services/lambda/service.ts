import { NotSimulatedError, SimulatedAwsError } from '../../errors.ts';
import { operation, type SimulatedService } from '../../types.ts';
import type { FunctionTargets } from '../eventbridge/delivery/targets.ts';

type InvokeInput = {
  FunctionName: string;
  InvocationType?: string;
  Payload?: Uint8Array;
  Qualifier?: string;
  LogType?: string;
  ClientContext?: string;
};

/** What an event may have at most: 1 MB. */
const MAX_EVENT_BYTES = 1_048_576;

/** Lambda's own API, as far as functions use it: asynchronous invocation of another function. */
export function lambdaService(functions: Pick<FunctionTargets, 'exists' | 'invokeAsync'>): SimulatedService {
  return {
    serviceId: 'Lambda',
    operations: {
      Invoke: operation<InvokeInput, { StatusCode: number }>({
        authorize: ({ FunctionName }) => [{ action: 'lambda:InvokeFunction', resource: FunctionName }],
        run: ({ FunctionName, InvocationType, Payload, ...others }) => {
          for (const [name, value] of Object.entries(others))
            if (value !== undefined) throw new NotSimulatedError(`lambda:Invoke with ${name}`);
          if (InvocationType !== 'Event') throw new NotSimulatedError(`lambda:Invoke other than with Event`);
          if (!FunctionName.startsWith('arn:')) throw new NotSimulatedError('lambda:Invoke by a name that is no ARN');
          if (!functions.exists(FunctionName))
            throw new SimulatedAwsError('ResourceNotFoundException', `Function not found: ${FunctionName}`, 404);
          functions.invokeAsync(FunctionName, eventIn(Payload));
          return { StatusCode: 202 };
        },
      }),
    },
  };
}

function eventIn(payload: Uint8Array | undefined): unknown {
  if (!payload || payload.length === 0) return {};
  if (payload.length > MAX_EVENT_BYTES)
    throw new SimulatedAwsError(
      'RequestTooLargeException',
      `Request must be smaller than ${MAX_EVENT_BYTES} bytes`,
      413,
    );
  try {
    return JSON.parse(new TextDecoder().decode(payload));
  } catch {
    throw new SimulatedAwsError('InvalidRequestContentException', 'Could not parse request body into json', 400);
  }
}
