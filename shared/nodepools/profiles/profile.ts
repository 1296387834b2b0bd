export type Requirement = {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Gte' | 'Lt' | 'Lte';
  readonly values?: readonly string[];
};

export type Taint = {
  readonly key: string;
  readonly value?: string;
  readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
};

/** Root volume of the nodes; gp3, encrypted. */
export type RootVolume = { readonly gib: number; readonly iops?: number; readonly throughputMiBps?: number };

/** An EC2NodeClass of the catalogue; profiles may share one. */
export type NodeClassProfile = { readonly name: string; readonly rootVolume: RootVolume };

/** What a profile of the catalogue says of its NodePool; a cluster file's overrides change it. */
export type NodePoolProfile = {
  readonly name: string;
  /** Row of the requirements that asks for it. */
  readonly row: string;
  /** One sentence for people: which pods belong here. */
  readonly purpose: string;
  /** Where it differs from the document that it is taken from, or needs care, each with the reason. */
  readonly notes: readonly string[];
  readonly nodeClass: NodeClassProfile;
  readonly architectures: readonly string[];
  readonly capacityTypes: readonly string[];
  /** Which kinds of instances; instance families of a cluster file take their place. */
  readonly families: readonly Requirement[];
  /** Which of their sizes; instance sizes of a cluster file take their place. */
  readonly sizes: readonly Requirement[];
  /** What must hold whatever families and sizes a cluster file asks for; only types named one by one do away with it. */
  readonly guards: readonly Requirement[];
  readonly limits: Readonly<Record<string, string>>;
  readonly weight?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly Taint[];
  readonly consolidationPolicy: 'WhenEmpty' | 'WhenEmptyOrUnderutilized' | 'Balanced';
  readonly consolidateAfter: string;
  readonly expireAfter: string;
  /** Bounds a drain that a PodDisruptionBudget or do-not-disrupt would hold up for ever. */
  readonly terminationGracePeriod: string;
};

export function isIn(key: string, values: readonly string[]): Requirement {
  return { key, operator: 'In', values };
}

export function families(...names: readonly string[]): Requirement {
  return isIn('karpenter.k8s.aws/instance-family', names);
}

export function sizes(...names: readonly string[]): Requirement {
  return isIn('karpenter.k8s.aws/instance-size', names);
}

/** Bare metal has an empty label here: it is dear and takes minutes to boot. */
export const NO_METAL: Requirement = isIn('karpenter.k8s.aws/instance-hypervisor', ['nitro']);

/** The EC2NodeClass of most profiles. */
export const DEFAULT_NODE_CLASS: NodeClassProfile = { name: 'default', rootVolume: { gib: 50 } };
