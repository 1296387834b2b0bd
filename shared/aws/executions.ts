import { DescribeExecutionCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { isNotFound } from './errors.ts';

/** Whether an execution is running; one that Step Functions no longer knows is not. */
export function executionIsRunning(sfn: SFNClient): (executionArn: string) => Promise<boolean> {
  return async (executionArn) => {
    try {
      return (await sfn.send(new DescribeExecutionCommand({ executionArn }))).status === 'RUNNING';
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  };
}
