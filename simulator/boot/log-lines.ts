import { ingestLogLine } from '../aws/services/cloudwatch/embedded-metrics.ts';
import type { Simulation } from '../core/simulation.ts';

/** Takes the lines of functions' logs: their metrics go to CloudWatch, and every line to whoever listens. */
export function logLines(simulation: Simulation, listener: ((functionName: string, line: string) => void) | undefined) {
  return (functionName: string, line: string): void => {
    ingestLogLine(simulation, `/aws/lambda/${functionName}`, line);
    listener?.(functionName, line);
  };
}
