import { existsSync, mkdirSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * Where Node keeps what it has compiled of the sources and of node_modules: the simulator's next start is a second shorter. To write it
 * takes seconds, so the installation makes it, and where it is not nobody misses it. It is of use wherever a checkout is moved.
 */
const directory = fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url));

export function makeCompileCache(): void {
  mkdirSync(directory, { recursive: true });
}

/** For what this process loads from here on. */
export function useCompileCache(): void {
  if (existsSync(directory)) enableCompileCache({ directory, portable: true });
}

/** For a program in Node that this process starts. */
export function compileCacheEnvironment(): NodeJS.ProcessEnv {
  return existsSync(directory) ? { NODE_COMPILE_CACHE: directory, NODE_COMPILE_CACHE_PORTABLE: '1' } : {};
}
