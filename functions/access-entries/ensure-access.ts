import type { EksAccess } from '../../shared/aws/eks.ts';
import { ownerTags } from '../../shared/clusters/ownership.ts';
import { ensureStep, type Observation } from '../../shared/runs/ensure-step.ts';
import type { Change, StepResult } from '../../shared/runs/run.ts';
import type { StepContext } from '../../shared/runs/step-context.ts';
import type { StepInput } from '../../shared/runs/step-input.ts';
import { CLUSTER_ADMIN_POLICY, OPERATOR_GROUP, READER_GROUP } from './groups.ts';

/** Entries answer at once; when they take effect is seen by the next step, which uses them. */
const TIMING = { plannedSeconds: 1, timeoutSeconds: 120, pollSeconds: 2 };

type Deps = StepContext & {
  readonly access: EksAccess;
  readonly roles: { readonly installer: string; readonly operator: string; readonly reader: string };
};

type Entry = {
  readonly principalArn: string;
  readonly type: 'STANDARD' | 'EC2_LINUX';
  readonly groups: readonly string[];
};

/**
 * Makes sure of an access entry for each role that speaks to this cluster: installer, operator, reader, and Karpenter's nodes.
 * The installer is cluster admin from here until `closeAccess`. The managed node group makes the entry of its own nodes.
 */
export function openAccess(input: StepInput, deps: Deps): Promise<StepResult> {
  return ensureStep(input, TIMING, deps, async (): Promise<Observation> => {
    const { roles } = await deps.registered(input.run);
    const wanted: Entry[] = [
      { principalArn: deps.roles.installer, type: 'STANDARD', groups: [] },
      { principalArn: deps.roles.operator, type: 'STANDARD', groups: [OPERATOR_GROUP] },
      { principalArn: deps.roles.reader, type: 'STANDARD', groups: [READER_GROUP] },
      { principalArn: roles.karpenterNode, type: 'EC2_LINUX', groups: [] },
    ];
    const changes: Change[] = [];
    for (const entry of wanted) changes.push(await ensureEntry(input, deps, entry));
    await ensureAdmin(input, deps);
    const change = changes.includes('created') ? 'created' : changes.includes('updated') ? 'updated' : 'none';
    return { ready: true, detail: `${wanted.length} access entries are as they should be`, change };
  });
}

async function ensureEntry(input: StepInput, deps: Deps, entry: Entry): Promise<Change> {
  const { cluster, rootExecution } = input.run;
  const found = await deps.access.entry(cluster, entry.principalArn);
  if (!found) {
    await deps.recordIntent(input.run, input.step, { resource: 'access entry', name: entry.principalArn });
    await deps.access.createEntry({
      clusterName: cluster,
      principalArn: entry.principalArn,
      type: entry.type,
      ...(entry.groups.length > 0 ? { kubernetesGroups: [...entry.groups] } : {}),
      tags: ownerTags(cluster, rootExecution),
    });
    return 'created';
  }
  const groups = found.kubernetesGroups ?? [];
  if (entry.type === 'EC2_LINUX' || entry.groups.every((group) => groups.includes(group))) return 'none';
  await deps.access.updateGroups(cluster, entry.principalArn, entry.groups);
  return 'updated';
}

/** Opening and closing the installer's access is part of every run, not a change to the cluster: it is not reported as one. */
async function ensureAdmin(input: StepInput, deps: Deps): Promise<void> {
  const { cluster } = input.run;
  const policies = await deps.access.policies(cluster, deps.roles.installer);
  if (!policies.includes(CLUSTER_ADMIN_POLICY))
    await deps.access.associate(cluster, deps.roles.installer, CLUSTER_ADMIN_POLICY);
}

/** Takes cluster admin from the installer. Works, and does nothing, where there is no cluster or no entry. */
export async function closeAccess(
  input: StepInput,
  deps: Pick<Deps, 'access' | 'roles' | 'fence'>,
): Promise<{ closed: boolean }> {
  await deps.fence.checkFence(input.run);
  return { closed: await deps.access.disassociate(input.run.cluster, deps.roles.installer, CLUSTER_ADMIN_POLICY) };
}
