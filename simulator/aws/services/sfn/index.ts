import type {
  DescribeExecutionInput,
  DescribeExecutionOutput,
  ListExecutionsInput,
  ListExecutionsOutput,
  StartExecutionInput,
  StartExecutionOutput,
  StopExecutionInput,
  StopExecutionOutput,
} from '@aws-sdk/client-sfn';
import { keyedRandom } from '../../../core/random.ts';
import { SimulatedAwsError } from '../../errors.ts';
import { type CallContext, operation, type SimulatedService } from '../../types.ts';
import { type ExecutionRecord, executionArn, executionsOf } from './executions.ts';

/** What the service needs of the engine that carries executions out. */
export type ExecutionEngine = {
  knows(stateMachineArn: string): boolean;
  start(record: ExecutionRecord): void;
  abort(executionArn: string, error: string | undefined, cause: string | undefined): void;
};

const MAX_INPUT_BYTES = 262_144;

/** Step Functions: executions only; the machines come from the deployment template. */
export function createSfnService(engine: ExecutionEngine): SimulatedService {
  return {
    serviceId: 'SFN',
    operations: {
      StartExecution: operation<StartExecutionInput, StartExecutionOutput>({
        authorize: ({ stateMachineArn }) => [{ action: 'states:StartExecution', resource: stateMachineArn ?? '' }],
        run: (input, context) => start(engine, input, context),
      }),
      DescribeExecution: operation<DescribeExecutionInput, DescribeExecutionOutput>({
        authorize: ({ executionArn: arn }) => [{ action: 'states:DescribeExecution', resource: arn ?? '' }],
        run: ({ executionArn: arn }, context) => describe(find(context, arn)),
      }),
      StopExecution: operation<StopExecutionInput, StopExecutionOutput>({
        authorize: ({ executionArn: arn }) => [{ action: 'states:StopExecution', resource: arn ?? '' }],
        run: ({ executionArn: arn, error, cause }, context) => {
          const record = find(context, arn);
          if (record.status === 'RUNNING') engine.abort(record.executionArn, error, cause);
          return { stopDate: new Date(record.stopMs ?? context.simulation.now()) };
        },
      }),
      ListExecutions: operation<ListExecutionsInput, ListExecutionsOutput>({
        authorize: ({ stateMachineArn }) => [{ action: 'states:ListExecutions', resource: stateMachineArn ?? '' }],
        run: (input, context) => list(input, context),
      }),
    },
  };
}

function start(engine: ExecutionEngine, request: StartExecutionInput, context: CallContext): StartExecutionOutput {
  const { simulation } = context;
  const stateMachineArn = request.stateMachineArn ?? '';
  const input = request.input ?? '{}';
  if (!engine.knows(stateMachineArn)) {
    throw new SimulatedAwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${stateMachineArn}'`);
  }
  assertJson(input);
  const name = request.name ?? generatedName(simulation.seed, simulation.nextId());
  if (!/^[A-Za-z0-9_-]{1,80}$/.test(name)) throw new SimulatedAwsError('InvalidName', `Invalid Name: '${name}'`);
  const arn = executionArn(stateMachineArn, name);
  const known = executionsOf(simulation)[arn];
  if (known?.status === 'RUNNING' && known.input === input) {
    return { executionArn: arn, startDate: new Date(known.startMs) };
  }
  if (known) {
    throw new SimulatedAwsError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
  }
  const record: ExecutionRecord = {
    executionArn: arn,
    stateMachineArn,
    name,
    input,
    startMs: simulation.now(),
    status: 'RUNNING',
  };
  executionsOf(simulation)[arn] = record;
  engine.start(record);
  return { executionArn: arn, startDate: new Date(record.startMs) };
}

function assertJson(input: string): void {
  if (Buffer.byteLength(input) > MAX_INPUT_BYTES) {
    throw new SimulatedAwsError(
      'InvalidExecutionInput',
      `Invalid State Machine Execution Input: larger than ${MAX_INPUT_BYTES} bytes`,
    );
  }
  try {
    JSON.parse(input);
  } catch {
    throw new SimulatedAwsError('InvalidExecutionInput', 'Invalid State Machine Execution Input: not JSON');
  }
}

function generatedName(seed: number, id: number): string {
  const hex = (salt: string, length: number) =>
    Math.floor(keyedRandom(seed, `execution:${id}:${salt}`) * 16 ** length)
      .toString(16)
      .padStart(length, '0');
  return `${hex('a', 8)}-${hex('b', 4)}-4${hex('c', 3)}-8${hex('d', 3)}-${hex('e', 12)}`;
}

function find(context: CallContext, arn: string | undefined): ExecutionRecord {
  const record = executionsOf(context.simulation)[arn ?? ''];
  if (!record) throw new SimulatedAwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
  return record;
}

function summaryOf(record: ExecutionRecord) {
  return {
    executionArn: record.executionArn,
    stateMachineArn: record.stateMachineArn,
    name: record.name,
    status: record.status,
    startDate: new Date(record.startMs),
    ...(record.stopMs === undefined ? {} : { stopDate: new Date(record.stopMs) }),
  };
}

function describe(record: ExecutionRecord): DescribeExecutionOutput {
  return {
    ...summaryOf(record),
    input: record.input,
    inputDetails: { included: true },
    ...(record.output === undefined ? {} : { output: record.output, outputDetails: { included: true } }),
    ...(record.error === undefined ? {} : { error: record.error }),
    ...(record.cause === undefined ? {} : { cause: record.cause }),
  };
}

function list(input: ListExecutionsInput, context: CallContext): ListExecutionsOutput {
  const pageSize = input.maxResults || 100;
  const offset = input.nextToken ? Number(input.nextToken) : 0;
  const all = Object.values(executionsOf(context.simulation))
    .filter((record) => record.stateMachineArn === input.stateMachineArn)
    .filter((record) => input.statusFilter === undefined || record.status === input.statusFilter)
    .sort((a, b) => b.startMs - a.startMs);
  return {
    executions: all.slice(offset, offset + pageSize).map(summaryOf),
    ...(offset + pageSize < all.length ? { nextToken: String(offset + pageSize) } : {}),
  };
}
