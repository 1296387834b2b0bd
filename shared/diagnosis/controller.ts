import { type Cause, cause } from './cause.ts';
import { at, type Facts, listAt, wasRead } from './facts.ts';

const NOT_AUTHORIZED = /not authorized to perform:? ([a-z0-9-]+:\w+)|UnauthorizedOperation|AccessDenied/i;
const WITHOUT_CREDENTIALS =
  /no credentials|NoCredentialProviders|failed to (?:retrieve|refresh cached) credentials|WebIdentityErr|no EC2 IMDS role/i;
const NO_QUEUE = /NonExistentQueue|QueueDoesNotExist|queue does not exist/i;

type Status = { readonly containerStatuses?: readonly unknown[]; readonly phase?: string };

/** What keeps the controller itself from working. */
export function controllerCauses(facts: Facts): Cause[] {
  const missing = missingController(facts);
  if (missing) return [missing];
  return [...notRunning(facts), ...withoutLeader(facts), ...fromLog(facts)];
}

function missingController(facts: Facts): Cause | undefined {
  if (!wasRead(facts, 'deployment') || facts.deployment) return undefined;
  return cause({
    id: 'controller-missing',
    about: 'controller',
    severity: 'error',
    resource: `Deployment/${facts.karpenterNamespace}/karpenter`,
    why: 'Karpenter is not installed in this namespace, so no node is made for any pod.',
    evidence: [],
    fix: 'Start install-karpenter with the cluster file; where Karpenter runs in another namespace, name it in karpenter.namespace.',
  });
}

function notRunning(facts: Facts): Cause[] {
  const { deployment, controllerPods, karpenterNamespace } = facts;
  if (!deployment || Number(at(deployment, 'status', 'availableReplicas') ?? 0) > 0) return [];
  const evidence = controllerPods.flatMap((pod) => {
    const { containerStatuses = [], phase = '' } = (pod['status'] ?? {}) as Status;
    const waiting = containerStatuses.map((status) => {
      const { reason = '', message = '' } = (at(status, 'state', 'waiting') ??
        at(status, 'lastState', 'terminated') ??
        {}) as { reason?: string; message?: string };
      return [reason, message].filter(Boolean).join(': ');
    });
    const words = waiting.filter(Boolean).join('; ') || schedulingWords(pod) || phase;
    return [`${pod.metadata.name}: ${words}`];
  });
  return [
    cause({
      id: 'controller-not-running',
      about: 'controller',
      severity: 'error',
      resource: `Deployment/${karpenterNamespace}/karpenter`,
      why: 'No replica of the controller is available, so no node is made and no interruption is acted upon.',
      evidence: evidence.length > 0 ? evidence : ['it has no pods'],
      fix: 'Mend what its pods say. Where they find no node, see whether the bootstrap nodes are there and have room for two replicas.',
      runbook: 'docs/runbooks/controller-without-credentials.md',
    }),
  ];
}

/** Why the scheduler has not placed a pod, in its own words. */
export function schedulingWords(pod: unknown): string {
  const conditions = listAt<{ type: string; status: string; message?: string }>(pod, 'status', 'conditions');
  return conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False')?.message ?? '';
}

function withoutLeader(facts: Facts): Cause[] {
  const { deployment, leader, controllerPods, karpenterNamespace } = facts;
  const isRunning = Number(at(deployment, 'status', 'availableReplicas') ?? 0) > 0;
  if (!isRunning || !wasRead(facts, 'leader', 'controllerPods')) return [];
  if (leader !== undefined && controllerPods.some(({ metadata }) => metadata.name === leader)) return [];
  return [
    cause({
      id: 'controller-without-leader',
      about: 'controller',
      severity: 'error',
      resource: `Lease/${karpenterNamespace}/karpenter-leader-election`,
      why: 'No running replica holds the lease, so all of them stand by.',
      evidence: [
        leader === undefined ? 'nobody holds it' : `it is held by ${leader}, which is no pod of the controller`,
      ],
      fix: 'A lease runs out after 15 s. Where it does not change hands, see the log of both replicas: they may not be allowed to update leases.',
    }),
  ];
}

/** Each line with what it says, whatever the rest of it is. */
function wordsOfLine(line: string): string {
  try {
    const { message = '', error = '' } = JSON.parse(line) as { message?: string; error?: string };
    return [message, error].filter(Boolean).join(': ') || line;
  } catch {
    return line;
  }
}

function fromLog({ log, karpenterNamespace, leader }: Facts): Cause[] {
  const lines = log.filter((line) => /"level":"(?:ERROR|WARN)"|\bERROR\b/.test(line)).map(wordsOfLine);
  const resource = `Pod/${karpenterNamespace}/${leader ?? 'karpenter'}`;
  const said = (pattern: RegExp) => lines.filter((line) => pattern.test(line)).reverse();
  const credentials = said(WITHOUT_CREDENTIALS);
  const denied = said(NOT_AUTHORIZED);
  const queue = said(NO_QUEUE);
  const actions = [...new Set(denied.flatMap((line) => NOT_AUTHORIZED.exec(line)?.[1] ?? []))];
  return [
    ...(credentials.length === 0
      ? []
      : [
          cause({
            id: 'controller-without-credentials',
            about: 'controller',
            severity: 'error',
            resource,
            why: 'The controller has no AWS credentials, so it can neither launch nor end instances.',
            evidence: credentials,
            fix: 'See that the Pod Identity agent runs on the bootstrap nodes and that the association names this namespace and service account, then restart the controller.',
            runbook: 'docs/runbooks/controller-without-credentials.md',
          }),
        ]),
    ...(denied.length === 0
      ? []
      : [
          cause({
            id: 'controller-not-authorized',
            about: 'controller',
            severity: 'error',
            resource,
            why: `AWS refuses the controller${actions.length > 0 ? ` ${actions.join(', ')}` : ''}: its role lacks a permission of this Karpenter version, or a policy denies it.`,
            evidence: denied,
            fix: "Start bootstrap-cluster or install-karpenter again: it brings the cluster's stack and its controller role up to date. Then look for a service control policy or a boundary that denies it.",
          }),
        ]),
    ...(queue.length === 0
      ? []
      : [
          cause({
            id: 'interruption-queue-missing',
            about: 'controller',
            severity: 'warning',
            resource,
            why: 'The interruption queue that the controller polls does not exist: nodes are lost without a drain.',
            evidence: queue,
            fix: 'Compare settings.interruptionQueue of the Helm release with the queue in the registry, and start install-karpenter again.',
          }),
        ]),
  ];
}
