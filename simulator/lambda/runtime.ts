import { pathToFileURL } from 'node:url';
import { invocation } from '../../shared/lambda/invocation.ts';
import type { Cloud } from '../aws/cloud.ts';
import { currentCaller } from '../aws/current-caller.ts';
import type { Caller } from '../aws/types.ts';
import type { Simulation } from '../core/simulation.ts';

/** A function as the compiled template describes it, with every intrinsic resolved. */
export type FunctionConfig = {
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  /** Absolute path of the handler's source. */
  readonly sourceFile: string;
  readonly exportName: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
};

type Handler = (event: unknown, context: object) => Promise<unknown>;

/** An error as Step Functions and EventBridge see it: the handler's error name, or Sandbox.Timedout. */
export class FunctionError extends Error {
  constructor(name: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = name;
  }
}

export type LambdaRuntime = {
  /** Throws FunctionError when the handler throws or its time is over. A retry has the request id of the first attempt. */
  invoke(arn: string, payload: unknown, requestId?: string): Promise<unknown>;
  readonly functions: ReadonlyMap<string, FunctionConfig>;
};

type RuntimeOptions = {
  readonly simulation: Simulation;
  readonly cloud: Cloud;
  readonly functions: readonly FunctionConfig[];
  /** Credentials of a function's own role, as Lambda puts them into the environment. */
  readonly credentials: (caller: Caller) => Readonly<Record<string, string>>;
  /** Proves that the function may write its log; throws the denial. */
  readonly checkLogAccess: (config: FunctionConfig, caller: Caller) => void;
};

const COLD_START_SECONDS = 0.4;
const WARM_START_SECONDS = 0.01;

/** Runs handlers from source, each with the role, the environment and the time limit that the template gives it. */
export function createLambdaRuntime(options: RuntimeOptions): LambdaRuntime {
  const { simulation, cloud } = options;
  const functions = new Map(options.functions.map((config) => [config.arn, config]));
  const handlers = new Map<string, Promise<Handler>>();

  const callerOf = (config: FunctionConfig): Caller => ({ roleArn: config.roleArn, sessionName: config.name });

  async function invoke(arn: string, payload: unknown, requestId = newRequestId(simulation)): Promise<unknown> {
    const config = functions.get(arn);
    if (!config) throw new FunctionError('Lambda.ResourceNotFoundException', `Function not found: ${arn}`);
    const caller = callerOf(config);
    const isCold = !handlers.has(arn);
    if (isCold) handlers.set(arn, loadHandler(config, { ...config.environment, ...options.credentials(caller) }));
    const handler = await simulation.gate.run(async () => handlers.get(arn));
    if (!handler) throw new Error(`no handler for ${arn}`);
    await simulation.sleep(isCold ? COLD_START_SECONDS : WARM_START_SECONDS);
    options.checkLogAccess(config, caller);
    const context = lambdaContext(config, simulation, requestId);
    return withTimeLimit(config, () =>
      currentCaller.run({ caller, cloud }, () =>
        invocation.run({ realOperation: (operation) => simulation.gate.run(operation) }, () =>
          handler(structuredClone(payload), context),
        ),
      ),
    );
  }

  return { invoke, functions };
}

let boots = 0;

/** Imports the handler anew, with the function's environment in place: it is read once, at load, as on a cold start. */
async function loadHandler(config: FunctionConfig, environment: Readonly<Record<string, string>>): Promise<Handler> {
  const before = process.env;
  process.env = { ...before, ...environment };
  try {
    boots += 1;
    const module = (await import(`${pathToFileURL(config.sourceFile).href}?boot=${boots}`)) as Record<string, unknown>;
    const handler = module[config.exportName];
    if (typeof handler !== 'function') throw new Error(`${config.sourceFile} exports no ${config.exportName}`);
    return handler as Handler;
  } finally {
    process.env = before;
  }
}

export function newRequestId(simulation: Simulation): string {
  return `00000000-0000-4000-8000-${String(simulation.nextId()).padStart(12, '0')}`;
}

function lambdaContext(config: FunctionConfig, simulation: Simulation, awsRequestId: string): object {
  const deadline = simulation.now() + config.timeoutSeconds * 1000;
  return {
    functionName: config.name,
    invokedFunctionArn: config.arn,
    awsRequestId,
    getRemainingTimeInMillis: () => deadline - simulation.now(),
  };
}

async function withTimeLimit(config: FunctionConfig, work: () => Promise<unknown>): Promise<unknown> {
  const timeout = Promise.withResolvers<never>();
  const timer = setTimeout(
    () =>
      timeout.reject(
        new FunctionError(
          'Sandbox.Timedout',
          `${config.name}: Task timed out after ${config.timeoutSeconds}.00 seconds`,
        ),
      ),
    config.timeoutSeconds * 1000,
  );
  try {
    return (await Promise.race([work(), timeout.promise])) ?? null;
  } catch (error) {
    if (error instanceof FunctionError) throw error;
    const name = error instanceof Error ? error.name : 'Error';
    throw new FunctionError(name, error instanceof Error ? error.message : String(error), error);
  } finally {
    clearTimeout(timer);
  }
}
