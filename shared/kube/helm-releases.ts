import type { ReleaseFacts } from '../adoption/facts.ts';
import { OURS, type Release, releaseOf } from '../helm/releases.ts';
import type { Manifest } from './api.ts';

/** The newest revision of each Helm release among these secrets that has to do with Karpenter. */
export function karpenterReleases(secrets: readonly Manifest[]): ReleaseFacts[] {
  const newest = new Map<string, { readonly namespace: string; readonly release: Release }>();
  for (const secret of secrets) {
    const { namespace = '' } = secret.metadata;
    const release = releaseOf(secret);
    const key = `${namespace}/${release.name}`;
    if (release.revision > (newest.get(key)?.release.revision ?? 0)) newest.set(key, { namespace, release });
  }
  return [...newest.values()].flatMap(({ namespace, release: { name, revision, status, content } }) => {
    const { chart, description, values } = content();
    if (!/karpenter/.test(name) && !/karpenter/.test(chart)) return [];
    const settings = Object.keys(values['settings'] ?? {});
    return [{ name, namespace, chart, status, revision, settings, isOurs: description.startsWith(OURS) }];
  });
}
