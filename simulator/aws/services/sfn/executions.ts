import type { Simulation } from '../../../core/simulation.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** One execution as Step Functions keeps it; times in epoch milliseconds. */
export type ExecutionRecord = {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly input: string;
  readonly startMs: number;
  status: ExecutionStatus;
  stopMs?: number;
  output?: string;
  error?: string;
  cause?: string;
};

type SfnState = { executions: Record<string, ExecutionRecord> };

const initialState = (): SfnState => ({ executions: {} });

export function executionsOf(simulation: Simulation): Record<string, ExecutionRecord> {
  return simulation.state('sfn', initialState).executions;
}

/** arn:…:stateMachine:NAME -> arn:…:execution:NAME:EXECUTION */
export function executionArn(stateMachineArn: string, name: string): string {
  return `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
}
