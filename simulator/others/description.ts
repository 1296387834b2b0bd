import type { KubeObject } from '../kubernetes/types.ts';

/** A cluster as another tool leaves it: what that tool makes, and nothing that Joinery would. */
export type OthersCluster = {
  readonly name: string;
  readonly kubernetesVersion: string;
  readonly authenticationMode: 'CONFIG_MAP' | 'API_AND_CONFIG_MAP' | 'API';
  readonly tags: Readonly<Record<string, string>>;
  readonly autoMode: boolean;
  /** EKS's own way without add-ons: vpc-cni, kube-proxy and CoreDNS that nobody manages. */
  readonly selfManagedAddons: boolean;
  /** Managed add-ons beside or in place of them. */
  readonly addons: readonly string[];
  readonly nodeGroups: readonly OthersNodeGroup[];
  /** On every subnet of the cluster. */
  readonly subnetTags: Readonly<Record<string, string>>;
  readonly clusterGroupTags: Readonly<Record<string, string>>;
  readonly securityGroups: readonly { readonly name: string; readonly tags: Readonly<Record<string, string>> }[];
  readonly karpenter: OthersKarpenter | null;
  readonly launchTemplates: readonly { readonly name: string; readonly tags: Readonly<Record<string, string>> }[];
  /** Machines with Karpenter's tags that no NodeClaim knows of. */
  readonly strayMachines: number;
  /** More of what is in the cluster: aws-auth, Cluster Autoscaler. */
  readonly objects: readonly KubeObject[];
};

export type OthersNodeGroup = {
  readonly name: string;
  readonly roleName: string;
  readonly instanceTypes: readonly string[];
  readonly minSize: number;
  readonly desiredSize: number;
  readonly maxSize: number;
  readonly tags: Readonly<Record<string, string>>;
};

export type OthersKarpenter = {
  /** False: only what an unclean uninstall leaves. */
  readonly hasController: boolean;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly image: string;
  readonly chartVersion: string;
  readonly releaseStatus: 'deployed' | 'pending-upgrade';
  /** As the values of the chart have it below `settings`. */
  readonly settings: Readonly<Record<string, string>>;
  readonly credentials: 'pod-identity' | 'irsa';
  readonly controllerRole: {
    readonly name: string;
    /** False: it is named, and IAM has none. */
    readonly exists: boolean;
    readonly policies: readonly OthersPolicy[];
  };
  readonly nodeRoleName: string;
  readonly hasNodeAccessEntry: boolean;
  readonly queue: {
    readonly name: string;
    readonly isEncrypted: boolean;
    readonly deniesPlainTransport: boolean;
  } | null;
  readonly rules: readonly { readonly name: string; readonly source: string; readonly detailType: string }[];
  readonly definitions: readonly string[];
  /** Added to what each definition stores. */
  readonly oldStoredVersion: string | null;
  readonly manifests: readonly KubeObject[];
  /** An uninstall has asked for their deletion. */
  readonly isBeingDeleted?: boolean;
};

export type OthersPolicy = {
  readonly name: string;
  readonly kind: 'inline' | 'managed';
  readonly statements: readonly { readonly actions: readonly string[]; readonly resources: readonly string[] }[];
};
