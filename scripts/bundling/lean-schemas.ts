import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** `import {...} from './x'`, `import './x'`, `export * from './x'`: the names, where there are some, and the module. */
const RELATIVE_IMPORT = /^(?:import|export)\b(?:[^"';]*?\{([^}]*)\})?[^"';]*"(\.[^"]+)";$/gm;

/** A module's text with the file's own constants of strings in the place of computed keys. */
export function withLiteralKeys(text: string): string {
  const constants = new Map(
    [...text.matchAll(/^const (\w+) = ("[^"\n]*");$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
  return text.replaceAll(/\[(\w+)\]:/g, (key, name: string) => {
    const value = constants.get(name);
    return value === undefined ? key : `${value}:`;
  });
}

/**
 * A module's text without the declarations that none of these names leads to. What is not a declaration stays, with all it names. The
 * text is the SDK's: a statement begins at the start of a line, and no other line of it does. A word counts as a name wherever it stands,
 * in a string too, so too much may stay, and never too little.
 */
export function withoutUnreached(text: string, names: Iterable<string>): string {
  const statements = text.split(/^(?=[\w$])/m);
  const declaring = new Map(statements.map((statement) => [declaredBy(statement), statement]));
  const reached = new Set(statements.filter((statement) => declaredBy(statement) === undefined));
  const reach = (name: string) => {
    const statement = declaring.get(name);
    if (statement !== undefined) reached.add(statement);
  };
  for (const name of names) reach(name);
  // A set that grows while it is walked through is walked through to its end.
  for (const statement of reached) for (const [word] of statement.matchAll(/[\w$]+/g)) reach(word);
  return statements.filter((statement) => reached.has(statement)).join('');
}

function declaredBy(statement: string): string | undefined {
  return statement.match(/^(?:export )?(?:const|let|var|class|function) ([\w$]+)/)?.[1];
}

/**
 * The names that a client's modules import from its schemas, of those modules that its `index.js` leads to.
 *
 * @param load a module's text, as the bundler is given it
 */
export function askedOfSchemas(schemas: string, load: (path: string) => string): ReadonlySet<string> {
  const names = new Set<string>();
  const modules = new Set([join(dirname(dirname(schemas)), 'index.js')]);
  for (const module of modules) {
    for (const [, list = '', path = ''] of load(module).matchAll(RELATIVE_IMPORT)) {
      const imported = moduleFile(join(dirname(module), path));
      if (imported === undefined) continue;
      if (imported !== schemas) modules.add(imported);
      else for (const name of list.split(',')) names.add(name.trim().split(' ')[0] ?? '');
    }
  }
  return names;
}

/** Undefined for what is no module, as a package.json. */
function moduleFile(path: string): string | undefined {
  return [path, `${path}.js`, join(path, 'index.js')].find((file) => file.endsWith('.js') && existsSync(file));
}
