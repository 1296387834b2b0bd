import { SimulatedAwsError } from '../../errors.ts';
import { compilePattern } from './patterns/compile.ts';
import { PatternFault } from './patterns/leaf-test.ts';

export function invalid(message: string): SimulatedAwsError {
  return new SimulatedAwsError('ValidationException', message);
}

export function limitExceeded(message: string): SimulatedAwsError {
  return new SimulatedAwsError('LimitExceededException', message);
}

export function unknownRule(name: string): SimulatedAwsError {
  return new SimulatedAwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus default.`);
}

/** The pattern compiled, or the exception with which EventBridge refuses it. */
export function checkedPattern(json: string): ReturnType<typeof compilePattern> {
  try {
    return compilePattern(json);
  } catch (error) {
    if (!(error instanceof PatternFault)) throw error;
    const message = `Event pattern is not valid. Reason: ${error.message}`;
    throw new SimulatedAwsError('InvalidEventPatternException', message);
  }
}
