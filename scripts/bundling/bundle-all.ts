import { dirname, relative, resolve } from 'node:path';
import { type BuildOptions, build, type Metafile, type OutputFile } from 'esbuild';

/** One file of a function's zip; the name is relative to the folder of its entry. */
export type BundledFile = { readonly name: string; readonly contents: Uint8Array };

/** The files of each function, by the path of its entry. */
export type Bundles = ReadonlyMap<string, readonly BundledFile[]>;

/** More in one build are no quicker, and take more memory. */
const AT_ONCE = 17;

/**
 * Bundles functions together, several in one build: a build for each would find, read and parse the SDK again each time, which is two
 * thirds of its work. The files are those that a build of the entry alone makes.
 *
 * A function that loads a part of itself later (`import()`) is bundled by itself: the bundler splits a file off for each such part, and
 * with several entries it would split off what any two of them share as well.
 *
 * @param entries paths relative to the root
 * @throws what the bundler throws: each fault with its file and line
 */
export async function bundleAll(root: string, entries: readonly string[], options: BuildOptions): Promise<Bundles> {
  const bundles: (readonly [entry: string, files: readonly BundledFile[]])[] = [];
  for (let start = 0; start < entries.length; start += AT_ONCE) {
    bundles.push(...(await bundleTogether(root, entries.slice(start, start + AT_ONCE), options)));
  }
  return new Map(bundles);
}

async function bundleTogether(root: string, entries: readonly string[], options: BuildOptions) {
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
  const bundles = entries.map(async (entry) => {
    if (!lazy.has(entry)) return [entry, filesOf(root, entry, outputFiles)] as const;
    const alone = await build({ ...common, entryPoints: [entry], outdir: folderOf(root, entry) });
    return [entry, filesOf(root, entry, alone.outputFiles)] as const;
  });
  return Promise.all(bundles);
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
