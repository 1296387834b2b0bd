/** What a check is about; a report and a test name it by this. */
export type CheckName =
  | 'subnets'
  | 'zones'
  | 'vpc'
  | 'free-addresses'
  | 'way-out'
  | 'security-groups'
  | 'discovery-tags'
  | 'kubernetes-version'
  | 'addon-version'
  | 'karpenter-charts'
  | 'instance-types'
  | 'bootstrap-capacity'
  | 'quotas'
  | 'node-pools'
  | 'volume-key'
  | 'existing-cluster'
  | 'adoption'
  | 'auto-mode'
  | 'consent'
  | 'endpoint'
  | 'inspection'
  | 'existing-stack'
  | 'existing-nodes'
  | 'existing-addons'
  | 'existing-pod-identity'
  | 'zonal-shift';

type Severity = 'fault' | 'warning';

/** One thing that was found: where in the cluster file it comes from, what is wrong, and what to do. */
export type Finding = {
  readonly severity: Severity;
  readonly check: CheckName;
  readonly path?: string;
  readonly message: string;
  readonly fix: string;
};

type Words = { readonly path?: string; readonly message: string; readonly fix: string };

/** The run would fail, or the cluster would not work. */
export function fault(check: CheckName, words: Words): Finding {
  return { severity: 'fault', check, ...words };
}

/** Worth knowing before it begins; it does not stop the run. */
export function warning(check: CheckName, words: Words): Finding {
  return { severity: 'warning', check, ...words };
}

export function isFault({ severity }: Finding): boolean {
  return severity === 'fault';
}
