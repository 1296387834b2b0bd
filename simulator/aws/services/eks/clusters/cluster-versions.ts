import type { DescribeClusterVersionsRequest, DescribeClusterVersionsResponse } from '@aws-sdk/client-eks';
import { operation } from '../../../types.ts';
import type { Checked } from '../checked.ts';
import { pageOf } from '../paging.ts';
import { onAnything } from '../permissions.ts';

type KubernetesVersion = {
  readonly version: string;
  readonly platform: string;
  readonly patch: string;
  readonly releasedOn: string;
  readonly standardUntil: string;
  readonly extendedUntil: string;
};

const DEFAULT_VERSION = '1.35';

/** EKS's release calendar; the versions before 1.33 are in extended support at the simulated time. */
const VERSIONS: readonly KubernetesVersion[] = [
  row('1.36', 'eks.4', '1.36.2', '2026-06-02', '2027-08-02', '2028-08-02'),
  row('1.35', 'eks.11', '1.35.4', '2026-01-27', '2027-03-27', '2028-03-27'),
  row('1.34', 'eks.19', '1.34.7', '2025-10-02', '2026-12-02', '2027-12-02'),
  row('1.33', 'eks.29', '1.33.11', '2025-05-29', '2026-07-29', '2027-07-29'),
  row('1.32', 'eks.36', '1.32.13', '2025-01-23', '2026-03-23', '2027-03-23'),
  row('1.31', 'eks.52', '1.31.14', '2024-09-26', '2025-11-26', '2026-11-26'),
  row('1.30', 'eks.60', '1.30.14', '2024-05-23', '2025-07-23', '2026-07-23'),
];

function row(
  version: string,
  platform: string,
  patch: string,
  releasedOn: string,
  standardUntil: string,
  extendedUntil: string,
): KubernetesVersion {
  return { version, platform, patch, releasedOn, standardUntil, extendedUntil };
}

export function latestVersion(): string {
  return DEFAULT_VERSION;
}

/** What is known of a Kubernetes version; undefined when EKS no longer or not yet offers it at that time. */
export function offeredVersion(version: string, nowMs: number): KubernetesVersion | undefined {
  return VERSIONS.find((known) => known.version === version && Date.parse(known.extendedUntil) > nowMs);
}

/** The version string of the binaries behind a minor version, as kubectl shows it. */
export function gitVersionOf(version: string): string {
  const known = VERSIONS.find((candidate) => candidate.version === version);
  return `v${known?.patch ?? `${version}.0`}-eks-0000000`;
}

/** 1.35 -> 35: EKS knows only major version 1. */
export function minorOf(version: string): number {
  return Number(version.split('.')[1]);
}

function statusOf(known: KubernetesVersion, nowMs: number) {
  if (Date.parse(known.extendedUntil) <= nowMs) return { status: 'unsupported', versionStatus: 'UNSUPPORTED' } as const;
  return Date.parse(known.standardUntil) > nowMs
    ? ({ status: 'standard-support', versionStatus: 'STANDARD_SUPPORT' } as const)
    : ({ status: 'extended-support', versionStatus: 'EXTENDED_SUPPORT' } as const);
}

export const clusterVersionOperations = {
  DescribeClusterVersions: operation<Checked<DescribeClusterVersionsRequest>, DescribeClusterVersionsResponse>({
    authorize: () => [onAnything('eks:DescribeClusterVersions')],
    run: (input, { simulation }) => {
      const nowMs = simulation.now();
      const wanted = VERSIONS.map((known) => ({ known, ...statusOf(known, nowMs) })).filter(
        ({ known, status, versionStatus }) =>
          (input.includeAll === true || status !== 'unsupported') &&
          (input.clusterVersions === undefined || input.clusterVersions.includes(known.version)) &&
          (input.defaultOnly !== true || known.version === DEFAULT_VERSION) &&
          (input.status === undefined || input.status === status) &&
          (input.versionStatus === undefined || input.versionStatus === versionStatus) &&
          (input.clusterType === undefined || input.clusterType === 'eks'),
      );
      const page = pageOf(wanted, input);
      return {
        clusterVersions: page.items.map(({ known, status, versionStatus }) => ({
          clusterVersion: known.version,
          clusterType: 'eks',
          defaultPlatformVersion: known.platform,
          defaultVersion: known.version === DEFAULT_VERSION,
          releaseDate: new Date(known.releasedOn),
          endOfStandardSupportDate: new Date(known.standardUntil),
          endOfExtendedSupportDate: new Date(known.extendedUntil),
          kubernetesPatchVersion: known.patch,
          status,
          versionStatus,
        })),
        ...(page.nextToken ? { nextToken: page.nextToken } : {}),
      };
    },
  }),
};
