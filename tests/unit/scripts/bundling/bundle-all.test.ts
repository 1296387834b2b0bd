import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { type BuildOptions, build } from 'esbuild';
import { bundleAll } from '../../../../scripts/bundling/bundle-all.ts';
import { handOver } from '../../../../scripts/bundling/hand-over.ts';
import { BUILD_OPTIONS } from '../../../../scripts/bundling/options.ts';

const shared = (name: string) => `'../../shared/${name}.ts'`;

const SOURCES = {
  'shared/tax.ts': 'export const tax = (net: number): number => net * 0.2;\nexport const unused = 1;\n',
  'shared/rates.ts': 'export const rates = [1, 2, 3];\n',
  'functions/bill/handler.ts': `import { tax } from ${shared('tax')};\nexport const handler = () => tax(10);\n`,
  'functions/quote/handler.ts': `import { tax } from ${shared('tax')};\nexport const handler = () => [tax(1), import.meta.url];\n`,
  'functions/report/handler.ts': `import { tax } from ${shared('tax')};
    export const handler = async () => tax((await import(${shared('rates')})).rates.length);\n`,
};
const ENTRIES = ['functions/bill/handler.ts', 'functions/quote/handler.ts', 'functions/report/handler.ts'];

const roots: string[] = [];

afterAll(() => {
  for (const root of roots) rmSync(root, { recursive: true, force: true });
});

function checkout(sources: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'joinery-bundle-together-'));
  roots.push(root);
  for (const [file, text] of Object.entries(sources)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  return root;
}

/** Builds each entry as the packager does, and says what lies in its folder. */
async function packaged(root: string, options: BuildOptions): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const entry of ENTRIES) {
    const outdir = join(root, '.out', dirname(entry));
    rmSync(outdir, { recursive: true, force: true });
    await build({ ...options, entryPoints: [entry], absWorkingDir: root, outdir });
    for (const name of readdirSync(outdir))
      files[join(dirname(entry), name)] = readFileSync(join(outdir, name), 'utf8');
  }
  return files;
}

const OPTIONS: BuildOptions = { ...BUILD_OPTIONS, logLevel: 'silent' };

/** The packager's own settings, with what is bundled together. */
const handedOver = (bundles: ReturnType<typeof bundleAll>): BuildOptions => ({
  bundle: true,
  format: 'esm',
  plugins: [handOver(() => bundles)],
  logLevel: 'silent',
});

describe('functions that are bundled together', () => {
  it('are what they would be alone, in files of the same names', async () => {
    const root = checkout(SOURCES);

    const together = await packaged(root, handedOver(bundleAll(root, ENTRIES, OPTIONS)));

    expect(together).toEqual(await packaged(root, OPTIONS));
    expect(Object.keys(together).sort()).toEqual([
      'functions/bill/handler.mjs',
      'functions/quote/handler.mjs',
      'functions/report/handler.mjs',
      expect.stringMatching(/^functions\/report\/handler\.rates-\w+\.mjs$/),
    ]);
    expect(together['functions/bill/handler.mjs']).not.toContain('unused');
  });

  it('fail with the file and the line when one of them cannot be bundled', async () => {
    const root = checkout({
      ...SOURCES,
      'functions/quote/handler.ts': `import { tax } from ${shared('taxes')};\nexport const handler = tax;\n`,
    });

    await expect(bundleAll(root, ENTRIES, OPTIONS)).rejects.toThrow(
      /functions\/quote\/handler\.ts:1:20: ERROR: Could not resolve "\.\.\/\.\.\/shared\/taxes\.ts"/,
    );
  });

  it('refuse an entry that they were not told of', async () => {
    const root = checkout(SOURCES);
    const bundles = bundleAll(root, ENTRIES.slice(1), OPTIONS);

    await expect(packaged(root, handedOver(bundles))).rejects.toThrow(
      'functions/bill/handler.ts is not the entry of any function.',
    );
  });
});
