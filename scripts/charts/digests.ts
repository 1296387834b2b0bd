import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHART_NAMES, ChartError, type ChartName } from './chart-set.ts';

/** `manifest` is what helm prints as Digest and pulls by; `archive` is of the .tgz. */
export type ChartDigests = { readonly manifest: string; readonly archive?: string };

type VersionDigests = { readonly source: string } & Readonly<Record<ChartName, ChartDigests>>;
type DigestTable = Readonly<Record<string, VersionDigests>>;

const DIGEST = /^sha256:[0-9a-f]{64}$/;

const tableFile = (root: string) => join(root, 'charts', 'digests.json');

function readTable(root: string): DigestTable {
  const file = tableFile(root);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as DigestTable) : {};
}

/** The pinned digests of a version; throws ChartError, saying how to record them, when there are none. */
export function pinnedDigests(root: string, version: string): VersionDigests {
  const entry = readTable(root)[version];
  if (!entry) {
    throw new ChartError(
      `charts/digests.json pins no digests for Karpenter ${version}. Record them with \`npm run charts -- record ${version}\`, ` +
        'compare them with a source you trust (the charts are signed with cosign), and commit the file.',
    );
  }
  for (const name of CHART_NAMES) {
    const { manifest, archive } = entry[name] ?? {};
    if (!DIGEST.test(manifest ?? '') || (archive !== undefined && !DIGEST.test(archive))) {
      throw new ChartError(
        `charts/digests.json: the digest of ${name} ${version} is not sha256: and 64 hexadecimal digits.`,
      );
    }
  }
  return entry;
}

export function recordDigests(root: string, version: string, digests: Readonly<Record<ChartName, ChartDigests>>): void {
  const entry = { source: 'recorded from the registry by `npm run charts -- record`', ...digests };
  const table = { ...readTable(root), [version]: entry };
  writeFileSync(tableFile(root), `${JSON.stringify(table, undefined, 2)}\n`);
}
