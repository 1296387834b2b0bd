import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export type SourceImport = {
  /** As it is written. */
  readonly specifier: string;
  /** Gone at run time: `import type`, `export type`. */
  readonly isTypeOnly: boolean;
  /** The file it means, relative to the root, for a local import. */
  readonly file: string | undefined;
};

export type SourceFile = { readonly path: string; readonly text: string; readonly imports: readonly SourceImport[] };

const STATIC = /^(?:import|export)\s+(?<type>type\s)?(?:[^'";]*?\sfrom\s+)?'(?<specifier>[^']+)'/gm;
const DYNAMIC = /\bimport\('(?<specifier>[^']+)'\)/g;

/** The TypeScript files of a folder, in the order of their names. */
export function readSources(folder: string): SourceFile[] {
  const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).sort();
  return names
    .filter((name) => name.endsWith('.ts') && statSync(join(ROOT, folder, name)).isFile())
    .map((name) => readSource(join(folder, name)));
}

function readSource(path: string): SourceFile {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const found = [...text.matchAll(STATIC), ...text.matchAll(DYNAMIC)];
  const imports = found.map(({ groups }) => {
    const specifier = groups?.['specifier'] ?? '';
    const file = specifier.startsWith('.') ? relative(ROOT, join(ROOT, dirname(path), specifier)) : undefined;
    return { specifier, isTypeOnly: groups?.['type'] !== undefined, file };
  });
  return { path, text, imports };
}

/** The code of a file: without comments, and with every text literal emptied. */
export function codeOf({ text }: SourceFile): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/'(?:[^'\\\n]|\\.)*'/g, "''")
    .replace(/(^|\s)\/\/.*$/gm, '$1');
}

/** The packages that a file loads at run time, directly or through other files of ours, with the way that leads to each. */
export function packagesLoadedBy(path: string, sources: ReadonlyMap<string, SourceFile>): Map<string, string[]> {
  const loaded = new Map<string, string[]>();
  const seen = new Set<string>();
  const visit = (file: string, way: readonly string[]): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const { specifier, isTypeOnly, file: target } of sources.get(file)?.imports ?? []) {
      if (isTypeOnly) continue;
      if (target !== undefined) visit(target, [...way, target]);
      else if (!loaded.has(specifier)) loaded.set(specifier, [...way, specifier]);
    }
  };
  visit(path, [path]);
  return loaded;
}
