import {
  type AccessEntry,
  type Addon,
  AssociateAccessPolicyCommand,
  type Cluster,
  CreateAccessEntryCommand,
  type CreateAccessEntryCommandInput,
  CreateAddonCommand,
  type CreateAddonCommandInput,
  CreateClusterCommand,
  type CreateClusterCommandInput,
  CreateNodegroupCommand,
  type CreateNodegroupCommandInput,
  CreatePodIdentityAssociationCommand,
  type CreatePodIdentityAssociationCommandInput,
  DeleteAccessEntryCommand,
  DescribeAccessEntryCommand,
  DescribeAddonCommand,
  DescribeAddonVersionsCommand,
  DescribeClusterCommand,
  DescribeNodegroupCommand,
  DescribePodIdentityAssociationCommand,
  DisassociateAccessPolicyCommand,
  type EKSClient,
  ListAssociatedAccessPoliciesCommand,
  ListPodIdentityAssociationsCommand,
  type Nodegroup,
  type PodIdentityAssociation,
  UpdateAccessEntryCommand,
  UpdateAddonCommand,
  type UpdateAddonCommandInput,
  UpdateClusterConfigCommand,
  type UpdateClusterConfigCommandInput,
  UpdateNodegroupConfigCommand,
  type UpdateNodegroupConfigCommandInput,
  UpdatePodIdentityAssociationCommand,
} from '@aws-sdk/client-eks';
import { isNotFound } from './errors.ts';

/** Undefined in place of a not-found error: for the ensure-steps absence is a fact, not a failure. */
async function orUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

export type EksClusters = {
  describe(name: string): Promise<Cluster | undefined>;
  create(input: CreateClusterCommandInput): Promise<void>;
  updateConfig(input: UpdateClusterConfigCommandInput): Promise<void>;
};

export function eksClusters(client: EKSClient): EksClusters {
  return {
    describe: async (name) => (await orUndefined(client.send(new DescribeClusterCommand({ name }))))?.cluster,
    create: async (input) => {
      await client.send(new CreateClusterCommand(input));
    },
    updateConfig: async (input) => {
      await client.send(new UpdateClusterConfigCommand(input));
    },
  };
}

export type EksAddons = {
  describe(cluster: string, addon: string): Promise<Addon | undefined>;
  /** The version that EKS installs by default for this Kubernetes version. */
  defaultVersion(addon: string, kubernetesVersion: string): Promise<string | undefined>;
  create(input: CreateAddonCommandInput): Promise<void>;
  update(input: UpdateAddonCommandInput): Promise<void>;
};

export function eksAddons(client: EKSClient): EksAddons {
  return {
    describe: async (clusterName, addonName) =>
      (await orUndefined(client.send(new DescribeAddonCommand({ clusterName, addonName }))))?.addon,
    defaultVersion: async (addonName, kubernetesVersion) => {
      const { addons } = await client.send(new DescribeAddonVersionsCommand({ addonName, kubernetesVersion }));
      const versions = addons?.flatMap((addon) => addon.addonVersions ?? []) ?? [];
      return versions.find((version) => version.compatibilities?.some((entry) => entry.defaultVersion))?.addonVersion;
    },
    create: async (input) => {
      await client.send(new CreateAddonCommand(input));
    },
    update: async (input) => {
      await client.send(new UpdateAddonCommand(input));
    },
  };
}

export type EksNodegroups = {
  describe(cluster: string, nodegroup: string): Promise<Nodegroup | undefined>;
  create(input: CreateNodegroupCommandInput): Promise<void>;
  updateConfig(input: UpdateNodegroupConfigCommandInput): Promise<void>;
};

export function eksNodegroups(client: EKSClient): EksNodegroups {
  return {
    describe: async (clusterName, nodegroupName) =>
      (await orUndefined(client.send(new DescribeNodegroupCommand({ clusterName, nodegroupName }))))?.nodegroup,
    create: async (input) => {
      await client.send(new CreateNodegroupCommand(input));
    },
    updateConfig: async (input) => {
      await client.send(new UpdateNodegroupConfigCommand(input));
    },
  };
}

export type EksAccess = {
  entry(cluster: string, principalArn: string): Promise<AccessEntry | undefined>;
  createEntry(input: CreateAccessEntryCommandInput): Promise<void>;
  updateGroups(cluster: string, principalArn: string, groups: readonly string[]): Promise<void>;
  /** Does nothing where there is no such entry or cluster. */
  removeEntry(cluster: string, principalArn: string): Promise<void>;
  /** ARNs of the access policies associated with the principal for the whole cluster. */
  policies(cluster: string, principalArn: string): Promise<string[]>;
  associate(cluster: string, principalArn: string, policyArn: string): Promise<void>;
  /** False when it was not associated, or there is no such entry or cluster. */
  disassociate(cluster: string, principalArn: string, policyArn: string): Promise<boolean>;
};

export function eksAccess(client: EKSClient): EksAccess {
  const policies = async (clusterName: string, principalArn: string): Promise<string[]> => {
    const answer = await orUndefined(
      client.send(new ListAssociatedAccessPoliciesCommand({ clusterName, principalArn })),
    );
    const clusterWide = (answer?.associatedAccessPolicies ?? []).filter(
      (policy) => policy.accessScope?.type === 'cluster',
    );
    return clusterWide.flatMap((policy) => policy.policyArn ?? []);
  };
  return {
    policies,
    entry: async (clusterName, principalArn) =>
      (await orUndefined(client.send(new DescribeAccessEntryCommand({ clusterName, principalArn }))))?.accessEntry,
    createEntry: async (input) => {
      await client.send(new CreateAccessEntryCommand(input));
    },
    removeEntry: async (clusterName, principalArn) => {
      await orUndefined(client.send(new DeleteAccessEntryCommand({ clusterName, principalArn })));
    },
    updateGroups: async (clusterName, principalArn, groups) => {
      await client.send(new UpdateAccessEntryCommand({ clusterName, principalArn, kubernetesGroups: [...groups] }));
    },
    associate: async (clusterName, principalArn, policyArn) => {
      await client.send(
        new AssociateAccessPolicyCommand({ clusterName, principalArn, policyArn, accessScope: { type: 'cluster' } }),
      );
    },
    disassociate: async (clusterName, principalArn, policyArn) => {
      if (!(await policies(clusterName, principalArn)).includes(policyArn)) return false;
      await client.send(new DisassociateAccessPolicyCommand({ clusterName, principalArn, policyArn }));
      return true;
    },
  };
}

export type EksPodIdentity = {
  find(cluster: string, namespace: string, serviceAccount: string): Promise<PodIdentityAssociation | undefined>;
  create(input: CreatePodIdentityAssociationCommandInput): Promise<void>;
  updateRole(cluster: string, associationId: string, roleArn: string): Promise<void>;
};

export function eksPodIdentity(client: EKSClient): EksPodIdentity {
  return {
    find: async (clusterName, namespace, serviceAccount) => {
      const { associations } = await client.send(
        new ListPodIdentityAssociationsCommand({ clusterName, namespace, serviceAccount }),
      );
      const associationId = associations?.[0]?.associationId;
      if (!associationId) return undefined;
      return (await client.send(new DescribePodIdentityAssociationCommand({ clusterName, associationId }))).association;
    },
    create: async (input) => {
      await client.send(new CreatePodIdentityAssociationCommand(input));
    },
    updateRole: async (clusterName, associationId, roleArn) => {
      await client.send(new UpdatePodIdentityAssociationCommand({ clusterName, associationId, roleArn }));
    },
  };
}
