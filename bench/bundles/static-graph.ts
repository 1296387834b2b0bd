import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { transformSync } from 'esbuild';
import type { Bundle } from './unpack.ts';

/** Static imports of files beside; what `import(…)` names is loaded later, or never. */
const STATIC_IMPORT = /^(?:import|export)\b[^;]*?"(\.\.?\/[^"]+)"/gm;

/** The texts of all files that a cold start loads before the handler can be called. */
export function staticGraph({ folder, entry }: Bundle): string[] {
  const texts = new Map<string, string>();
  const visit = (path: string): void => {
    if (texts.has(path)) return;
    const text = readFileSync(join(folder, path), 'utf8');
    texts.set(path, text);
    for (const [, target = ''] of text.matchAll(STATIC_IMPORT)) visit(join(dirname(path), target));
  };
  visit(entry);
  return [...texts.values()];
}

export function minifiedBytes(texts: readonly string[]): number {
  const minified = texts.map((text) => transformSync(text, { minify: true, format: 'esm', target: 'node24' }).code);
  return minified.reduce((sum, code) => sum + Buffer.byteLength(code), 0);
}
