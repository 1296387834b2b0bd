import type { Addon } from '@aws-sdk/client-eks';
import { askForChange } from '../../shared/aws/ask-for-change.ts';
import type { EksAddons } from '../../shared/aws/eks.ts';
import { healthIssues } from '../../shared/aws/eks-health.ts';
import type { Cluster } from '../../shared/clusters/cluster-file.ts';
import { CLUSTER_TAG, isTaggedFor, ownerTags } from '../../shared/clusters/ownership.ts';
import { OpsError } from '../../shared/errors/ops-error.ts';
import { clientToken } from '../../shared/runs/client-token.ts';
import { ensureStep, type Observation } from '../../shared/runs/ensure-step.ts';
import type { Change, StepResult } from '../../shared/runs/run.ts';
import type { StepContext } from '../../shared/runs/step-context.ts';
import type { StepInput } from '../../shared/runs/step-input.ts';

/**
 * Nodes become Ready with the network plugin, and pods get credentials from the agent, so these come first. CoreDNS needs
 * nodes to run on: created before them it is DEGRADED.
 */
const ADDONS = {
  'before-nodes': ['vpc-cni', 'kube-proxy', 'eks-pod-identity-agent'],
  'after-nodes': ['coredns'],
} as const;

export type AddonPhase = keyof typeof ADDONS;
type AddonName = (typeof ADDONS)[AddonPhase][number];

const TIMING = { plannedSeconds: 20, timeoutSeconds: 1200, pollSeconds: 3 };

type Deps = StepContext & { readonly addons: EksAddons };

/** Makes sure of the add-ons of one phase, all at once, at the version of the cluster file or EKS's default. */
export function ensureAddons(input: StepInput, phase: AddonPhase, deps: Deps): Promise<StepResult> {
  return ensureStep(input, TIMING, deps, async (): Promise<Observation> => {
    const cluster = await deps.loadCluster(input.run);
    const observations = await Promise.all(ADDONS[phase].map((name) => ensureAddon(input, deps, cluster, name)));
    const waiting = observations.filter((observation) => !observation.ready);
    const details = (waiting.length > 0 ? waiting : observations).map((observation) => observation.detail);
    const changes = observations.map((observation) => observation.change);
    return {
      ready: waiting.length === 0,
      detail: details.join('; '),
      change: strongest([...changes, input.previous?.change ?? 'none']),
    };
  });
}

async function ensureAddon(input: StepInput, deps: Deps, cluster: Cluster, name: AddonName): Promise<Observation> {
  const found = await deps.addons.describe(input.run.cluster, name);
  if (!found && isLeftAlone(cluster, name)) {
    const detail = `${name} is no add-on of this cluster; whatever is in its place is used as it is`;
    return { ready: true, detail, change: 'none' };
  }
  if (!found) return create(input, deps, cluster, name);
  if (found.status === 'CREATE_FAILED' || found.status === 'DELETE_FAILED' || found.status === 'UPDATE_FAILED') {
    throw new OpsError(
      'AddonFailed',
      `Add-on ${name} is ${found.status}: ${issuesOf(found)}. Remove it and run again.`,
    );
  }
  const isOurs = isTaggedFor(input.run.cluster, found.tags);
  const pinned = cluster.spec.addons[name]?.version;
  if (pinned !== undefined && found.addonVersion !== pinned && !isOurs) throw foreign(input, name, found, pinned);
  if (found.status === 'ACTIVE' && pinned && found.addonVersion !== pinned) {
    const detail = `${name}: updating from ${found.addonVersion} to ${pinned}`;
    const asked = { ready: false, detail, change: 'updated' } as const;
    return askForChange({ input, clock: deps.clock }, asked, () =>
      deps.addons.update({
        clusterName: input.run.cluster,
        addonName: name,
        addonVersion: pinned,
        resolveConflicts: 'PRESERVE',
        clientRequestToken: clientToken(input.run.rootExecution, `${input.step}/${name}/${pinned}`),
      }),
    );
  }
  if (found.status === 'ACTIVE') {
    return isOurs
      ? { ready: true, detail: `${name} is ACTIVE`, change: 'none' }
      : { ready: true, detail: `${name} is ACTIVE; somebody else made it, and it is used as it is`, change: 'adopted' };
  }
  return {
    ready: false,
    detail: `${name} is ${found.status}${issuesOf(found) ? ` (${issuesOf(found)})` : ''}`,
    change: 'none',
  };
}

/** An adopted cluster works with what it has. The agent alone may be lacking, and comes by consent. */
function isLeftAlone({ spec }: Cluster, name: AddonName): boolean {
  if (spec.mode !== 'adopt') return false;
  return name !== 'eks-pod-identity-agent' || !spec.consent.includes('install-addons');
}

async function create(input: StepInput, deps: Deps, cluster: Cluster, name: AddonName): Promise<Observation> {
  const { kubernetesVersion, tags } = cluster.spec;
  const version = cluster.spec.addons[name]?.version ?? (await deps.addons.defaultVersion(name, kubernetesVersion));
  if (!version) {
    throw new OpsError(
      'NoAddonVersion',
      `EKS offers no version of the add-on ${name} for Kubernetes ${kubernetesVersion}.`,
    );
  }
  await deps.recordIntent(input.run, input.step, { resource: 'add-on', name });
  const asked = { ready: false, detail: `${name}: creating ${version}`, change: 'created' } as const;
  return askForChange({ input, clock: deps.clock }, asked, () =>
    deps.addons.create({
      clusterName: input.run.cluster,
      addonName: name,
      addonVersion: version,
      resolveConflicts: 'OVERWRITE',
      tags: ownerTags(input.run.cluster, input.run.rootExecution, tags),
      clientRequestToken: clientToken(input.run.rootExecution, `${input.step}/${name}`),
    }),
  );
}

/** What somebody else made is used, and changed only when they hand it over. */
function foreign({ run }: StepInput, name: AddonName, found: Addon, pinned: string): OpsError {
  return new OpsError(
    'ForeignAddon',
    `The add-on ${name} of cluster ${run.cluster} was not made by Joinery (it has no tag ${CLUSTER_TAG}=${run.cluster}). ` +
      `It is at ${found.addonVersion}, and the file asks for ${pinned}. Nothing was changed. ` +
      `Take spec.addons.${name}.version out of the file to use the add-on as it is, or give the add-on that tag to let Joinery update it, and run again.`,
    { details: { addon: name, version: found.addonVersion, wanted: pinned } },
  );
}

function issuesOf(addon: Addon): string {
  return healthIssues(addon).join('; ');
}

function strongest(changes: readonly Change[]): Change {
  return (['created', 'updated', 'adopted'] as const).find((change) => changes.includes(change)) ?? 'none';
}
