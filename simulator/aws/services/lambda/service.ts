import type {
  AliasConfiguration,
  AliasRoutingConfiguration,
  GetAliasRequest,
  UpdateAliasRequest,
} from '@aws-sdk/client-lambda';
import type { AliasRoute } from '../../../lambda/qualifiers.ts';
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

/** What the API needs of the runtime. Aliases by their ARN. */
export type LambdaPorts = Pick<FunctionTargets, 'exists' | 'invokeAsync'> & {
  routeOf(aliasArn: string): AliasRoute | undefined;
  setRoute(aliasArn: string, route: AliasRoute): void;
};

/** Lambda's own API, as far as functions and deployments use it: asynchronous invocations, and where an alias leads. */
export function lambdaService(functions: LambdaPorts): SimulatedService {
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
      GetAlias: operation<GetAliasRequest, AliasConfiguration>({
        authorize: (input) => [{ action: 'lambda:GetAlias', resource: functionArnOf(input.FunctionName) }],
        run: (input) => {
          const arn = aliasArnOf(input);
          return viewOf(arn, presentRoute(functions, arn));
        },
      }),
      UpdateAlias: operation<UpdateAliasRequest, AliasConfiguration>({
        authorize: (input) => [{ action: 'lambda:UpdateAlias', resource: functionArnOf(input.FunctionName) }],
        run: (input) => {
          const { FunctionName, Name, FunctionVersion, RoutingConfig, ...others } = input;
          for (const [name, value] of Object.entries(others))
            if (value !== undefined) throw new NotSimulatedError(`lambda:UpdateAlias with ${name}`);
          const arn = aliasArnOf({ FunctionName, Name });
          const before = presentRoute(functions, arn);
          const additional = RoutingConfig ? additionalIn(RoutingConfig) : before.additional;
          const route = { version: FunctionVersion ?? before.version, ...(additional ? { additional } : {}) };
          if (route.additional?.version === route.version)
            throw invalid(`Invalid function version ${route.version}. Function version is already the alias's own.`);
          functions.setRoute(arn, route);
          return viewOf(arn, route);
        },
      }),
    },
  };
}

type AliasName = { readonly FunctionName?: string | undefined; readonly Name?: string | undefined };

function functionArnOf(functionName = ''): string {
  if (!functionName.startsWith('arn:')) throw new NotSimulatedError('an alias of a function by a name that is no ARN');
  return functionName;
}

function aliasArnOf({ FunctionName, Name }: AliasName): string {
  return `${functionArnOf(FunctionName)}:${Name}`;
}

function presentRoute(functions: LambdaPorts, arn: string): AliasRoute {
  const route = functions.routeOf(arn);
  if (!route) throw new SimulatedAwsError('ResourceNotFoundException', `Cannot find alias arn: ${arn}`, 404);
  return route;
}

/** An empty configuration takes the second version away. */
function additionalIn({ AdditionalVersionWeights = {} }: AliasRoutingConfiguration): AliasRoute['additional'] {
  const [first, ...more] = Object.entries(AdditionalVersionWeights);
  if (!first) return undefined;
  const [version, weight] = first;
  if (more.length > 0) throw invalid('Number of items in AdditionalVersionWeights cannot be greater than 1.');
  if (!(weight >= 0 && weight <= 1))
    throw invalid(`Value ${weight} for AdditionalVersionWeights must be between 0 and 1.`);
  return { version, weight };
}

function viewOf(AliasArn: string, { version, additional }: AliasRoute): AliasConfiguration {
  return {
    AliasArn,
    Name: AliasArn.slice(AliasArn.lastIndexOf(':') + 1),
    FunctionVersion: version,
    ...(additional ? { RoutingConfig: { AdditionalVersionWeights: { [additional.version]: additional.weight } } } : {}),
  };
}

function invalid(message: string): SimulatedAwsError {
  return new SimulatedAwsError('InvalidParameterValueException', message);
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
