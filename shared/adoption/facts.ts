/**
 * What was seen of a cluster that somebody else made, as JSON: the account's side, and the inside where it could be looked at.
 * Everything that Joinery decides about such a cluster follows from this and the cluster file.
 */
export type ClusterFacts = {
  readonly cluster: string;
  readonly accountId: string;
  readonly region: string;
  readonly observedAt: string;
  readonly status: string;
  readonly kubernetesVersion: string;
  readonly vpcId: string;
  readonly tags: Tags;
  readonly authenticationMode: 'CONFIG_MAP' | 'API_AND_CONFIG_MAP' | 'API';
  readonly endpoint: { readonly public: boolean; readonly private: boolean; readonly publicCidrs: readonly string[] };
  /** EKS Auto Mode: a Karpenter of AWS's own. */
  readonly autoMode: boolean;
  readonly oidcIssuer: string | null;
  /** The principals that have an access entry; null where the authentication mode has none. */
  readonly accessEntries: readonly string[] | null;
  readonly addons: readonly AddonFacts[];
  readonly nodeGroups: readonly NodeGroupFacts[];
  /** Of service accounts that run, or are called as, Karpenter. */
  readonly podIdentity: readonly PodIdentityFacts[];
  readonly network: NetworkFacts;
  /** Running machines with Karpenter's tags for this cluster. */
  readonly instances: readonly InstanceFacts[];
  /** Launch templates that a Karpenter made for this cluster. */
  readonly launchTemplates: readonly LaunchTemplateFacts[];
  /** What belongs to the Karpenter that is there, in the account; null where none was found. */
  readonly karpenterAccount: KarpenterAccountFacts | null;
  /** Null: Joinery could not look into the cluster; `insideReason` says why. */
  readonly inside: InsideFacts | null;
  readonly insideReason?: string;
};

export type Tags = Readonly<Record<string, string>>;

export type AddonFacts = {
  readonly name: string;
  readonly version: string;
  readonly status: string;
  readonly isOurs: boolean;
};

export type NodeGroupFacts = {
  readonly name: string;
  readonly status: string;
  readonly nodeRoleArn: string;
  readonly instanceTypes: readonly string[];
  readonly minSize: number;
  readonly desiredSize: number;
  readonly maxSize: number;
  readonly isOurs: boolean;
};

export type PodIdentityFacts = {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly roleArn: string;
  readonly associationId: string;
  readonly isOurs: boolean;
};

export type NetworkFacts = {
  readonly subnets: readonly TaggedFacts[];
  /** Security groups of the VPC with a discovery tag, or owned by the cluster; EKS's own among them. */
  readonly securityGroups: readonly (TaggedFacts & { readonly isClusterGroup: boolean; readonly isOwned: boolean })[];
};

/** `discovery`: value of karpenter.sh/discovery; null where the tag is absent. */
export type TaggedFacts = { readonly id: string; readonly discovery: string | null };

export type InstanceFacts = { readonly id: string; readonly nodePool: string };

export type LaunchTemplateFacts = {
  readonly id: string;
  readonly name: string;
  /** Tags by which clean-ups find it: the old one, the one since Karpenter 1.1. */
  readonly hasOldTag: boolean;
  readonly hasNewTag: boolean;
};

export type KarpenterAccountFacts = {
  readonly controllerRole: RoleFacts | null;
  readonly queue: QueueFacts | null;
  /** Rules of the default bus that deliver to the queue. */
  readonly rules: readonly RuleFacts[];
};

export type RoleFacts = {
  readonly arn: string;
  /** False: something still names the role, and IAM has none. */
  readonly exists: boolean;
  readonly policies: readonly PolicyFacts[];
};

export type PolicyFacts = {
  readonly name: string;
  readonly kind: 'inline' | 'managed';
  /** Characters without white space, as IAM counts them. */
  readonly size: number;
  readonly allows: readonly { readonly actions: readonly string[]; readonly resources: readonly string[] }[];
};

export type QueueFacts = {
  /** As Karpenter was given it; what is no name is shown as it is. */
  readonly name: string;
  readonly exists: boolean;
  readonly isEncrypted: boolean;
  readonly deniesPlainTransport: boolean;
  readonly tags: Tags;
};

export type RuleFacts = {
  readonly name: string;
  readonly isEnabled: boolean;
  readonly sources: readonly string[];
  readonly detailTypes: readonly string[];
};

export type InsideFacts = {
  readonly awsAuth: readonly AwsAuthFacts[] | null;
  readonly controllers: readonly ControllerFacts[];
  readonly releases: readonly ReleaseFacts[];
  readonly definitions: readonly DefinitionFacts[];
  readonly nodePools: readonly ResourceFacts[];
  readonly nodeClasses: readonly (ResourceFacts & {
    readonly role: string | null;
    readonly instanceProfile: string | null;
  })[];
  readonly nodeClaims: readonly (ResourceFacts & { readonly instanceId: string | null })[];
  readonly autoscalers: readonly { readonly namespace: string; readonly name: string; readonly replicas: number }[];
  /** API groups of CustomResourceDefinitions that belong to EKS Auto Mode. */
  readonly hasAutoModeClasses: boolean;
  readonly nodes: readonly NodeFacts[];
  readonly podIdentityAgent: { readonly desired: number; readonly ready: number } | null;
};

export type AwsAuthFacts = { readonly roleArn: string; readonly username: string; readonly groups: readonly string[] };

/** A Deployment that runs Karpenter's controller. */
export type ControllerFacts = {
  readonly namespace: string;
  readonly name: string;
  readonly image: string;
  /** Of the image's tag; null when it tells none. */
  readonly version: string | null;
  readonly replicas: number;
  readonly readyReplicas: number;
  readonly serviceAccount: string;
  /** By the annotation of IRSA. */
  readonly irsaRoleArn: string | null;
  readonly interruptionQueue: string | null;
  readonly isOurs: boolean;
};

export type ReleaseFacts = {
  readonly name: string;
  readonly namespace: string;
  readonly chart: string;
  readonly status: string;
  readonly revision: number;
  /** Keys below `settings` of the values that were given. */
  readonly settings: readonly string[];
  readonly isOurs: boolean;
};

export type DefinitionFacts = { readonly name: string; readonly storedVersions: readonly string[] };

export type ResourceFacts = {
  readonly name: string;
  readonly isDeleting: boolean;
  readonly isOurs: boolean;
  /** Made by a CloudFormation custom resource of the CDK. */
  readonly isOfCdk: boolean;
};

export type NodeFacts = {
  readonly name: string;
  readonly zone: string;
  readonly isReady: boolean;
  /** By a NodePool, or by EKS Auto Mode: the controller must not run there. */
  readonly isAutoscaled: boolean;
  /** Taints that keep pods away and that Karpenter's controller does not tolerate. */
  readonly taints: readonly string[];
  readonly isBootstrap: boolean;
  readonly free: { readonly milliCpu: number; readonly memoryMiB: number; readonly pods: number };
};
