import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { type BuildOptions, build, type Metafile, type OutputFile, type Plugin } from 'esbuild';

type Options = {
  readonly root: string;
  /** Paths of all entries, relative to the root. */
  readonly entries: readonly string[];
  /** Plugins of the bundling itself. */
  readonly plugins: readonly Plugin[];
};

type Bundles = ReadonlyMap<string, readonly OutputFile[]>;

/**
 * Bundles all functions in one go and hands each of the packager's own builds its files. The packager calls the bundler anew for each
 * function, and each time the bundler finds, reads and parses the SDK again, which is two thirds of its work.
 *
 * A function that loads a part of itself later (`import()`) is bundled by itself: the bundler splits a file off for each such part, and
 * with several entries it would split off what any two of them share as well.
 */
export function bundleTogether({ root, entries, plugins }: Options): Plugin {
  let bundles: Promise<Bundles> | undefined;
  return {
    name: 'bundle-together',
    setup({ initialOptions, onStart, onResolve, onLoad, onEnd }) {
      const [entry] = initialOptions.entryPoints as string[];
      const { outdir } = initialOptions;
      if (entry === undefined || outdir === undefined) throw new Error('The packager builds one entry into a folder.');
      bundles ??= bundleAll(root, entries, { ...initialOptions, plugins: [...plugins] });
      const all = bundles;
      // The packager's own build has nothing to read and writes nothing.
      initialOptions.write = false;
      onResolve({ filter: /.*/ }, ({ path }) => ({ path, namespace: 'bundled' }));
      onLoad({ filter: /.*/, namespace: 'bundled' }, () => ({ contents: '' }));
      onStart(async () => {
        await all;
      });
      onEnd(async () => {
        const files = (await all).get(entry);
        if (files === undefined) throw new Error(`${entry} is not the entry of any function.`);
        mkdirSync(outdir, { recursive: true });
        for (const { path, contents } of files) {
          writeFileSync(join(outdir, relative(resolve(root, dirname(entry)), path)), contents);
        }
      });
    },
  };
}

async function bundleAll(root: string, entries: readonly string[], options: BuildOptions): Promise<Bundles> {
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
    const built = await build({ ...common, entryPoints: [entry], outdir: resolve(root, dirname(entry)) });
    return [entry, built.outputFiles] as const;
  });
  const whole = entries
    .filter((entry) => !lazy.has(entry))
    .map(
      (entry) => [entry, outputFiles.filter(({ path }) => dirname(path) === resolve(root, dirname(entry)))] as const,
    );
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
