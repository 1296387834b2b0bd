import type { Simulation } from '../core/simulation.ts';
import { Trace } from '../core/trace.ts';
import { NotSimulatedError } from './errors.ts';
import { inputFaults, type OperationSchema, outputFaults } from './strict.ts';
import type { AccessRequest, CallContext, Caller, Operation, SimulatedService } from './types.ts';

/** A module of the SDK, e.g. @aws-sdk/client-eks: where the command classes and with them the schemas come from. */
export type SdkModule = Readonly<Record<string, unknown>>;

/** Decides whether a caller may do something; throws what the service would answer when it may not. */
export type Authorizer = (request: AccessRequest, context: CallContext, serviceId: string) => void;

/** Called before an operation runs; may throw an AWS error in its place (throttling, an outage). */
export type FaultInjector = (call: { serviceId: string; operation: string; caller: Caller; count: number }) => void;

export type CloudOptions = {
  readonly simulation: Simulation;
  readonly accountId: string;
  readonly region: string;
  readonly services: readonly { readonly service: SimulatedService; readonly sdk: SdkModule }[];
  readonly authorize: Authorizer;
  readonly injectFault?: FaultInjector;
};

type Counts = { calls: Record<string, number> };

const initialCounts = (): Counts => ({ calls: {} });

/** The simulated account: finds the operation, checks the input, the permissions and the answer, and keeps the trace. */
export class Cloud {
  readonly trace = new Trace();
  readonly #options: CloudOptions;
  readonly #services = new Map<string, { service: SimulatedService; sdk: SdkModule }>();

  constructor(options: CloudOptions) {
    this.#options = options;
    for (const entry of options.services) {
      this.#services.set(entry.service.serviceId, entry);
      entry.service.register?.(options.simulation, this.context(awsItself(options.accountId, entry.service.serviceId)));
    }
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
  async call(serviceId: string, name: string, input: object, caller: Caller): Promise<object> {
    const { operation, schema } = this.#find(serviceId, name);
    const at = new Date(this.#options.simulation.now()).toISOString();
    const record = (outcome: string) =>
      this.trace.record({ at, caller: roleName(caller), service: serviceId, operation: name, input, outcome });
    try {
      const output = await this.#perform(serviceId, name, operation, schema, structuredClone(input), caller);
      record('ok');
      return output;
    } catch (error) {
      record(error instanceof Error ? error.name : 'unknown');
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
  ): Promise<object> {
    const { simulation, authorize, injectFault } = this.#options;
    const faults = inputFaults(schema, input);
    if (faults.length > 0) throw new NotSimulatedError(`${serviceId} would refuse ${name}: ${faults.join('; ')}`);
    const count = this.#count(`${serviceId}:${name}`);
    await simulation.sleep(simulation.between(`latency:${serviceId}:${name}:${count}`, 0.015, 0.12));
    injectFault?.({ serviceId, operation: name, caller, count });
    const context = this.context(caller);
    for (const request of operation.authorize(input as never, context)) authorize(request, context, serviceId);
    const output = await operation.run(input as never, context);
    const invented = outputFaults(schema, output);
    if (invented.length > 0)
      throw new NotSimulatedError(`${serviceId} never answers ${name} like this: ${invented.join('; ')}`);
    const answer = structuredClone(output);
    return operation.afterClone?.(answer) ?? answer;
  }

  #find(serviceId: string, name: string): { operation: Operation; schema: OperationSchema } {
    const entry = this.#services.get(serviceId);
    const operation = entry?.service.operations[name];
    const CommandClass = entry?.sdk[`${name}Command`] as
      | (new (
          input: object,
        ) => { schema: OperationSchema })
      | undefined;
    if (!operation || !CommandClass) throw new NotSimulatedError(`${serviceId} ${name}`);
    return { operation, schema: new CommandClass({}).schema };
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
