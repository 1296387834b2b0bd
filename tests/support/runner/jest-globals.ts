/** What tests import as `@jest/globals`: the globals that the runner makes. */
export const { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } =
  globalThis as unknown as typeof import('@jest/globals');
