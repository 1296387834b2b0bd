import { createHash } from 'node:crypto';

/** The account in which AWS publishes the EKS images. */
export const EKS_IMAGE_OWNER = '602401143452';

export const SIMULATED_KUBERNETES_VERSIONS = ['1.30', '1.31', '1.32', '1.33', '1.34', '1.35', '1.36'] as const;

/** Which AL2023 images AWS makes for each Kubernetes version. */
const VARIANTS = [
  { architecture: 'x86_64', variant: 'standard' },
  { architecture: 'arm64', variant: 'standard' },
  { architecture: 'x86_64', variant: 'nvidia' },
  { architecture: 'arm64', variant: 'nvidia' },
  { architecture: 'x86_64', variant: 'neuron' },
] as const;

/** One release every two weeks, counted from this one; those of the last year can be found. */
const ANCHOR_MS = Date.UTC(2026, 9, 23);
const RELEASE_INTERVAL_MS = 14 * 86_400_000;
const RELEASES_KEPT = 26;

export type EksImage = {
  readonly id: string;
  /** e.g. amazon-eks-node-al2023-x86_64-standard-1.35-v20261023 */
  readonly name: string;
  readonly kubernetesVersion: string;
  readonly architecture: 'x86_64' | 'arm64';
  readonly variant: 'standard' | 'nvidia' | 'neuron';
  /** e.g. v20261023 */
  readonly release: string;
  readonly releasedMs: number;
  readonly snapshotId: string;
  readonly volumeGib: number;
};

const imagesByRelease = new Map<string, readonly EksImage[]>();

/** The images published up to now, the newest release first. */
export function eksImages(region: string, nowMs: number): readonly EksImage[] {
  const newest = Math.floor((nowMs - ANCHOR_MS) / RELEASE_INTERVAL_MS);
  const key = `${region} ${newest}`;
  const known = imagesByRelease.get(key);
  if (known) return known;
  const images = Array.from({ length: RELEASES_KEPT }, (_, age) => newest - age).flatMap((number) =>
    imagesOf(region, ANCHOR_MS + number * RELEASE_INTERVAL_MS),
  );
  imagesByRelease.set(key, images);
  return images;
}

function imagesOf(region: string, releasedMs: number): EksImage[] {
  const release = `v${new Date(releasedMs).toISOString().slice(0, 10).replaceAll('-', '')}`;
  return SIMULATED_KUBERNETES_VERSIONS.flatMap((kubernetesVersion) =>
    VARIANTS.map(({ architecture, variant }) => {
      const name = `amazon-eks-node-al2023-${architecture}-${variant}-${kubernetesVersion}-${release}`;
      const digits = createHash('sha256').update(`${region} ${name}`).digest('hex');
      return {
        id: `ami-0${digits.slice(0, 16)}`,
        name,
        kubernetesVersion,
        architecture,
        variant,
        release,
        releasedMs,
        snapshotId: `snap-0${digits.slice(16, 32)}`,
        volumeGib: 20,
      };
    }),
  );
}
