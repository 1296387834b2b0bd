import {
  DescribeAddonVersionsCommand,
  DescribeClusterVersionsCommand,
  type EKSClient,
  ListClustersCommand,
} from '@aws-sdk/client-eks';
import { everyPage } from './pages.ts';

export type OfferedVersion = { readonly version: string; readonly isInStandardSupport: boolean };
export type AddonVersions = { readonly versions: readonly string[]; readonly defaultVersion: string | undefined };

/** What EKS offers, and how many clusters the account has in the Region. */
export type EksCatalogue = {
  kubernetesVersions(): Promise<OfferedVersion[]>;
  addonVersions(addon: string, kubernetesVersion: string): Promise<AddonVersions>;
  clusterCount(): Promise<number>;
};

const tokenOf = ({ nextToken }: { nextToken?: string | undefined }) => nextToken;
const page = (nextToken: string | undefined) => (nextToken ? { nextToken } : {});

export function eksCatalogue(client: Pick<EKSClient, 'send'>): EksCatalogue {
  return {
    kubernetesVersions: async () => {
      const pages = await everyPage((token) => client.send(new DescribeClusterVersionsCommand(page(token))), tokenOf);
      return pages.flatMap(({ clusterVersions = [] }) =>
        clusterVersions.map(({ clusterVersion = '', versionStatus }) => ({
          version: clusterVersion,
          isInStandardSupport: versionStatus === 'STANDARD_SUPPORT',
        })),
      );
    },
    addonVersions: async (addonName, kubernetesVersion) => {
      const pages = await everyPage(
        (token) => client.send(new DescribeAddonVersionsCommand({ addonName, kubernetesVersion, ...page(token) })),
        tokenOf,
      );
      const all = pages.flatMap(({ addons = [] }) => addons.flatMap(({ addonVersions = [] }) => addonVersions));
      const preferred = all.find(({ compatibilities }) => compatibilities?.some((entry) => entry.defaultVersion));
      return {
        versions: all.flatMap(({ addonVersion }) => addonVersion ?? []),
        defaultVersion: preferred?.addonVersion,
      };
    },
    clusterCount: async () => {
      const pages = await everyPage((token) => client.send(new ListClustersCommand(page(token))), tokenOf);
      return pages.reduce((sum, { clusters = [] }) => sum + clusters.length, 0);
    },
  };
}
