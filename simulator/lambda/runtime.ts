import { invocation } from '../../shared/lambda/invocation.ts';
import type { Cloud } from '../aws/cloud.ts';
import { currentCaller } from '../aws/current-caller.ts';
import { countInvocation, countThrottle, measureConcurrency } from '../aws/services/cloudwatch/counters.ts';
import type { Caller } from '../aws/types.ts';
import type { Simulation } from '../core/simulation.ts';
import { type Containers, containersByWorld, type Handler } from './containers.ts';
import { type DrawnFaults, drawFaults } from './faults.ts';
import type { AliasConfig, FunctionConfig, VersionConfig } from './function-config.ts';
import { FunctionError, THROTTLED, withTimeLimit } from './outcome.ts';
import {
  type AliasRoute,
  type InvocationTarget,
  invokedTarget,
  publishVersion,
  type Qualifiers,
  resolveTarget,
  routeOf,
  setRoute,
} from './qualifiers.ts';

export type LambdaRuntime = {
  /**
   * Invokes a function by its ARN or by that of a version or an alias. Throws FunctionError when the handler throws, its time
   * is over, or nothing is free to run it (`isThrottled`). A retry has the request id of the first attempt.
   */
  invoke(arn: string, payload: unknown, requestId?: string): Promise<unknown>;
  readonly functions: ReadonlyMap<string, FunctionConfig>;
  /** The function behind an ARN, also behind that of a version or an alias. */
  functionOf(arn: string): FunctionConfig | undefined;
  /** Publishes a version, of the function's own code or of another; gives its number. */
  publishVersion(functionArn: string, code?: VersionConfig['code']): string;
  /** Where an alias leads; undefined when there is none of that ARN. */
  routeOf(aliasArn: string): AliasRoute | undefined;
  /** Leads an alias elsewhere. Another version's invocations start in environments of their own. */
  setRoute(aliasArn: string, route: AliasRoute): void;
  /** How many invocations of the function are under way. */
  concurrency(functionArn: string): number;
};

type RuntimeOptions = {
  readonly simulation: Simulation;
  readonly cloud: Cloud;
  readonly functions: readonly FunctionConfig[];
  readonly versions?: readonly VersionConfig[];
  readonly aliases?: readonly AliasConfig[];
  /** Credentials of a function's own role, as Lambda puts them into the environment. */
  readonly credentials: (caller: Caller) => Readonly<Record<string, string>>;
  /** Proves that the function may write its log; throws the denial. */
  readonly checkLogAccess: (config: FunctionConfig, caller: Caller) => void;
  /** Takes each line that a function writes to its log by itself. */
  readonly onLogLine?: ((functionName: string, line: string) => void) | undefined;
};

/** What an account may run at once, and what of it reservations must leave. */
export const ACCOUNT_CONCURRENCY = 1000;
const COLD_START_SECONDS = 0.4;
const WARM_START_SECONDS = 0.01;
/** 6 MB for what a synchronous invocation takes and answers. */
export const MAX_PAYLOAD_BYTES = 6_291_556;

/** Runs handlers from source, each with the role, the environment and the limits that the template gives it. */
export function createLambdaRuntime(options: RuntimeOptions): LambdaRuntime {
  const { simulation } = options;
  const functions = new Map(options.functions.map((config) => [config.arn, config]));
  const known: Qualifiers = { functions, versions: options.versions ?? [], aliases: options.aliases ?? [] };
  const containers = containersByWorld(simulation);

  async function invoke(arn: string, payload: unknown, requestId = newRequestId(simulation)): Promise<unknown> {
    const target = invokedTarget(simulation, known, arn);
    if (!target) throw new FunctionError('Lambda.ResourceNotFoundException', `Function not found: ${arn}`);
    const { config } = target;
    const event = JSON.stringify(payload ?? null);
    if (Buffer.byteLength(event) > MAX_PAYLOAD_BYTES)
      throw new FunctionError('Lambda.RequestTooLargeException', `${config.name}: the event is larger than 6 MB`);
    const here = containers();
    const faults = drawFaults(simulation, config.name);
    if (faults.isThrottled || freeFor(config, functions, here) <= 0) {
      countThrottle(simulation, config.name, qualifierOf(config, arn));
      throw new FunctionError(THROTTLED, `Rate Exceeded: ${config.name} has no concurrency left`);
    }
    return runIn(here, { options, target, arn, event, requestId, faults });
  }

  return {
    invoke,
    functions,
    functionOf: (arn) => resolveTarget(simulation, known, arn)?.config,
    publishVersion: (functionArn, code) => publishVersion(simulation, known, functionArn, code),
    routeOf: (aliasArn) => routeOf(simulation, known, aliasArn),
    setRoute: (aliasArn, route) => setRoute(simulation, known, aliasArn, route),
    concurrency: (functionArn) => containers().busy(functionArn),
  };
}

