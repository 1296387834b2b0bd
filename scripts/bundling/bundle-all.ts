import { dirname, relative, resolve } from 'node:path';
import { type BuildOptions, build, type Metafile, type OutputFile } from 'esbuild';

/** One file of a function's zip; the name is relative to the folder of its entry. */
export type BundledFile = { readonly name: string; readonly contents: Uint8Array };

/** The files of each function, by the path of its entry. */
export type Bundles = ReadonlyMap<string, readonly BundledFile[]>;

/**
 * Bundles all functions in one go: a build for each would find, read and parse the SDK again each time, which is two thirds of the work.
 * The files are those that a build of the entry alone makes.
 *
 * A function that loads a part of itself later (`import()`) is bundled by itself: the bundler splits a file off for each such part, and
 * with several entries it would split off what any two of them share as well.
 *
 * @param entries paths relative to the root
 * @throws what the bundler throws: each fault with its file and line
 */
export async function bundleAll(root: string, entries: readonly string[], options: BuildOptions): Promise<Bundles> {
  const common = { ...options, absWorkingDir: root, write: false } as const;
  const { outputFiles, metafile } = await build({
    ...common,
    entryPoints: [...entries],
    outbase: root,
    outdir: root,
    splitting: false,
    metafile: true,
  });

  const lazy = entriesThatLoadLater(metafile);
  const split = [...lazy].map(async (entry) => {
    const built = await build({ ...common, entryPoints: [entry], outdir: folderOf(root, entry) });
    return [entry, filesOf(root, entry, built.outputFiles)] as const;
  });
  const whole = entries
    .filter((entry) => !lazy.has(entry))
    .map((entry) => [entry, filesOf(root, entry, outputFiles)] as const);

  return new Map([...whole, ...(await Promise.all(split))]);
}

/** Entries of which a module that is kept imports another one at run time. */
function entriesThatLoadLater({ inputs, outputs }: Metafile): ReadonlySet<string> {
  const loadsLater = (input: string): boolean =>
    inputs[input]?.imports.some(({ kind, external }) => kind === 'dynamic-import' && external !== true) === true;
  return new Set(
    Object.values(outputs).flatMap(({ entryPoint, inputs: kept }) =>
      entryPoint !== undefined && Object.keys(kept).some(loadsLater) ? [entryPoint] : [],
    ),
  );
}

function folderOf(root: string, entry: string): string {
  return resolve(root, dirname(entry));
}

function filesOf(root: string, entry: string, outputs: readonly OutputFile[]): BundledFile[] {
  const folder = folderOf(root, entry);
  return outputs
    .filter(({ path }) => dirname(path) === folder)
    .map(({ path, contents }) => ({ name: relative(folder, path), contents }));
}
