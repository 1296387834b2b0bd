import type { Cluster } from '../../shared/clusters/cluster-file.ts';
import type { KubeApi, Manifest } from '../../shared/kube/api.ts';
import { nodeClassesOf, nodePoolsOf } from '../../shared/nodepools/of-cluster.ts';
import { ensureStep, type Observation } from '../../shared/runs/ensure-step.ts';
import type { Change, StepResult } from '../../shared/runs/run.ts';
import type { StepContext } from '../../shared/runs/step-context.ts';
import type { StepInput } from '../../shared/runs/step-input.ts';
import { accessRules } from './access-rules.ts';
import { ACCESS_TIMING, installerTrouble } from './installer-access.ts';
import { type NodeFactsDeps, nodeFacts } from './node-facts.ts';

const APPLY_TIMING = { plannedSeconds: 1, timeoutSeconds: 120, pollSeconds: 3 };

type Deps = StepContext &
  NodeFactsDeps & {
    /** As the installer, who is cluster admin while a run lasts. */
    readonly connect: (cluster: string) => Promise<KubeApi>;
  };

/** Applies our ClusterRoles and Roles as soon as the cluster knows the installer; until then it says that it waits. */
export function applyAccessRules(input: StepInput, deps: Deps): Promise<StepResult> {
  return ensureStep(input, ACCESS_TIMING, deps, async (): Promise<Observation> => {
    const cluster = await deps.loadCluster(input.run);
    const kube = await deps.connect(input.run.cluster);
    const trouble = await installerTrouble(kube);
    if (trouble) return { ready: false, detail: trouble, change: 'none' };
    const rules = accessRules({ cluster: input.run.cluster, karpenterNamespace: cluster.spec.karpenter.namespace });
    return applied(rules, await applyAll(kube, rules, cluster));
  });
}

/** Applies the EC2NodeClasses of the cluster file: those of its profiles and those that are written out. */
export function applyNodeClasses(input: StepInput, deps: Deps): Promise<StepResult> {
  return ensureStep(input, APPLY_TIMING, deps, async () => {
    const cluster = await deps.loadCluster(input.run);
    const kube = await deps.connect(input.run.cluster);
    const manifests = nodeClassesOf(cluster, await nodeFacts(input, kube, deps));
    return applied(manifests, await applyAll(kube, manifests, cluster));
  });
}

/** Applies the NodePools of the cluster file. */
export function applyNodePools(input: StepInput, deps: Deps): Promise<StepResult> {
  return ensureStep(input, APPLY_TIMING, deps, async () => {
    const cluster = await deps.loadCluster(input.run);
    const kube = await deps.connect(input.run.cluster);
    const manifests = nodePoolsOf(cluster);
    return applied(manifests, await applyAll(kube, manifests, cluster));
  });
}

/** Fields that somebody else manages are taken over only by consent of the cluster file. */
async function applyAll(kube: KubeApi, manifests: readonly Manifest[], { spec }: Cluster): Promise<Change[]> {
  const force = spec.consent.includes('force-field-conflicts');
  const changes: Change[] = [];
  for (const manifest of manifests) changes.push(await kube.apply(manifest, { force }));
  return changes;
}

function applied(manifests: readonly Manifest[], changes: readonly Change[]): Observation {
  const names = manifests.map((manifest) => `${manifest.kind}/${manifest.metadata.name}`);
  const change = (['created', 'updated'] as const).find((kind) => changes.includes(kind)) ?? 'none';
  return { ready: true, detail: `applied ${names.join(', ')}`, change };
}
