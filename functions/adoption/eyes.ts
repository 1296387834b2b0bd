import { isInUse, isNotFound } from '../../shared/aws/errors.ts';
import { CLUSTER_ADMIN_POLICY } from '../../shared/clusters/access.ts';
import { isTaggedFor, ownerTags } from '../../shared/clusters/ownership.ts';
import type { Observation } from '../../shared/runs/ensure-step.ts';
import type { StepInput } from '../../shared/runs/step-input.ts';
import type { AdoptionDeps } from './ensure-adoption.ts';

type Deps = Pick<AdoptionDeps, 'access' | 'handover' | 'installerRoleArn' | 'recordIntent'>;

/** Lets the installer in, as every run does; what it waits for, or undefined. */
export async function openEyes(input: StepInput, deps: Deps): Promise<Observation | undefined> {
  const { cluster, rootExecution } = input.run;
  const { access, installerRoleArn: principalArn } = deps;
  if (!(await access.entry(cluster, principalArn))) {
    await deps.recordIntent(input.run, input.step, { resource: 'access entry', name: principalArn });
    const entry = { clusterName: cluster, principalArn, type: 'STANDARD', tags: ownerTags(cluster, rootExecution) };
    await access.createEntry(entry).catch((error: unknown) => {
      // A killed run made it a moment ago, and EKS did not show it yet.
      if (!isInUse(error)) throw error;
    });
    return { ready: false, detail: "made the installer's access entry", change: 'none' };
  }
  if ((await access.policies(cluster, principalArn)).includes(CLUSTER_ADMIN_POLICY)) return undefined;
  await access.associate(cluster, principalArn, CLUSTER_ADMIN_POLICY).catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
  });
  return { ready: false, detail: 'let the installer in', change: 'none' };
}

/** Takes its rights from the installer; for good, its entry too, if it is ours. */
export async function closeEyes(
  { run: { cluster } }: StepInput,
  { access, handover, installerRoleArn }: Deps,
  { forGood }: { readonly forGood: boolean },
): Promise<void> {
  await access.disassociate(cluster, installerRoleArn, CLUSTER_ADMIN_POLICY);
  if (!forGood) return;
  const entry = await access.entry(cluster, installerRoleArn);
  if (entry && isTaggedFor(cluster, entry.tags)) await handover.deleteEntry(cluster, installerRoleArn);
}
