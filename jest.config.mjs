export default {
  // Suites of one worker share its modules, which a context for each would compile and warm up again: ADR 42.
  runner: ['jest-light-runner', { runtime: 'child_process' }],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {},
  setupFiles: ['<rootDir>/tests/support/runner/set-up.ts'],
  testSequencer: '<rootDir>/tests/support/runner/long-suites-first.mjs',
  globalSetup: '<rootDir>/tests/support/runner/package-once.ts',
  testMatch: ['<rootDir>/tests/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/.serverless', '<rootDir>/.build', '<rootDir>/.esbuild'],
  maxWorkers: 2,
};
