/** Throws when a pattern uses something that this simulation does not match as EventBridge would. */
export function assertPattern(pattern: Readonly<Record<string, unknown>>, path = ''): void {
  for (const [key, wanted] of Object.entries(pattern)) {
    if (Array.isArray(wanted)) {
      const strange = wanted.find((item) => typeof item === 'object' && item !== null);
      if (strange)
        throw new Error(`the event pattern at ${path}${key} uses ${JSON.stringify(strange)}, which is not simulated`);
    } else if (typeof wanted === 'object' && wanted !== null)
      assertPattern(wanted as Record<string, unknown>, `${path}${key}.`);
    else throw new Error(`the event pattern at ${path}${key} is not a list or an object: EventBridge refuses it`);
  }
}

/** Whether an event has one of the listed values at each place that the pattern names. */
export function matchesPattern(pattern: Readonly<Record<string, unknown>>, event: unknown): boolean {
  if (typeof event !== 'object' || event === null) return false;
  return Object.entries(pattern).every(([key, wanted]) => {
    const value = (event as Record<string, unknown>)[key];
    if (Array.isArray(wanted)) {
      return Array.isArray(value) ? value.some((item) => wanted.includes(item)) : wanted.includes(value);
    }
    return matchesPattern(wanted as Record<string, unknown>, value);
  });
}
