/** What a Catch puts into the state. */
export type CaughtFailure = { readonly Error?: string | undefined; readonly Cause?: string | undefined };

export type Failure = { readonly error: string; readonly message: string };

/**
 * The first cause of a failure. Lambda's Cause is JSON with `errorMessage`; a nested execution's is JSON with the `Error` and
 * `Cause` of that execution, and so on down to where it began.
 */
export function rootCause(caught: CaughtFailure): Failure {
  const error = caught.Error ?? 'Unknown';
  const cause = caught.Cause ?? '';
  const parsed = parseRecord(cause);
  if (!parsed) return { error, message: cause };
  if (typeof parsed['errorMessage'] === 'string') return { error, message: parsed['errorMessage'] };
  if (typeof parsed['Error'] === 'string' || typeof parsed['Status'] === 'string') {
    return rootCause({
      Error: typeof parsed['Error'] === 'string' ? parsed['Error'] : `Execution${String(parsed['Status'])}`,
      Cause:
        typeof parsed['Cause'] === 'string' ? parsed['Cause'] : `a nested execution is ${String(parsed['Status'])}`,
    });
  }
  return { error, message: cause };
}

function parseRecord(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

const AGAIN = 'Then start the same state machine with the same cluster file: it goes on from what exists.';

const ADVICE: Readonly<Record<string, string>> = {
  LeaseHeld: 'Wait until the other run has ended, or stop it; then start again.',
  LeaseLost: 'Another run has taken this cluster over; look at that one.',
  InvalidClusterFile: 'Correct the cluster file; `joinery validate FILE` shows the same faults.',
  PreflightFailed: `Mend what the preflight found; nothing was created. ${AGAIN}`,
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
