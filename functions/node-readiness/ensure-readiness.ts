import type { KubeApi, Manifest } from '../../shared/kube/api.ts';
import { type Condition, conditionsOf, wordsOf } from '../../shared/kube/conditions.ts';
import { adviceFor } from '../../shared/nodepools/condition-advice.ts';
import { nodeClassNamesOf, nodePoolsOf } from '../../shared/nodepools/of-cluster.ts';
import { ensureStep, type Observation } from '../../shared/runs/ensure-step.ts';
import type { StepResult } from '../../shared/runs/run.ts';
import type { StepContext } from '../../shared/runs/step-context.ts';
import type { StepInput } from '../../shared/runs/step-input.ts';

const TIMING = { plannedSeconds: 2, timeoutSeconds: 300, pollSeconds: 2 };

type Deps = StepContext & { readonly connect: (cluster: string) => Promise<KubeApi> };

/** Waits until every EC2NodeClass of the cluster file is Ready; says for each condition that is not what would mend it. */
export function ensureNodeClasses(input: StepInput, deps: Deps): Promise<StepResult> {
  return ensureReady(input, deps, async () => ({
    apiVersion: 'karpenter.k8s.aws/v1',
    kind: 'EC2NodeClass',
    names: nodeClassNamesOf(await deps.loadCluster(input.run)),
  }));
}

/** The same for the NodePools. */
export function ensureNodePools(input: StepInput, deps: Deps): Promise<StepResult> {
  return ensureReady(input, deps, async () => ({
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodePool',
    names: nodePoolsOf(await deps.loadCluster(input.run)).map((pool) => pool.metadata.name),
  }));
}

type Wanted = { readonly apiVersion: string; readonly kind: string; readonly names: readonly string[] };

function ensureReady(input: StepInput, deps: Deps, wanted: () => Promise<Wanted>): Promise<StepResult> {
  return ensureStep(input, TIMING, deps, async (): Promise<Observation> => {
    const { apiVersion, kind, names } = await wanted();
    const kube = await deps.connect(input.run.cluster);
    const found = await kube.list({ apiVersion, kind });
    const waiting = names.flatMap((name) => {
      const object = found.find((candidate) => candidate.metadata.name === name);
      return object ? trouble(object) : [`${kind}/${name} is not there`];
    });
    const detail = waiting.length === 0 ? `${names.length} ${kind} Ready: ${names.join(', ')}` : waiting.join('; ');
    return { ready: waiting.length === 0, detail, change: 'none' };
  });
}

function trouble(object: Manifest): string[] {
  const conditions = conditionsOf(object);
  const ready = conditions.find((condition) => condition.type === 'Ready');
  if (ready?.status === 'True' && isOfPresentSpec(ready, object)) return [];
  const name = `${object.kind}/${object.metadata.name}`;
  const unmet = conditions.filter((condition) => condition.type !== 'Ready' && condition.status === 'False');
  if (unmet.length === 0) return [`${name} is not Ready yet`];
  return unmet.map((condition) => {
    const advice = adviceFor(condition.type);
    return `${name}: ${condition.type} is False (${wordsOf(condition)})${advice ? `. ${advice}` : ''}`;
  });
}

/** Ready may still speak of the generation before ours. */
function isOfPresentSpec(ready: Condition, object: Manifest): boolean {
  return (
    ready.observedGeneration === undefined || ready.observedGeneration >= Number(object.metadata['generation'] ?? 0)
  );
}
