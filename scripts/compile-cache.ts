import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Beside what it was compiled of, and of use wherever both are moved together. */
const directory = fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url));

/** Node keeps what it compiles of the sources and of node_modules from here on: the simulator's next start is a second shorter. */
export function useCompileCache(): void {
  enableCompileCache({ directory, portable: true });
}

/** Has a program in Node do the same. */
export const COMPILE_CACHE_ENVIRONMENT = { NODE_COMPILE_CACHE: directory, NODE_COMPILE_CACHE_PORTABLE: '1' };
