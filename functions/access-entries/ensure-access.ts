import type { EksAccess } from '../../shared/aws/eks.ts';
import { isInUse, isNotFound } from '../../shared/aws/errors.ts';
import { CLUSTER_ADMIN_POLICY, OPERATOR_GROUP, READER_GROUP } from '../../shared/clusters/access.ts';
import { ownerTags } from '../../shared/clusters/ownership.ts';
import { OpsError } from '../../shared/errors/ops-error.ts';
import { ensureStep, type Observation } from '../../shared/runs/ensure-step.ts';
import type { Change, StepResult } from '../../shared/runs/run.ts';
import type { StepContext } from '../../shared/runs/step-context.ts';
import type { StepInput } from '../../shared/runs/step-input.ts';

/** Entries answer at once; when they take effect is seen by the next step, which uses them. */
export const TIMING = { plannedSeconds: 1, timeoutSeconds: 120, pollSeconds: 2 };

export type AccessDeps = Pick<StepContext, 'clock' | 'fence' | 'steps' | 'recordIntent'> & {
  readonly access: EksAccess;
  readonly roles: { readonly installer: string; readonly operator: string; readonly reader: string };
};

type Deps = AccessDeps & Pick<StepContext, 'registered'>;

export type Entry = {
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
    const isAdmin = await ensureAdmin(input, deps);
    const change = changes.includes('created') ? 'created' : changes.includes('updated') ? 'updated' : 'none';
    return isAdmin
      ? { ready: true, detail: `${wanted.length} access entries are as they should be`, change }
      : { ready: false, detail: "EKS does not know the installer's new access entry yet", change };
  });
}

export async function ensureEntry(input: StepInput, deps: AccessDeps, entry: Entry): Promise<Change> {
  const { cluster, rootExecution } = input.run;
  const found = await deps.access.entry(cluster, entry.principalArn);
  if (!found) {
    await deps.recordIntent(input.run, input.step, { resource: 'access entry', name: entry.principalArn });
    await deps.access
      .createEntry({
        clusterName: cluster,
        principalArn: entry.principalArn,
        type: entry.type,
        ...(entry.groups.length > 0 ? { kubernetesGroups: [...entry.groups] } : {}),
        tags: ownerTags(cluster, rootExecution),
      })
      .catch((error: unknown) => {
        // A killed run made it a moment ago, and EKS did not show it yet.
        if (!isInUse(error)) throw error;
      });
    return 'created';
  }
  if (found.type !== entry.type) {
    throw new OpsError(
      'ForeignAccessEntry',
      `The access entry of ${entry.principalArn} is of type ${found.type}, and EKS never changes the type; ${entry.type} is needed. Nothing was changed. Delete that entry and run again.`,
    );
  }
  const groups = found.kubernetesGroups ?? [];
  if (entry.type === 'EC2_LINUX' || entry.groups.every((group) => groups.includes(group))) return 'none';
  await deps.access.updateGroups(cluster, entry.principalArn, entry.groups);
  return 'updated';
}

/**
 * Opening and closing the installer's access is part of every run, not a change to the cluster: it is not reported as one.
 * False while EKS has not spread an entry that was just made.
 */
export async function ensureAdmin(input: StepInput, deps: AccessDeps): Promise<boolean> {
  const { cluster } = input.run;
  const policies = await deps.access.policies(cluster, deps.roles.installer);
  if (policies.includes(CLUSTER_ADMIN_POLICY)) return true;
  try {
    await deps.access.associate(cluster, deps.roles.installer, CLUSTER_ADMIN_POLICY);
    return true;
  } catch (error) {
    if (!isNotFound(error)) throw error;
    return false;
  }
}

/** Takes cluster admin from the installer. Works, and does nothing, where there is no cluster or no entry. */
export async function closeAccess(
  input: StepInput,
  deps: Pick<AccessDeps, 'access' | 'roles' | 'fence'>,
): Promise<{ closed: boolean }> {
  await deps.fence.checkFence(input.run);
  return { closed: await deps.access.disassociate(input.run.cluster, deps.roles.installer, CLUSTER_ADMIN_POLICY) };
}
