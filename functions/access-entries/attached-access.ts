import { READER_GROUP } from '../../shared/clusters/access.ts';
import { isTaggedFor } from '../../shared/clusters/ownership.ts';
import { ensureStep, type Observation } from '../../shared/runs/ensure-step.ts';
import type { StepResult } from '../../shared/runs/run.ts';
import type { AttachContext } from '../../shared/runs/step-context.ts';
import type { StepInput } from '../../shared/runs/step-input.ts';
import { type AccessDeps, ensureAdmin, ensureEntry, TIMING } from './ensure-access.ts';

type Deps = AccessDeps &
  Pick<AttachContext, 'findAttachment'> & {
    readonly clusters: { describe(name: string): Promise<object | undefined> };
  };

/** At a cluster that is attached the installer is let in until the end of the run, and has no entry at all then. */
export function openForAttach(input: StepInput, deps: Deps): Promise<StepResult> {
  return ensureStep(input, TIMING, deps, () => letInstallerIn(input, deps));
}

/** The reader's entry, which stays; after its rules, so that nothing is left of a run that finds no Karpenter. */
export function letReaderIn(input: StepInput, deps: Deps): Promise<StepResult> {
  return ensureStep(input, TIMING, deps, async (): Promise<Observation> => {
    const { reader } = deps.roles;
    const change = await ensureEntry(input, deps, { principalArn: reader, type: 'STANDARD', groups: [READER_GROUP] });
    return { ready: true, detail: 'the reader has an access entry, and no access policy', change };
  });
}

/** For taking the reader's rights away again, which only an admin may. */
export function openForDetach(input: StepInput, deps: Deps): Promise<StepResult> {
  return ensureStep(input, TIMING, deps, async (): Promise<Observation> => {
    if (!(await deps.findAttachment(input.run))) return nothingToDo('the cluster is not attached');
    if (!(await deps.clusters.describe(input.run.cluster))) return nothingToDo('the cluster is gone');
    return letInstallerIn(input, deps);
  });
}

/** Coming and going with the run, it is not reported as a change. */
async function letInstallerIn(input: StepInput, deps: AccessDeps): Promise<Observation> {
  await ensureEntry(input, deps, { principalArn: deps.roles.installer, type: 'STANDARD', groups: [] });
  const isAdmin = await ensureAdmin(input, deps);
  const detail = isAdmin
    ? 'the installer is cluster admin until the end of the run'
    : "EKS does not know the installer's new access entry yet";
  return { ready: isAdmin, detail, change: 'none' };
}

/** Takes the installer's entry away. Works, and does nothing, where there is no cluster or no entry of ours. */
export async function closeAttached(
  input: StepInput,
  deps: Pick<Deps, 'access' | 'roles' | 'fence'>,
): Promise<{ closed: boolean }> {
  await deps.fence.checkFence(input.run);
  return { closed: await removeOwn(input.run.cluster, deps.roles.installer, deps) };
}

/** Takes away every entry that attach made. */
export function removeAttached(input: StepInput, deps: Deps): Promise<StepResult> {
  return ensureStep(input, TIMING, deps, async (): Promise<Observation> => {
    if (!(await deps.findAttachment(input.run))) return nothingToDo('the cluster is not attached');
    const { cluster } = input.run;
    await removeOwn(cluster, deps.roles.installer, deps);
    const isRemoved = await removeOwn(cluster, deps.roles.reader, deps);
    return { ready: true, detail: 'no access entry of Joinery is left', change: isRemoved ? 'updated' : 'none' };
  });
}

/** An entry without the owner's tag was there before. */
async function removeOwn(cluster: string, principalArn: string, { access }: Pick<Deps, 'access'>): Promise<boolean> {
  const entry = await access.entry(cluster, principalArn);
  if (!entry || !isTaggedFor(cluster, entry.tags)) return false;
  await access.removeEntry(cluster, principalArn);
  return true;
}

function nothingToDo(detail: string): Observation {
  return { ready: true, detail, change: 'none' };
}
