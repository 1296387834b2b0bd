import { ExecutionAbortedError, ExecutionError, ExecutionTimeoutError, StateMachine } from 'aws-local-stepfunctions';
import { type ExecutionRecord, type ExecutionStatus, executionsOf } from '../aws/services/sfn/executions.ts';
import type { ExecutionEngine } from '../aws/services/sfn/index.ts';
import type { Caller } from '../aws/types.ts';
import type { Simulation } from '../core/simulation.ts';
import { allStates, type MachineDefinition, type StateDefinition } from './definition.ts';

/** A state machine of the compiled template, its definition substituted. */
export type MachineConfig = {
  readonly arn: string;
  readonly name: string;
  readonly roleArn: string;
  readonly definition: MachineDefinition;
};

/** Carries out a Task's resource as the machine's role. Throws an error whose name the machine's Retry and Catch match. */
export type TaskRunner = (task: {
  readonly resource: string;
  readonly input: unknown;
  readonly caller: Caller;
}) => Promise<unknown>;

export type StateEntered = {
  readonly execution: ExecutionRecord;
  readonly machine: string;
  readonly state: string;
  readonly input: unknown;
};

export type EngineHooks = {
  onStateEntered?(event: StateEntered): void;
  onStatusChange?(record: ExecutionRecord): void;
};

/** The largest state and the number of history events of one execution; AWS allows 262,144 bytes and 25,000 events. */
export type ExecutionSize = { largestStateBytes: number; historyEvents: number };

const MAX_STATE_BYTES = 262_144;
/** Scheduled, started, (timed out or failed or) succeeded, entered and exited for a Task; entered and exited for any other state. */
const EVENTS_OF_A_TASK = 5;
const EVENTS_OF_A_STATE = 2;

export type StepFunctionsEngine = ExecutionEngine & {
  readonly machines: ReadonlyMap<string, MachineConfig>;
  readonly sizes: ReadonlyMap<string, ExecutionSize>;
  /** Resolves with the record when the execution has ended, however it ended. */
  ended(executionArn: string): Promise<ExecutionRecord>;
  /** Forgets what runs, as after a restore of an earlier world. */
  forget(): void;
};

type Running = { abort(): void; readonly ended: Promise<ExecutionRecord> };

/** Runs the template's state machines on aws-local-stepfunctions, in virtual time, every Task through `runTask`. */
export function createEngine(options: {
  simulation: Simulation;
  machines: readonly MachineConfig[];
  runTask: TaskRunner;
  hooks: EngineHooks;
}): StepFunctionsEngine {
  const { simulation, hooks } = options;
  const machines = new Map(options.machines.map((machine) => [machine.arn, machine]));
  const running = new Map<string, Running>();
  const sizes = new Map<string, ExecutionSize>();

  function finish(record: ExecutionRecord, status: ExecutionStatus, more: Partial<ExecutionRecord>): ExecutionRecord {
    const current = executionsOf(simulation)[record.executionArn];
    if (current?.status === 'RUNNING') {
      Object.assign(current, { status, stopMs: simulation.now() }, more);
      hooks.onStatusChange?.(current);
    }
    return current ?? record;
  }

  function start(record: ExecutionRecord): void {
    const machine = machines.get(record.stateMachineArn);
    if (!machine) throw new Error(`no state machine ${record.stateMachineArn}`);
    const size: ExecutionSize = { largestStateBytes: 0, historyEvents: 2 };
    sizes.set(record.executionArn, size);
    const engine = new StateMachine(machine.definition as never, { validationOptions: { noValidate: true } } as never);
    const execution = engine.run(JSON.parse(record.input), {
      context: {
        Execution: { Id: record.executionArn, Name: record.name },
        StateMachine: { Id: machine.arn, Name: machine.name },
      },
      overrides: { taskResourceLocalHandlers: taskHandlers(machine, options.runTask) },
    } as never);
    hooks.onStatusChange?.(record);
    void follow(execution.eventLogs, { record, machine, size, hooks });
    const ended = execution.result.then(
      (output) => finish(record, 'SUCCEEDED', { output: JSON.stringify(output) }),
      (error: unknown) => finish(record, ...outcomeOf(error)),
    );
    running.set(record.executionArn, { abort: () => execution.abort(), ended });
  }

  return {
    machines,
    sizes,
    knows: (arn) => machines.has(arn),
    start,
    abort: (arn, error, cause) => {
      const record = executionsOf(simulation)[arn];
      if (record) finish(record, 'ABORTED', { ...(error ? { error } : {}), ...(cause ? { cause } : {}) });
      running.get(arn)?.abort();
    },
    ended: async (arn) => {
      const found = running.get(arn);
      if (!found) throw new Error(`no execution ${arn} is known to the engine`);
      return found.ended;
    },
    forget: () => running.clear(),
  };
}

function taskHandlers(
  machine: MachineConfig,
  runTask: TaskRunner,
): Record<string, (input: unknown) => Promise<unknown>> {
  const caller: Caller = { roleArn: machine.roleArn, sessionName: machine.name };
  const tasks = [...allStates(machine.definition)].filter(
    (entry): entry is [string, StateDefinition & { Resource: string }] => {
      return entry[1].Type === 'Task' && typeof entry[1].Resource === 'string';
    },
  );
  return Object.fromEntries(
    tasks.map(([name, state]) => [name, (input: unknown) => runTask({ resource: state.Resource, input, caller })]),
  );
}

type EventLog = {
  readonly type: string;
  readonly state?: { readonly name: string; readonly type: string; readonly input: unknown };
};

async function follow(
  logs: AsyncIterable<unknown>,
  context: { record: ExecutionRecord; machine: MachineConfig; size: ExecutionSize; hooks: EngineHooks },
): Promise<void> {
  const { record, machine, size, hooks } = context;
  for await (const { type, state } of logs as AsyncIterable<EventLog>) {
    if (type !== 'StateEntered' || !state) continue;
    size.historyEvents += state.type === 'Task' ? EVENTS_OF_A_TASK : EVENTS_OF_A_STATE;
    const bytes = Buffer.byteLength(JSON.stringify(state.input ?? null));
    size.largestStateBytes = Math.max(size.largestStateBytes, bytes);
    if (bytes > MAX_STATE_BYTES) throw new Error(`${machine.name}: the input of "${state.name}" has ${bytes} bytes`);
    hooks.onStateEntered?.({ execution: record, machine: machine.name, state: state.name, input: state.input });
  }
}

function outcomeOf(error: unknown): [ExecutionStatus, Partial<ExecutionRecord>] {
  if (error instanceof ExecutionTimeoutError) return ['TIMED_OUT', { error: 'States.Timeout' }];
  if (error instanceof ExecutionAbortedError) return ['ABORTED', {}];
  const inner = error instanceof ExecutionError ? (error.cause ?? error) : error;
  const { name, message } = inner instanceof Error ? inner : { name: 'States.Runtime', message: String(inner) };
  return ['FAILED', { error: name, cause: message }];
}
