import { registerHooks } from 'node:module';
import { addEventHandler } from 'jest-circus';

/** A loaded machine is no failure: real time must decide nothing but that something hangs. */
const HANGS_AFTER_MS = 300_000;
// Before any simulation puts its own in their place.
const { setTimeout, clearTimeout } = globalThis;

type TestFn = (...args: never[]) => unknown;
type Timed = { fn: TestFn; timeout?: number };

/** Jest's own runner gives this module to the tests as `@jest/globals`; this one has only globals. */
const GLOBALS = new URL('./jest-globals.ts', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === '@jest/globals' ? { url: GLOBALS, shortCircuit: true } : next(specifier, context),
});

// The runner waits for ever; a test that hangs has to say so.
addEventHandler((event, state) => {
  const { children, hooks } = state.currentDescribeBlock;
  if (event.name === 'add_test') limit(children.at(-1) as unknown as Timed, event.testName);
  if (event.name === 'add_hook') limit(hooks.at(-1) as unknown as Timed, event.hookType);
});

function limit(timed: Timed, name: string): void {
  const { fn, timeout = HANGS_AFTER_MS } = timed;
  timed.fn = () => {
    if (fn.length === 0) return within(timeout, name, fn);
    throw new Error(`${name}: takes more than its row has; Jest would fill it with a callback and wait for that`);
  };
}

async function within(ms: number, name: string, fn: TestFn): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const hung = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${name}: not done after ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([fn(), hung]);
  } finally {
    clearTimeout(timer);
  }
}
