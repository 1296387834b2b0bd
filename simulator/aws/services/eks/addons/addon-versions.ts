import type { AddonInfo, DescribeAddonVersionsRequest, DescribeAddonVersionsResponse } from '@aws-sdk/client-eks';
import { operation } from '../../../types.ts';
import type { Checked } from '../checked.ts';
import { invalidParameter } from '../faults.ts';
import { pageOf } from '../paging.ts';
import { onAnything } from '../permissions.ts';

type Release = { readonly version: string; readonly for: readonly string[]; readonly defaultFor: readonly string[] };
type Catalogue = { readonly type: string; readonly needsIam: boolean; readonly releases: readonly Release[] };

const ALL = ['1.30', '1.31', '1.32', '1.33', '1.34', '1.35', '1.36'];
const from = (first: string) => ALL.slice(ALL.indexOf(first));

/** A release that fits these Kubernetes versions and is what EKS installs by default in `defaultFor`. */
function release(version: string, fits: readonly string[], defaultFor: readonly string[] = []): Release {
  return { version, for: fits, defaultFor };
}

/** kube-proxy follows the minor version of its cluster. */
const kubeProxy = ['1.30.14', '1.31.14', '1.32.13', '1.33.11', '1.34.7', '1.35.4', '1.36.2'].map((patch) => {
  const minor = patch.split('.').slice(0, 2).join('.');
  return release(`v${patch}-eksbuild.2`, [minor], [minor]);
});

/** A small stand-in for the add-on catalogue: versions in the form that EKS uses, newest first. */
const CATALOGUE: Readonly<Record<string, Catalogue>> = {
  'vpc-cni': {
    type: 'networking',
    needsIam: true,
    releases: [
      release('v1.21.2-eksbuild.1', ALL),
      release('v1.21.1-eksbuild.3', ALL, ALL),
      release('v1.20.4-eksbuild.2', ALL),
    ],
  },
  'kube-proxy': { type: 'networking', needsIam: false, releases: kubeProxy },
  coredns: {
    type: 'networking',
    needsIam: false,
    releases: [
      release('v1.14.2-eksbuild.1', from('1.35'), ['1.36']),
      release('v1.13.2-eksbuild.4', from('1.33'), ['1.35']),
      release('v1.12.4-eksbuild.6', from('1.32'), ['1.34']),
      release('v1.12.1-eksbuild.2', from('1.32').slice(0, 2), ['1.33']),
      release('v1.11.4-eksbuild.2', ALL.slice(0, 4), ['1.32', '1.31']),
      release('v1.11.3-eksbuild.1', ALL.slice(0, 3), ['1.30']),
    ],
  },
  'eks-pod-identity-agent': {
    type: 'security',
    needsIam: false,
    releases: [release('v1.3.10-eksbuild.2', ALL, ALL), release('v1.3.9-eksbuild.3', ALL)],
  },
  'aws-ebs-csi-driver': {
    type: 'storage',
    needsIam: true,
    releases: [release('v1.56.0-eksbuild.1', ALL, ALL), release('v1.54.0-eksbuild.1', ALL)],
  },
  'metrics-server': {
    type: 'observability',
    needsIam: false,
    releases: [release('v0.8.1-eksbuild.1', ALL, ALL), release('v0.8.0-eksbuild.3', ALL)],
  },
};

/** The version to install: the one asked for when it fits the cluster, or the default for it. */
export function chooseVersion(addonName: string, kubernetesVersion: string, asked: string | undefined): string {
  const releases = CATALOGUE[addonName]?.releases;
  const details = { addonName };
  if (!releases) throw invalidParameter(`Addon ${addonName} specified is not supported`, details);
  const fitting = releases.filter((candidate) => candidate.for.includes(kubernetesVersion));
  const chosen =
    asked === undefined
      ? fitting.find((candidate) => candidate.defaultFor.includes(kubernetesVersion))
      : fitting.find((candidate) => candidate.version === asked);
  if (!chosen) {
    throw invalidParameter(
      `Addon version specified is not supported: ${addonName} ${asked ?? ''} on Kubernetes ${kubernetesVersion}`,
      details,
    );
  }
  return chosen.version;
}

function infoOf(name: string, catalogue: Catalogue, kubernetesVersion: string | undefined): AddonInfo {
  const wanted = (version: string) => kubernetesVersion === undefined || version === kubernetesVersion;
  return {
    addonName: name,
    type: catalogue.type,
    publisher: 'eks',
    owner: 'aws',
    defaultNamespace: 'kube-system',
    addonVersions: catalogue.releases
      .filter((candidate) => candidate.for.some(wanted))
      .map((candidate) => ({
        addonVersion: candidate.version,
        architecture: ['amd64', 'arm64'],
        computeTypes: ['ec2', 'auto', 'hybrid'],
        compatibilities: candidate.for.filter(wanted).map((version) => ({
          clusterVersion: version,
          platformVersions: ['*'],
          defaultVersion: candidate.defaultFor.includes(version),
        })),
        requiresConfiguration: false,
        requiresIamPermissions: catalogue.needsIam,
      })),
  };
}

export const addonVersionOperations = {
  DescribeAddonVersions: operation<Checked<DescribeAddonVersionsRequest>, DescribeAddonVersionsResponse>({
    authorize: () => [onAnything('eks:DescribeAddonVersions')],
    run: (input) => {
      const infos = Object.entries(CATALOGUE)
        .filter(
          ([name, catalogue]) =>
            (input.addonName === undefined || input.addonName === name) &&
            (input.types === undefined || input.types.includes(catalogue.type)) &&
            (input.publishers === undefined || input.publishers.includes('eks')) &&
            (input.owners === undefined || input.owners.includes('aws')),
        )
        .map(([name, catalogue]) => infoOf(name, catalogue, input.kubernetesVersion))
        .filter((info) => (info.addonVersions?.length ?? 0) > 0);
      const page = pageOf(infos, input);
      return { addons: page.items, ...(page.nextToken ? { nextToken: page.nextToken } : {}) };
    },
  }),
};
