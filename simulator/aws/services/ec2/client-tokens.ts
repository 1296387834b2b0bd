import type { Simulation } from '../../../core/simulation.ts';
import { SimulatedAwsError } from '../../errors.ts';
import { ec2World } from './world.ts';

type Tokened = { ClientToken?: string | undefined };

/** What the same call with the same client token answered; the same token with other words is an error. */
export function answeredBefore<A>(simulation: Simulation, operation: string, input: Tokened): A | undefined {
  const before = ec2World(simulation).answers[`${operation} ${input.ClientToken}`];
  if (input.ClientToken === undefined || !before) return undefined;
  if (before.input !== JSON.stringify(input)) {
    throw new SimulatedAwsError(
      'IdempotentParameterMismatch',
      'Arguments on this idempotent request are inconsistent with arguments used in previous request(s).',
    );
  }
  return before.output as A;
}

export function rememberAnswer(simulation: Simulation, operation: string, input: Tokened, output: unknown): void {
  if (input.ClientToken === undefined) return;
  ec2World(simulation).answers[`${operation} ${input.ClientToken}`] = { input: JSON.stringify(input), output };
}
