import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OnLoadResult, Plugin } from 'esbuild';
import { askedOfSchemas, withLiteralKeys, withoutUnreached } from './lean-schemas.ts';

const SOURCES = '{functions,shared}/**/*.ts';
/** Names that an SDK's barrel may be asked for. */
const SDK_NAMES = /\b(?:\w+Command|paginate\w+|waitFor\w+|waitUntil\w+)\b/g;

const SCHEMAS = /[\\/]@aws-sdk[\\/].*[\\/]schemas[\\/]schemas_0\.js$/;
const BARRELS = /[\\/]@aws-sdk[\\/]client-[^\\/]+[\\/]dist-es[\\/](?:(?:commands|pagination|waiters)[\\/])?index\.js$/;

/**
 * Leaves out of the SDK's clients what no function asks for, before the bundler has to read it:
 *
 * - A schema whose traits have computed keys (`{ [_xN]: 'x' }`) is kept by every bundler, because computing a key may have an effect.
 *   With the constant in its place, schemas that nothing refers to go: a megabyte in each bundle with the EC2 client.
 * - The barrels re-export each command; the client of EC2 alone is a thousand files, of which a function needs forty.
 * - Of EC2's megabyte and a half of schemas these forty lead to a twelfth.
 *
 * A name that the sources use and a barrel lacks is an error of the bundler's, never a fault at run time.
 */
export function leanSdk(root: string): Plugin {
  const used = namesIn(globSync(SOURCES, { cwd: root }).map((file) => readFileSync(join(root, file), 'utf8')));
  const barrel = (path: string) => withoutUnused(readFileSync(path, 'utf8'), used);
  const schemas = (path: string) => {
    const asked = askedOfSchemas(path, (file) => (BARRELS.test(file) ? barrel(file) : readFileSync(file, 'utf8')));
    return withLiteralKeys(withoutUnreached(readFileSync(path, 'utf8'), asked));
  };
  const loaded = new Map<string, OnLoadResult>();
  const load = (path: string, read: (path: string) => string): OnLoadResult => {
    const result = loaded.get(path) ?? { contents: read(path), loader: 'js' };
    loaded.set(path, result);
    return result;
  };
  return {
    name: 'lean-sdk',
    setup(build) {
      build.onLoad({ filter: SCHEMAS }, ({ path }) => load(path, schemas));
      build.onLoad({ filter: BARRELS }, ({ path }) => load(path, barrel));
    },
  };
}

/** Every command, paginator and waiter that these texts name. */
export function namesIn(texts: readonly string[]): ReadonlySet<string> {
  return new Set(texts.flatMap((text) => text.match(SDK_NAMES) ?? []));
}

/** A barrel's text without the modules of commands, paginators and waiters that are not used, and without the client that has them all as methods. */
export function withoutUnused(text: string, used: ReadonlySet<string>): string {
  const modules = new Set([...text.matchAll(/^export \* from "\.\/(\w+)";$/gm)].map(([, name = '']) => name));
  return text.replaceAll(/^export \* from "\.\/(\w+)";\n?/gm, (line, name: string) => {
    if (modules.has(`${name}Client`)) return '';
    const exported = namesOf(name);
    return exported === undefined || exported.some((each) => used.has(each)) ? line : '';
  });
}

/** What a module of one command, paginator or waiter exports; undefined for any other module. */
function namesOf(module: string): readonly string[] | undefined {
  if (module.endsWith('Command')) return [module];
  if (module.endsWith('Paginator')) return [`paginate${module.slice(0, -'Paginator'.length)}`];
  if (module.startsWith('waitFor')) return [module, `waitUntil${module.slice('waitFor'.length)}`];
  return undefined;
}
