/** For each condition of EC2NodeClass and NodePool: what to do when it is False. */
const ADVICE: Readonly<Record<string, string>> = {
  SubnetsReady:
    'No subnet matches subnetSelectorTerms: check the ids or the tag karpenter.sh/discovery on the subnets.',
  SecurityGroupsReady: 'No security group matches securityGroupSelectorTerms: check the ids or tags.',
  AMIsReady:
    'No image matches amiSelectorTerms: check the alias, its version, and that AL2 is not asked for from Kubernetes 1.33 on.',
  InstanceProfileReady:
    "The instance profile or role cannot be used: check that it exists and that the controller's role may pass it.",
  ValidationSucceeded:
    "Karpenter's dry run of a launch was refused: check the permissions of the controller role and the fields named.",
  PlacementGroupReady: 'The placement group was not found: check placementGroupSelector.',
  CapacityReservationsReady: 'The capacity reservations were not found: check capacityReservationSelectorTerms.',
  NodeClassReady: 'The EC2NodeClass that the pool names is not Ready or does not exist.',
  NodeRegistrationHealthy:
    'Nodes that launch and never register: check the access entry of the node role, the security group, and the way from the subnets to the endpoint.',
};

/** In a sentence or two; undefined for a condition that is not known. */
export function adviceFor(condition: string): string | undefined {
  return ADVICE[condition];
}

/** What Karpenter says of a registered node that is not initialized, and what to do about it. */
const UNINITIALIZED: Readonly<Record<string, string>> = {
  NodeNotReady:
    'The kubelet is not Ready: look at the pods of vpc-cni and kube-proxy on the node (kubectl get pods -n kube-system -o wide) and at kubectl describe node. Their images need AmazonEC2ContainerRegistryPullOnly on the node role, and the CNI AmazonEKS_CNI_Policy.',
  StartupTaintsExist:
    'A startup taint of the NodePool is still there: whoever should remove it (a CNI, a security agent) does not run on the node.',
  KnownEphemeralTaintsExist: 'The node carries a taint of its start, such as not-ready: see whether its CNI came up.',
  ResourceNotRegistered:
    'A resource that the type promises is not on the node: its device plugin (NVIDIA, EFA, Neuron) is missing or fails.',
};

/** The same for the reason that a claim's Initialized condition gives. */
export function initializationAdvice(reason: string): string | undefined {
  return UNINITIALIZED[reason];
}
