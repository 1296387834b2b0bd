import type { Gate } from '../core/gate.ts';
import type { Simulation } from '../core/simulation.ts';
import { Trace } from '../core/trace.ts';
import { type CallFault, runWithFault } from './call-faults.ts';
import { copyOf } from './copy.ts';
import { NotSimulatedError } from './errors.ts';
import { inputFaults, type OperationSchema, outputFaults } from './strict.ts';
import type { AccessRequest, CallContext, Caller, Operation, SimulatedService } from './types.ts';

/** A module of the SDK, e.g. @aws-sdk/client-eks: where the command classes and with them the schemas come from. */
export type SdkModule = Readonly<Record<string, unknown>>;

/** Decides whether a caller may do something; throws what the service would answer when it may not. */
export type Authorizer = (request: AccessRequest, context: CallContext, serviceId: string) => void;

export type InjectedCall = {
  readonly serviceId: string;
  readonly operation: string;
  readonly caller: Caller;
  readonly count: number;
  readonly input: object;
};

/** Called before an operation runs; may throw an AWS error in its place (throttling, an outage), or say what else goes wrong. */
export type FaultInjector = (call: InjectedCall) => CallFault | undefined;

export type CloudOptions = {
  readonly simulation: Simulation;
  readonly accountId: string;
  readonly region: string;
  readonly services: readonly { readonly service: SimulatedService; readonly sdk: SdkModule }[];
  readonly authorize: Authorizer;
  readonly injectFault?: FaultInjector;
  /** How many of the last calls the trace keeps; without it, all. */
  readonly traceLimit?: number | undefined;
};

const LATENCY_SECONDS = [0.015, 0.12] as const;

type Counts = { calls: Record<string, number> };

const initialCounts = (): Counts => ({ calls: {} });

/** The simulated account: finds the operation, checks the input, the permissions and the answer, and keeps the trace. */
export class Cloud {
  readonly trace: Trace;
  readonly #options: CloudOptions;
  readonly #services = new Map<string, { service: SimulatedService; sdk: SdkModule }>();
  readonly #operations = new Map<string, { operation: Operation; schema: OperationSchema }>();

  constructor(options: CloudOptions) {
    this.#options = options;
    this.trace = new Trace(options.traceLimit);
    for (const entry of options.services) {
      this.#services.set(entry.service.serviceId, entry);
      entry.service.register?.(options.simulation, this.context(awsItself(options.accountId, entry.service.serviceId)));
    }
  }

  get gate(): Gate {
    return this.#options.simulation.gate;
  }

  context(caller: Caller): CallContext {
    const { simulation, accountId, region } = this.#options;
    return {
      simulation,
      caller,
      accountId,
      region,
      call: <O>(serviceId: string, name: string, input: object, as: Caller = caller) =>
        this.call(serviceId, name, input, as) as Promise<O>,
    };
  }

  /** Makes one call. Rejects with the AWS error, or with a plain Error when the simulator itself is at fault. */
  async call(
    serviceId: string,
    name: string,
    input: object,
    caller: Caller,
    latency: readonly [low: number, high: number] = LATENCY_SECONDS,
  ): Promise<object> {
    const { operation, schema } = this.#find(serviceId, name);
    const atMs = this.#options.simulation.now();
    const record = (outcome: string) =>
      this.trace.isKept &&
      this.trace.record({
        at: new Date(atMs).toISOString(),
        caller: roleName(caller),
        service: serviceId,
        operation: name,
        input,
        outcome,
      });
    try {
      const output = await this.#perform(serviceId, name, operation, schema, copyOf(input), caller, latency);
      record('ok');
      return output;
    } catch (error) {
      record(error instanceof Error ? error.name : 'unknown');
      this.#services.get(serviceId)?.service.onFailure?.(name, input, error, this.context(caller));
      throw error;
    }
  }

  async #perform(
    serviceId: string,
    name: string,
    operation: Operation,
    schema: OperationSchema,
    input: object,
    caller: Caller,
    latency: readonly [low: number, high: number],
  ): Promise<object> {
    const { simulation, authorize, injectFault } = this.#options;
    const faults = inputFaults(schema, input);
    if (faults.length > 0) throw new NotSimulatedError(`${serviceId} would refuse ${name}: ${faults.join('; ')}`);
    const count = this.#count(`${serviceId}:${name}`);
    await simulation.sleep(simulation.between(`latency:${serviceId}:${name}:${count}`, ...latency));
    const fault = injectFault?.({ serviceId, operation: name, caller, count, input });
    const context = this.context(caller);
    for (const request of operation.authorize(input as never, context)) authorize(request, context, serviceId);
    const run = (given: object) => operation.run(given as never, context);
    const output = fault ? await runWithFault(simulation, fault, input, run) : await run(input);
    const invented = outputFaults(schema, output);
    if (invented.length > 0)
      throw new NotSimulatedError(`${serviceId} never answers ${name} like this: ${invented.join('; ')}`);
    const answer = copyOf(output);
    return operation.afterClone?.(answer) ?? answer;
  }

  #find(serviceId: string, name: string): { operation: Operation; schema: OperationSchema } {
    const known = this.#operations.get(`${serviceId}:${name}`);
    if (known) return known;
    const entry = this.#services.get(serviceId);
    const operation = entry?.service.operations[name];
    const CommandClass = entry?.sdk[`${name}Command`] as
      | (new (
          input: object,
        ) => { schema: OperationSchema })
      | undefined;
    if (!operation || !CommandClass) throw new NotSimulatedError(`${serviceId} ${name}`);
    const found = { operation, schema: new CommandClass({}).schema };
    this.#operations.set(`${serviceId}:${name}`, found);
    return found;
  }

  #count(key: string): number {
    const counts = this.#options.simulation.state('cloud', initialCounts);
    counts.calls[key] = (counts.calls[key] ?? 0) + 1;
    return counts.calls[key];
  }
}

/** What AWS does by itself, as a caller. */
function awsItself(accountId: string, serviceId: string): Caller {
  return { roleArn: `arn:aws:iam::${accountId}:role/aws-service/${serviceId}`, sessionName: 'aws' };
}

function roleName(caller: Caller): string {
  return caller.roleArn.slice(caller.roleArn.lastIndexOf('/') + 1);
}
