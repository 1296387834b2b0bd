/** What a Catch puts into the state. */
export type CaughtFailure = { readonly Error?: string | undefined; readonly Cause?: string | undefined };

export type Failure = { readonly error: string; readonly message: string };

/**
 * The first cause of a failure. Lambda's Cause is JSON with `errorMessage`; a nested execution's is JSON with the `Error` and
 * `Cause` of that execution, and so on down to where it began.
 */
export function rootCause(caught: CaughtFailure): Failure {
  const error = caught.Error ?? 'Unknown';
  const cause = caught.Cause ?? '';
  const parsed = parseRecord(cause);
  if (!parsed) return { error, message: cause };
  if (typeof parsed['errorMessage'] === 'string') return { error, message: parsed['errorMessage'] };
  if (typeof parsed['Error'] === 'string' || typeof parsed['Status'] === 'string') {
    return rootCause({
      Error: typeof parsed['Error'] === 'string' ? parsed['Error'] : `Execution${String(parsed['Status'])}`,
      Cause:
        typeof parsed['Cause'] === 'string' ? parsed['Cause'] : `a nested execution is ${String(parsed['Status'])}`,
    });
  }
  return { error, message: cause };
}

function parseRecord(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
