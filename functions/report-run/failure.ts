const AGAIN = 'Then start the same state machine with the same cluster file: it goes on from what exists.';

const ADVICE: Readonly<Record<string, string>> = {
  LeaseHeld: 'Wait until the other run has ended, or stop it; then start again.',
  LeaseLost: 'Another run has taken this cluster over; look at that one.',
  InvalidClusterFile: 'Correct the cluster file; `joinery validate FILE` shows the same faults.',
  PreflightFailed: `Mend what the preflight found; nothing was created. ${AGAIN}`,
  ClusterIsAttached: 'Start detach-cluster, or leave the cluster to its owner.',
  KarpenterNotFound: `Put the namespace of Karpenter's Deployment into spec.karpenter.namespace; where there is none, use mode: adopt. ${AGAIN}`,
  QueueChanged: 'Start detach-cluster, then attach-cluster.',
  QueueShared: 'Give each cluster a queue of its own; or leave use-existing-queue out, and Joinery makes one.',
  QueueUnusable: `Leave use-existing-queue out of spec.consent, and Joinery makes a queue. ${AGAIN}`,
  QueueStillRead: `Change Karpenter's Helm value as the message says. ${AGAIN}`,
  AdoptionRefused: `Do what the message says for each line, or put the consents that it names into the cluster file. ${AGAIN}`,
  ClusterMissing: 'Correct the name, or use the deployment of the account and Region in which the cluster is.',
  ClusterNotVisible: `Let the role that the message names look at the cluster. ${AGAIN}`,
  ForeignCluster: 'Choose another name, or use mode: adopt for a cluster that is there already.',
  ForeignStack: 'Delete or rename the stack of that name, or choose another cluster name.',
  ForeignNodeGroup: 'Delete or rename the node group of that name.',
  ForeignAddon: `Take the add-on's version out of the cluster file, or give the add-on the tag that the message names. ${AGAIN}`,
  ForeignPodIdentity: `Delete the association that the message names. ${AGAIN}`,
  AccessDenied: `The role that the message names lacks a permission: deploy the stack again, and look for a service control policy or a boundary that denies it. ${AGAIN}`,
  ForeignAccessEntry: `Delete the access entry that the message names. ${AGAIN}`,
  ZoneUnsupported: `Put subnets in the zones that the message names into spec.network.subnetIds. ${AGAIN}`,
  RoleUnusable: `Look at the trust policy and the permissions of the role, and deploy the stack again if they were changed. ${AGAIN}`,
  KubernetesConflict: `Another tool manages the fields that the message names: give them up there, or put \`consent: [force-field-conflicts]\` into the cluster file. ${AGAIN}`,
  StackFailed: `Mend the reason that CloudFormation gives. ${AGAIN}`,
  ClusterUnusable: `Delete the cluster, or wait until it is gone. ${AGAIN}`,
  ClusterRoleDiffers: `Move whatever already runs on the cluster, and delete it. ${AGAIN}`,
  NodeGroupFailed: `Mend the reason, delete the node group. ${AGAIN}`,
  AddonFailed: `Remove the add-on. ${AGAIN}`,
  HelmFailed: `helm's own message says what is wrong. ${AGAIN}`,
  SmokeTestFailed: `The cluster is kept. Mend the cause, then start smoke-test or install-karpenter with the same cluster file.`,
  SmokeTestLeak: 'What the message names is still there and costs money: delete it, then start smoke-test again.',
};

/** What to do after a failure, for the person who reads the report. */
export function adviceFor(error: string): string {
  return ADVICE[error] ?? `Mend the cause. ${AGAIN}`;
}
