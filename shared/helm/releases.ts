import { gunzipSync } from 'node:zlib';
import type { KubeApi, Manifest } from '../kube/api.ts';

/** A revision of a release, as the labels of helm's record tell it. */
export type Release = {
  readonly name: string;
  readonly revision: number;
  /** deployed, failed, pending-install, pending-upgrade, pending-rollback, superseded, uninstalling … */
  readonly status: string;
  /** Unzips the record. */
  content(): ReleaseContent;
};

/** What is in the record of a revision; empty in a record that is not helm's. */
export type ReleaseContent = {
  /** Name and version, as `karpenter-1.14.1`. */
  readonly chart: string;
  readonly description: string;
  /** Those that were given, without the chart's own. */
  readonly values: Readonly<Record<string, unknown>>;
};

type Stored = {
  readonly info?: { readonly description?: string };
  readonly chart?: { readonly metadata?: { readonly name?: string; readonly version?: string } };
  readonly config?: Readonly<Record<string, unknown>> | null;
};

/** The label of every record, beside `name`, `version` and `status`. */
export const RECORDS = 'owner=helm';

/** How a release that Joinery made begins to describe itself. */
export const OURS = 'joinery ';

/** The revisions of a release, oldest first; none when there is no such release. Throws KubeError. */
export async function releaseHistory(
  kube: Pick<KubeApi, 'list'>,
  release: string,
  namespace: string,
): Promise<Release[]> {
  const secrets = await kube.list({ apiVersion: 'v1', kind: 'Secret', namespace }, `${RECORDS},name=${release}`);
  return secrets.map(releaseOf).sort((a, b) => a.revision - b.revision);
}

/** What one of helm's records says. */
export function releaseOf(secret: Manifest): Release {
  const { name = '', version = '0', status = 'unknown' } = secret.metadata.labels ?? {};
  return { name, revision: Number(version), status, content: () => contentOf(stored(secret)) };
}

function contentOf({ info, chart, config }: Stored): ReleaseContent {
  const { name, version } = chart?.metadata ?? {};
  return {
    chart: name === undefined ? '' : `${name}-${version ?? ''}`,
    description: info?.description ?? '',
    values: config ?? {},
  };
}

/** Helm keeps a release as JSON, zipped, in base64, in a secret, which is base64 again. */
function stored({ data }: Manifest): Stored {
  const { release = '' } = (data ?? {}) as { release?: string };
  try {
    const zipped = Buffer.from(Buffer.from(release, 'base64').toString('utf8'), 'base64');
    return JSON.parse(gunzipSync(zipped).toString('utf8')) as Stored;
  } catch {
    return {};
  }
}