/** What a function may still start: out of its own reserve, or out of what the reserves leave to all others. */
function freeFor(config: FunctionConfig, functions: ReadonlyMap<string, FunctionConfig>, here: Containers): number {
  if (config.reservedConcurrency !== undefined) return config.reservedConcurrency - here.busy(config.arn);
  let free = ACCOUNT_CONCURRENCY;
  for (const { arn, reservedConcurrency } of functions.values()) free -= reservedConcurrency ?? here.busy(arn);
  return free;
}

type Run = {
  readonly options: RuntimeOptions;
  readonly target: InvocationTarget;
  readonly arn: string;
  readonly event: string;
  readonly requestId: string;
  readonly faults: DrawnFaults;
};

async function runIn(here: Containers, run: Run): Promise<unknown> {
  const { options, target, faults } = run;
  const { simulation } = options;
  const { config, version, provisionedConcurrency } = target;
  const key = `${config.arn}:${version}`;
  const caller: Caller = { roleArn: config.roleArn, sessionName: config.name };
  const isProvisioned = here.busyVersion(key) < provisionedConcurrency;
  const { container, isNew } = here.take(config, key, {
    environment: () => options.credentials(caller),
    mustBeNew: faults.isCold,
  });
  const qualifier = qualifierOf(config, run.arn);
  measureConcurrency(simulation, config.name, here.busy(config.arn), qualifier);
  let isUsable = false;
  let isAnswered = false;
  let startedMs = simulation.now();
  try {
    const handler = await container.handler;
    const isCold = isNew && (faults.isCold || !isProvisioned);
    await simulation.sleep(isCold ? COLD_START_SECONDS : WARM_START_SECONDS);
    options.checkLogAccess(config, caller);
    startedMs = simulation.now();
    const answer = await withTimeLimit(config, faults.ending, (isOver) => handle(run, caller, handler, isOver));
    isUsable = true;
    isAnswered = true;
    return answer;
  } catch (error) {
    isUsable = error instanceof FunctionError && !error.endsEnvironment;
    throw error;
  } finally {
    here.release(config, key, container, isUsable);
    const durationMs = simulation.now() - startedMs;
    countInvocation(simulation, { functionName: config.name, alias: qualifier, durationMs, isFailed: !isAnswered });
  }
}

/** The version or alias by which a function was called. */
function qualifierOf(config: FunctionConfig, arn: string): string | undefined {
  return arn === config.arn ? undefined : arn.slice(config.arn.length + 1);
}

/** Calls the handler in its surroundings. Nothing that it does after its time is over has an effect or an answer. */
async function handle(run: Run, caller: Caller, handler: Handler, isOver: () => boolean): Promise<unknown> {
  const { options, target, arn, event, requestId } = run;
  const { simulation, cloud, onLogLine } = options;
  const { config, version } = target;
  const surroundings = {
    realOperation: <T>(operation: () => Promise<T>): Promise<T> =>
      isOver() ? new Promise<T>(() => undefined) : simulation.gate.run(operation),
    writeLine: (line: string) => {
      if (!isOver()) onLogLine?.(config.name, line);
    },
  };
  const deadline = simulation.now() + config.timeoutSeconds * 1000;
  const context = {
    functionName: config.name,
    functionVersion: version,
    invokedFunctionArn: arn,
    awsRequestId: requestId,
    getRemainingTimeInMillis: () => deadline - simulation.now(),
  };
  const result = await currentCaller.run({ caller, cloud, isOver }, () =>
    invocation.run(surroundings, () => handler(JSON.parse(event), context)),
  );
  const answer = JSON.stringify(result ?? null);
  if (Buffer.byteLength(answer) > MAX_PAYLOAD_BYTES)
    throw new FunctionError('Function.ResponseSizeTooLarge', `${config.name}: the answer is larger than 6 MB`);
  return JSON.parse(answer);
}

export function newRequestId(simulation: Simulation): string {
  return `00000000-0000-4000-8000-${String(simulation.nextId()).padStart(12, '0')}`;
}
