import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';

const manifest = z.object({
  version: z.string(),
  origin: z.enum(['stand-in', 'pulled', 'directory']),
  digests: z.record(z.string(), z.string()),
});

export type ChartSet = {
  readonly version: string;
  readonly origin: 'stand-in' | 'pulled' | 'directory';
  /** Path of a packaged chart. */
  pathOf(chart: string): string;
  /** SHA-256 of a packaged chart. */
  digestOf(chart: string): string;
};

const FOLDER = '.build/charts';

/** The charts that were packaged with the function; throws when the package has none. */
export function chartSet(taskRoot: string): ChartSet {
  const { version, origin, digests } = manifest.parse(
    JSON.parse(readFileSync(join(taskRoot, FOLDER, 'charts.json'), 'utf8')),
  );
  return {
    version,
    origin,
    pathOf: (chart) => join(taskRoot, FOLDER, `${chart}-${version}.tgz`),
    digestOf: (chart) => {
      const digest = digests[chart];
      if (!digest) throw new Error(`charts.json has no digest of ${chart}: package the deployment again`);
      return digest;
    },
  };
}
