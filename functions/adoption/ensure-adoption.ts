import type { Cluster as EksCluster } from '@aws-sdk/client-eks';
import { type Consent, planAdoption } from '../../shared/adoption/adopt.ts';
import { adoptionRefused } from '../../shared/adoption/refused.ts';
import { askForChange } from '../../shared/aws/ask-for-change.ts';
import type { EksAccess, EksClusters } from '../../shared/aws/eks.ts';
import type { EksHandover } from '../../shared/aws/eks-handover.ts';
import type { Cluster } from '../../shared/clusters/cluster-file.ts';
import { objectKeysOf } from '../../shared/clusters/names.ts';
import { CLUSTER_TAG, executionId, isTaggedFor } from '../../shared/clusters/ownership.ts';
import { OpsError } from '../../shared/errors/ops-error.ts';
import { ensureStep, type Observation } from '../../shared/runs/ensure-step.ts';
import type { StepResult } from '../../shared/runs/run.ts';
import type { StepContext } from '../../shared/runs/step-context.ts';
import type { StepInput } from '../../shared/runs/step-input.ts';
import { closeEyes, openEyes } from './eyes.ts';
import type { LookDeps } from './look-at-cluster.ts';
import { type Connect, observe } from './observe.ts';

/** EKS takes up to three minutes for the authentication mode, and a minute until an access entry holds. */
const TIMING = { plannedSeconds: 5, timeoutSeconds: 600, pollSeconds: 3 };

export type AdoptionDeps = StepContext &
  LookDeps & {
    readonly eks: Pick<EksClusters, 'describe' | 'updateConfig'>;
    readonly handover: EksHandover;
    readonly access: EksAccess;
    readonly installerRoleArn: string;
    /** As the installer, once the cluster lets it in. */
    readonly connectInstaller: Connect;
  };

/**
 * Takes a cluster of somebody's over, as far as the file consents: marks it, moves its authentication mode forwards, lets the
 * installer in, and looks at what is inside before anything else is made. Throws AdoptionRefused, after taking back what was
 * made for the look. Says whether the controller gets nodes of its own.
 */
export async function ensureAdoption(
  input: StepInput,
  deps: AdoptionDeps,
): Promise<StepResult & { readonly bootstrapNodes?: boolean }> {
  let bootstrapNodes: boolean | undefined;
  const result = await ensureStep(input, TIMING, deps, async (): Promise<Observation> => {
    const cluster = await deps.loadCluster(input.run);
    const found = await deps.eks.describe(input.run.cluster);
    if (!found) throw new OpsError('ClusterMissing', `Cluster ${input.run.cluster} is gone.`);
    const waiting = (await handOver(input, deps, cluster, found)) ?? (await openEyes(input, deps));
    if (waiting) return waiting;
    const facts = await observe(input.run.cluster, deps.connectInstaller, deps.observer);
    if (!facts.inside) return { ready: false, detail: 'the cluster does not let the installer in yet', change: 'none' };
    const { facts: key } = objectKeysOf(input.run.cluster, executionId(input.run.rootExecution));
    await deps.storeFacts(key, facts);
    const adoption = planAdoption(facts, cluster);
    if (adoption.refusals.length > 0 || adoption.missing.length > 0) {
      await withdraw(input, deps, found);
      throw adoptionRefused(input.run.cluster, adoption);
    }
    bootstrapNodes = adoption.bootstrapNodes ?? false;
    const where = bootstrapNodes ? 'nodes of its own' : 'the nodes that are there';
    return { ready: true, detail: `the controller runs on ${where}`, change: 'adopted' };
  });
  return { ...result, ...(bootstrapNodes === undefined ? {} : { bootstrapNodes }) };
}

/** The mark, by which Joinery's roles may change the cluster, and a mode that knows access entries. */
async function handOver(
  input: StepInput,
  deps: AdoptionDeps,
  cluster: Cluster,
  found: EksCluster,
): Promise<Observation | undefined> {
  const name = input.run.cluster;
  if (!isTaggedFor(name, found.tags)) {
    requireConsent(cluster, 'tag-shared-resources');
    await deps.recordIntent(input.run, input.step, { resource: `tag ${CLUSTER_TAG}`, name });
    await deps.handover.tag(found.arn ?? '', { [CLUSTER_TAG]: name });
    return { ready: false, detail: `cluster ${name} carries ${CLUSTER_TAG} now`, change: 'updated' };
  }
  if (found.status !== 'ACTIVE') return { ready: false, detail: `EKS says ${found.status}`, change: 'none' };
  if ((found.accessConfig?.authenticationMode ?? 'CONFIG_MAP') !== 'CONFIG_MAP') return undefined;
  requireConsent(cluster, 'change-authentication-mode');
  await deps.recordIntent(input.run, input.step, { resource: 'authentication mode', name });
  const asked = {
    ready: false,
    detail: 'asked EKS for the authentication mode API_AND_CONFIG_MAP',
    change: 'updated',
  } as const;
  return askForChange({ input, clock: deps.clock }, asked, () =>
    deps.eks.updateConfig({ name, accessConfig: { authenticationMode: 'API_AND_CONFIG_MAP' } }),
  );
}

/** The preflight asked for it; a file that changed since is no consent. */
function requireConsent({ metadata, spec }: Cluster, consent: Consent): void {
  if (spec.consent.includes(consent)) return;
  throw new OpsError(
    'AdoptionRefused',
    `Cluster ${metadata.name} is somebody's, and spec.consent does not name ${consent}. Nothing was changed.`,
  );
}

/** A cluster that an earlier run has adopted keeps its mark. */
async function withdraw(input: StepInput, deps: AdoptionDeps, found: EksCluster): Promise<void> {
  const isAdopted = (await deps.findRegistered(input.run)) !== undefined;
  await closeEyes(input, deps, { forGood: !isAdopted });
  if (!isAdopted) await deps.handover.untag(found.arn ?? '', [CLUSTER_TAG]);
}
