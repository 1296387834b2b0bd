import { readdirSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { create } from 'tar';

/** Any fixed time will do: the same sources must give the same bytes. */
const MODIFIED = new Date('2000-01-01T00:00:00Z');

/** Files below a folder, links followed (the charts' `crds` may be one), in one order everywhere. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      return statSync(path).isDirectory() ? filesBelow(path) : [path];
    });
}

/** Packs a chart's folder as `helm package` does, but with the same bytes each time. Chart.yaml comes first. */
export async function packChart(folder: string): Promise<Buffer> {
  const parent = dirname(folder);
  const files = filesBelow(folder).map((path) => relative(parent, path));
  const [first, rest] = [
    files.filter((file) => file.endsWith('/Chart.yaml')),
    files.filter((file) => !file.endsWith('/Chart.yaml')),
  ];
  const chunks: Uint8Array[] = [];
  const pack = create(
    {
      cwd: parent,
      follow: true,
      gzip: { level: 9, portable: true },
      mtime: MODIFIED,
      noDirRecurse: true,
      portable: true,
    },
    [...first, ...rest],
  );
  for await (const chunk of pack) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}
