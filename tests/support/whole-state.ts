import { ec2World } from '../../simulator/aws/services/ec2/world.ts';
import { findCluster } from '../../simulator/aws/services/eks/state.ts';
import { eventsState } from '../../simulator/aws/services/eventbridge/state.ts';
import { iamState } from '../../simulator/aws/services/iam/state.ts';
import { sqsState } from '../../simulator/aws/services/sqs/state.ts';
import type { Account } from '../../simulator/boot/account.ts';

type KubeState = { readonly objects: Readonly<Record<string, Readonly<Record<string, object>>>> };

/**
 * Everything in EKS, EC2, SQS, IAM, EventBridge and Kubernetes, as the simulator keeps it, as text by part. Left out is what says
 * when something last happened and not what is so: the counter of the API server's store, what leases and kubelets renew, when a
 * queue was last set and a role last used.
 */
export function wholeState({ simulation }: Account, cluster: string): Record<string, string> {
  const { objects } = simulation.state<KubeState>(`kubernetes:${cluster}`, () => ({ objects: {} }));
  const record = findCluster(simulation, cluster);
  const { grants: _, ...eks } = (record ?? {}) as { grants?: unknown };
  const { instances, subnets, securityGroups, launchTemplates, volumes } = ec2World(simulation);
  const parts: Record<string, unknown> = {
    eks,
    ec2: { instances, subnets, securityGroups, launchTemplates, volumes },
    iam: iamState(simulation),
    events: eventsState(simulation).rules,
    ...Object.fromEntries(
      Object.entries(sqsState(simulation).queues).map(([name, queue]) => [`queue ${name}`, withoutTimes(queue)]),
    ),
    ...Object.fromEntries(
      Object.entries(objects)
        .flatMap(([kind, found]) => Object.entries(found).map(([name, object]) => [`${kind} ${name}`, object] as const))
        .filter(([name]) => !/leases|events/.test(name)),
    ),
  };
  return Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, JSON.stringify(part, withoutRenewals)]));
}

function withoutTimes(queue: object): object {
  const { modifiedMs: _, nextOrder: __, messages: ___, ...rest } = queue as Record<string, unknown>;
  return rest;
}

const RENEWED = ['resourceVersion', 'lastHeartbeatTime', 'lastUsedAtMs'];

function withoutRenewals(key: string, value: unknown): unknown {
  return RENEWED.includes(key) ? undefined : value;
}

/** The parts that differ, each with its two texts. */
export function differences(before: Record<string, string>, after: Record<string, string>): Record<string, unknown> {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return Object.fromEntries(
    [...names].filter((name) => before[name] !== after[name]).map((name) => [name, [before[name], after[name]]]),
  );
}
