/** The one place of what is deployed that reads the clock. */
export const clock = { now: () => Date.now() };
