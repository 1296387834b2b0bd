import { fileURLToPath } from 'node:url';

/** Where Node keeps what it has compiled of the sources and of node_modules: a second start of the simulator is a second shorter. */
export const COMPILE_CACHE = fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url));
