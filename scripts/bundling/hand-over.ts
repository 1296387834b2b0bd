import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import type { Bundles } from './bundle-all.ts';

/**
 * Gives each of the packager's builds, which are of one entry each, the files that were bundled together. What the build itself would
 * make is nothing: it reads an empty module and writes no file.
 */
export function handOver(bundles: () => Promise<Bundles>): Plugin {
  return {
    name: 'hand-over',
    setup({ initialOptions, onResolve, onLoad, onEnd }) {
      const [entry] = initialOptions.entryPoints as string[];
      const { outdir } = initialOptions;
      if (entry === undefined || outdir === undefined) throw new Error('The packager builds one entry into a folder.');
      initialOptions.write = false;
      onResolve({ filter: /.*/ }, ({ path }) => ({ path, namespace: 'bundled' }));
      onLoad({ filter: /.*/, namespace: 'bundled' }, () => ({ contents: '' }));
      onEnd(async () => {
        const files = (await bundles()).get(entry);
        if (files === undefined) throw new Error(`${entry} is not the entry of any function.`);
        mkdirSync(outdir, { recursive: true });
        for (const { name, contents } of files) writeFileSync(join(outdir, name), contents);
      });
    },
  };
}
