import { gunzipSync } from 'node:zlib';
import type { ReleaseFacts } from '../adoption/facts.ts';
import type { Manifest } from './api.ts';

type Release = {
  readonly info?: { readonly description?: string };
  readonly chart?: { readonly metadata?: { readonly name?: string; readonly version?: string } };
  readonly config?: { readonly settings?: Readonly<Record<string, unknown>> };
};

/** How a release that Joinery made describes itself. */
const OURS = 'joinery ';

/** The newest revision of each Helm release among these secrets that has to do with Karpenter. */
export function karpenterReleases(secrets: readonly Manifest[]): ReleaseFacts[] {
  const newest = new Map<string, Manifest>();
  for (const secret of secrets) {
    const { name = '', version = '0' } = secret.metadata.labels ?? {};
    const key = `${secret.metadata.namespace}/${name}`;
    const known = newest.get(key)?.metadata.labels?.['version'] ?? '0';
    if (Number(version) > Number(known)) newest.set(key, secret);
  }
  return [...newest.values()].flatMap((secret) => {
    const { name = '', version = '0', status = 'unknown' } = secret.metadata.labels ?? {};
    const release = contentOf(secret);
    const { name: chart = '', version: chartVersion = '' } = release.chart?.metadata ?? {};
    if (!/karpenter/.test(name) && !/karpenter/.test(chart)) return [];
    return [
      {
        name,
        namespace: secret.metadata.namespace ?? '',
        chart: `${chart}-${chartVersion}`,
        status,
        revision: Number(version),
        settings: Object.keys(release.config?.settings ?? {}),
        isOurs: release.info?.description?.startsWith(OURS) ?? false,
      },
    ];
  });
}

/** Helm keeps a release as JSON, zipped, in base64, in a secret, which is base64 again. */
function contentOf({ data }: Manifest): Release {
  const { release = '' } = (data ?? {}) as { release?: string };
  try {
    const zipped = Buffer.from(Buffer.from(release, 'base64').toString('utf8'), 'base64');
    return JSON.parse(gunzipSync(zipped).toString('utf8')) as Release;
  } catch {
    return {};
  }
}
