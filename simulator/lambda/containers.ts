import { pathToFileURL } from 'node:url';
import type { Simulation } from '../core/simulation.ts';
import type { FunctionConfig } from './function-config.ts';

export type Handler = (event: unknown, context: object) => Promise<unknown>;

/** An execution environment: a handler of its own, with what the handler's module made at load and keeps in memory. */
export type Container = { readonly handler: Promise<Handler>; idleSinceMs: number };

/** AWS says no more than that an idle environment goes after some time. */
const IDLE_MINUTES = 7;
/**
 * A module cannot be unloaded, so beyond so many for one function in one world a new container is given the module of an
 * earlier one, and with it that one's memory.
 */
const MOST_MODULES = 250;

type Modules = { readonly loaded: Promise<Handler>[]; next: number };

/** The containers of one world: a restore starts with none, as after a power failure. */
export type Containers = {
  /** How many run now, over all versions of the function. */
  busy(functionArn: string): number;
  /** How many run now of one version. */
  busyVersion(versionKey: string): number;
  take(config: FunctionConfig, versionKey: string, load: LoadOptions): { container: Container; isNew: boolean };
  /** Gives a container back; one that crashed or timed out is not used again. */
  release(config: FunctionConfig, versionKey: string, container: Container, isUsable: boolean): void;
  /** Everything that runs now, for the limit of the account. */
  readonly all: ReadonlyMap<string, number>;
};

type LoadOptions = { readonly environment: () => Readonly<Record<string, string>>; readonly mustBeNew: boolean };

/** Keeps each function's containers apart by world. */
export function containersByWorld(simulation: Simulation): () => Containers {
  const worlds = new WeakMap<object, Containers>();
  return () => {
    const world = simulation.state('lambda', () => ({}));
    const known = worlds.get(world) ?? createContainers(simulation);
    worlds.set(world, known);
    return known;
  };
}

function createContainers(simulation: Simulation): Containers {
  // By world: what a container learned in one must not be known in the next.
  const modules = new Map<string, Modules>();
  const idle = new Map<string, Container[]>();
  const busy = new Map<string, number>();
  const busyVersions = new Map<string, number>();
  const count = (counts: Map<string, number>, key: string, change: number) =>
    counts.set(key, (counts.get(key) ?? 0) + change);
  return {
    all: busy,
    busy: (functionArn) => busy.get(functionArn) ?? 0,
    busyVersion: (key) => busyVersions.get(key) ?? 0,
    take(config, key, { environment, mustBeNew }) {
      count(busy, config.arn, 1);
      count(busyVersions, key, 1);
      const oldestMs = simulation.now() - IDLE_MINUTES * 60_000;
      const kept = (idle.get(key) ?? []).filter(({ idleSinceMs }) => idleSinceMs > oldestMs);
      idle.set(key, kept);
      const reused = mustBeNew ? undefined : kept.pop();
      if (reused) return { container: reused, isNew: false };
      const handler = newHandler(simulation, modules, config, key, environment);
      return { container: { handler, idleSinceMs: 0 }, isNew: true };
    },
    release(config, key, container, isUsable) {
      count(busy, config.arn, -1);
      count(busyVersions, key, -1);
      container.idleSinceMs = simulation.now();
      if (isUsable) idle.get(key)?.push(container);
    },
  };
}

function newHandler(
  simulation: Simulation,
  modules: Map<string, Modules>,
  config: FunctionConfig,
  key: string,
  environment: () => Readonly<Record<string, string>>,
): Promise<Handler> {
  const own = modules.get(key) ?? { loaded: [], next: 0 };
  modules.set(key, own);
  if (own.loaded.length >= MOST_MODULES) {
    own.next = (own.next + 1) % MOST_MODULES;
    return own.loaded[own.next] as Promise<Handler>;
  }
  // Through the gate: the environment of the process is the function's while its module loads.
  const handler = simulation.gate.run(() => loadHandler(config, { ...config.environment, ...environment() }));
  own.loaded.push(handler);
  return handler;
}

let boots = 0;

/** Imports the handler anew, with the function's environment in place: it is read once, at load, as on a cold start. */
async function loadHandler(config: FunctionConfig, environment: Readonly<Record<string, string>>): Promise<Handler> {
  const before = process.env;
  process.env = { ...before, ...environment };
  try {
    boots += 1;
    const module = (await import(`${pathToFileURL(config.sourceFile).href}?boot=${boots}`)) as Record<string, unknown>;
    const handler = module[config.exportName];
    if (typeof handler !== 'function') throw new Error(`${config.sourceFile} exports no ${config.exportName}`);
    return handler as Handler;
  } finally {
    process.env = before;
  }
}
