import { OpsError } from '../errors/ops-error.ts';

/**
 * Reads the named environment variables, all at once: every missing one is in the one error. There are no defaults: a
 * function that starts with a guessed table name does damage.
 */
export function readEnv<const Name extends string>(
  names: readonly Name[],
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Readonly<Record<Name, string>> {
  const missing = names.filter((name) => !environment[name]);
  if (missing.length > 0) {
    throw new OpsError(
      'ConfigurationError',
      `The function's environment lacks ${missing.join(', ')}. They are set in its function.yml; deploy the stack again.`,
      { details: { missing } },
    );
  }
  return Object.freeze(Object.fromEntries(names.map((name) => [name, environment[name]]))) as Readonly<
    Record<Name, string>
  >;
}
