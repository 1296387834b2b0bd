import type { Cluster as EksCluster } from '@aws-sdk/client-eks';
import { CLUSTER_TAG } from '../../shared/clusters/ownership.ts';
import type { Attachment, AttachmentQueue } from '../../shared/ledger/attachments.ts';
import type { RegistryRow } from '../../shared/ledger/registry.ts';

type Finding = { readonly check: string; readonly path?: string; readonly message: string; readonly fix: string };

type Planned = {
  readonly step: string;
  readonly resource: string;
  readonly name: string;
  readonly action: 'create' | 'update' | 'none' | 'unknown';
  readonly reason?: string;
  readonly before?: Readonly<Record<string, unknown>>;
  readonly after?: Readonly<Record<string, unknown>>;
  readonly expectedSeconds: readonly [least: number, most: number];
  readonly monthlyUsd: string | null;
};

/** As docs/schemas/plan.schema.json has it. */
export type AttachPlan = {
  readonly cluster: string;
  readonly kubernetesVersion: string;
  readonly karpenterVersion: string;
  readonly createdAt: string;
  readonly blocked: boolean;
  readonly faults: readonly Finding[];
  readonly warnings: readonly Finding[];
  readonly notes: readonly string[];
  readonly resources: readonly Planned[];
};

/** What is seen before anything is changed, and what is seen once the reader is let in. */
export type Seen = {
  readonly cluster: string;
  readonly region: string;
  readonly accountId: string;
  readonly found: EksCluster | undefined;
  readonly row: RegistryRow | undefined;
  readonly stackHasVpc: boolean;
  readonly hasReader: boolean;
  readonly instances: number;
  readonly attachment: Attachment | undefined;
  /** Absent: it is inside the cluster, which nobody has asked yet. */
  readonly inside?: {
    readonly karpenterVersion: string;
    readonly queue: AttachmentQueue;
    /** Rules of the account that send to the queue that Karpenter reads. */
    readonly rules: readonly string[];
    readonly todo: string | undefined;
  };
};

const NOTES = [
  'Nothing is installed, upgraded or removed in the cluster: no Helm, no node roles, no NodePools, no tags on the cluster.',
  "The installer has an access entry with cluster admin while the run applies the reader's rules, and none afterwards.",
];

export function attachPlan(seen: Seen, createdAt: string): AttachPlan {
  const faults = faultsOf(seen);
  return {
    cluster: seen.cluster,
    kubernetesVersion: seen.found?.version ?? 'unknown',
    karpenterVersion: seen.inside?.karpenterVersion ?? seen.attachment?.karpenterVersion ?? 'unknown',
    createdAt,
    blocked: faults.length > 0,
    faults,
    warnings: warningsOf(seen),
    notes: NOTES,
    resources: seen.found ? resourcesOf(seen) : [],
  };
}

function faultsOf(seen: Seen): Finding[] {
  const { cluster, found, row, region, accountId } = seen;
  const path = 'metadata.name';
  if (!found) {
    const message = `there is no cluster ${cluster} in account ${accountId}, Region ${region}`;
    return [
      {
        check: 'existing-cluster',
        path,
        message,
        fix: 'write the name as EKS has it, or use the deployment of its Region',
      },
    ];
  }
  const isOurs = found.tags?.[CLUSTER_TAG] !== undefined || (row !== undefined && row.mode !== 'attach');
  if (isOurs) {
    const message = `cluster ${cluster} is Joinery's already${row ? ` (mode ${row.mode})` : ''}: it has everything that attach would add`;
    return [{ check: 'existing-cluster', path, message, fix: 'nothing: leave it as it is' }];
  }
  const faults: Finding[] = [];
  if (found.status !== 'ACTIVE' && found.status !== 'UPDATING') {
    const message = `cluster ${cluster} is ${found.status ?? 'of no known status'}`;
    faults.push({ check: 'existing-cluster', path, message, fix: 'wait until it is ACTIVE' });
  }
  if (found.accessConfig?.authenticationMode === 'CONFIG_MAP') {
    const message = `cluster ${cluster} knows no access entries: its authentication mode is CONFIG_MAP`;
    const fix = 'change it to API_AND_CONFIG_MAP, which cannot be undone; attach does not do it';
    faults.push({ check: 'authentication-mode', path, message, fix });
  }
  const { endpointPublicAccess, publicAccessCidrs = [] } = found.resourcesVpcConfig ?? {};
  if (!seen.stackHasVpc && (endpointPublicAccess === false || !publicAccessCidrs.includes('0.0.0.0/0'))) {
    const message = `the endpoint of ${cluster} is private, or open to narrower CIDRs than 0.0.0.0/0, and Joinery's functions run outside any VPC: they could not reach it`;
    faults.push({ check: 'endpoint', path, message, fix: 'deploy the stack with its vpc parameters' });
  }
  return faults;
}

function warningsOf({ inside }: Seen): Finding[] {
  if (!inside || inside.rules.length === 0) return [];
  const { queue, rules } = inside;
  const which = `rule${rules.length === 1 ? '' : 's'} ${rules.join(', ')}`;
  const message =
    queue.owner === 'theirs'
      ? `${which} of this account send${rules.length === 1 ? 's' : ''} to ${queue.name} too: each notice comes twice, which Karpenter does not mind`
      : `${which} of this account go${rules.length === 1 ? 'es' : ''} on sending to the queue that Karpenter reads now; nobody takes from there once Karpenter reads ${queue.name}`;
  const fix = 'nothing; or take those rules away yourself once the canary has arrived: attach leaves them in place';
  return [{ check: 'duplicate-delivery', message, fix }];
}

function resourcesOf(seen: Seen): Planned[] {
  const { cluster, row, hasReader, instances } = seen;
  const plain = { expectedSeconds: [0, 60] as const, monthlyUsd: '0.00' };
  return [
    { ...plain, step: 'access-rules', resource: 'ClusterRole', name: 'joinery-reader', action: 'unknown' },
    { ...plain, step: 'access-rules', resource: 'Role', name: 'joinery-read-karpenter', action: 'unknown' },
    { ...plain, step: 'reader', resource: 'access entry', name: 'reader', action: hasReader ? 'none' : 'create' },
    ...queueResources(seen),
    { ...plain, step: 'registry', resource: 'registry row', name: cluster, action: row ? 'none' : 'create' },
    {
      ...plain,
      step: 'fleet',
      resource: 'ledger rows',
      name: `${instances} instance${instances === 1 ? '' : 's'}`,
      action: instances > 0 ? 'update' : 'none',
    },
  ];
}

function queueResources({ inside, attachment }: Seen): Planned[] {
  const named = { step: 'queue', resource: 'interruption queue', monthlyUsd: null };
  if (!inside) {
    const reason = 'what Karpenter reads is inside the cluster, which only the later steps ask';
    return [
      { ...named, name: attachment?.queue?.name ?? 'unknown', action: 'unknown', reason, expectedSeconds: [0, 120] },
    ];
  }
  const { queue, todo } = inside;
  const isChosen = attachment?.queue !== undefined;
  if (queue.owner === 'ours') {
    const reason = todo ?? 'Karpenter reads it';
    return [{ ...named, name: queue.name, action: isChosen ? 'none' : 'create', reason, expectedSeconds: [30, 120] }];
  }
  return [
    {
      ...named,
      name: queue.name,
      action: isChosen ? 'none' : 'update',
      reason: 'by the consent use-existing-queue',
      before: { policy: queue.policyBefore || null },
      after: { tags: [CLUSTER_TAG], policy: 'one statement more, JoineryRouterSends' },
      expectedSeconds: [60, 70],
    },
  ];
}
