import type { Simulation } from '../../../../core/simulation.ts';
import { accessEntryArn } from '../permissions.ts';
import { type AccessEntryRecord, type ClusterRecord, freshUuid, type Tags } from '../state.ts';
import { CLUSTER_ADMIN_POLICY, grantIdentity, grantPolicy } from './grants.ts';

type NewEntry = {
  readonly principalArn: string;
  readonly type: string;
  readonly username?: string | undefined;
  readonly kubernetesGroups?: readonly string[] | undefined;
  readonly tags?: Tags;
};

type Place = { readonly region: string; readonly accountId: string };

/** Records an access entry and lets its principal in a little later. EKS does this itself for node roles and creators. */
export function addAccessEntry(
  simulation: Simulation,
  place: Place,
  cluster: ClusterRecord,
  entry: NewEntry,
): AccessEntryRecord {
  const nowMs = simulation.now();
  const record: AccessEntryRecord = {
    principalArn: entry.principalArn,
    arn: accessEntryArn(place, cluster.name, entry.principalArn, freshUuid(simulation)),
    type: entry.type,
    username: entry.username ?? usernameFor(entry.type, entry.principalArn),
    kubernetesGroups: entry.type === 'EC2_LINUX' ? ['system:nodes'] : [...(entry.kubernetesGroups ?? [])],
    tags: { ...entry.tags },
    createdAtMs: nowMs,
    modifiedAtMs: nowMs,
    policies: [],
  };
  cluster.accessEntries[entry.principalArn] = record;
  grantIdentity(simulation, cluster, entry.principalArn, {
    username: record.username,
    groups: record.kubernetesGroups,
  });
  return record;
}

/** The entry of the role that created the cluster, when it asked to be its admin. */
export function addCreatorAdmin(simulation: Simulation, place: Place, cluster: ClusterRecord, roleArn: string): void {
  const record = addAccessEntry(simulation, place, cluster, { principalArn: roleArn, type: 'STANDARD' });
  const nowMs = simulation.now();
  record.policies.push({
    policyArn: CLUSTER_ADMIN_POLICY,
    accessScope: { type: 'cluster', namespaces: [] },
    associatedAtMs: nowMs,
    modifiedAtMs: nowMs,
  });
  grantPolicy(simulation, cluster, roleArn, CLUSTER_ADMIN_POLICY);
}

function usernameFor(type: string, principalArn: string): string {
  if (type === 'EC2_LINUX') return 'system:node:{{EC2PrivateDNSName}}';
  const account = principalArn.split(':')[4] ?? '';
  return `arn:aws:sts::${account}:assumed-role/${principalArn.split('/').at(-1) ?? ''}/{{SessionName}}`;
}
