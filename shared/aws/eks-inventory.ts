import {
  type Addon,
  DescribeAddonCommand,
  DescribeNodegroupCommand,
  DescribePodIdentityAssociationCommand,
  type EKSClient,
  ListAccessEntriesCommand,
  ListAddonsCommand,
  ListNodegroupsCommand,
  ListPodIdentityAssociationsCommand,
  type Nodegroup,
  type PodIdentityAssociation,
} from '@aws-sdk/client-eks';
import { everyPage } from './pages.ts';

/** Everything that a cluster has in EKS, whoever made it. */
export type EksInventory = {
  addons(cluster: string): Promise<Addon[]>;
  nodegroups(cluster: string): Promise<Nodegroup[]>;
  /** ARNs of the principals. */
  accessEntries(cluster: string): Promise<string[]>;
  /** Those whose service account passes. */
  associations(cluster: string, wanted: (serviceAccount: string) => boolean): Promise<PodIdentityAssociation[]>;
};

const tokenOf = ({ nextToken }: { nextToken?: string | undefined }) => nextToken;
const page = (nextToken: string | undefined) => (nextToken ? { nextToken } : {});

export function eksInventory(eks: Pick<EKSClient, 'send'>): EksInventory {
  return {
    addons: async (clusterName) => {
      const pages = await everyPage(
        (token) => eks.send(new ListAddonsCommand({ clusterName, ...page(token) })),
        tokenOf,
      );
      const names = pages.flatMap(({ addons = [] }) => addons);
      return inTurn(names, async (addonName) => {
        const { addon } = await eks.send(new DescribeAddonCommand({ clusterName, addonName }));
        return addon ?? [];
      });
    },
    nodegroups: async (clusterName) => {
      const pages = await everyPage(
        (token) => eks.send(new ListNodegroupsCommand({ clusterName, ...page(token) })),
        tokenOf,
      );
      const names = pages.flatMap(({ nodegroups = [] }) => nodegroups);
      return inTurn(names, async (nodegroupName) => {
        const { nodegroup } = await eks.send(new DescribeNodegroupCommand({ clusterName, nodegroupName }));
        return nodegroup ?? [];
      });
    },
    accessEntries: async (clusterName) => {
      const pages = await everyPage(
        (token) => eks.send(new ListAccessEntriesCommand({ clusterName, ...page(token) })),
        tokenOf,
      );
      return pages.flatMap(({ accessEntries = [] }) => accessEntries);
    },
    associations: async (clusterName, wanted) => {
      const pages = await everyPage(
        (token) => eks.send(new ListPodIdentityAssociationsCommand({ clusterName, ...page(token) })),
        tokenOf,
      );
      const found = pages
        .flatMap(({ associations = [] }) => associations)
        .filter(({ serviceAccount = '' }) => wanted(serviceAccount));
      return inTurn(found, async ({ associationId }) => {
        const request = new DescribePodIdentityAssociationCommand({ clusterName, associationId });
        return (await eks.send(request)).association ?? [];
      });
    },
  };
}

/** One after the other: EKS throttles describe calls early. */
async function inTurn<Item, Found>(
  items: readonly Item[],
  ask: (item: Item) => Promise<Found | never[]>,
): Promise<Found[]> {
  const found: Found[] = [];
  for (const item of items) found.push(...([await ask(item)].flat() as Found[]));
  return found;
}
