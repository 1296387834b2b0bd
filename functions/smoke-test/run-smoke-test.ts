import type { Cluster } from '../../shared/clusters/cluster-file.ts';
import { namesOf } from '../../shared/clusters/names.ts';
import { OpsError } from '../../shared/errors/ops-error.ts';
import type { KubeApi, Manifest } from '../../shared/kube/api.ts';
import { conditionsOf, wordsOf } from '../../shared/kube/conditions.ts';
import { nodeClassNamesOf, usesProfiles } from '../../shared/nodepools/of-cluster.ts';
import { ensureStep, type Observation } from '../../shared/runs/ensure-step.ts';
import type { Run, StepResult } from '../../shared/runs/run.ts';
import type { StepContext } from '../../shared/runs/step-context.ts';
import type { StepInput } from '../../shared/runs/step-input.ts';
import { inflateDeployment, type SmokeTestSpec, smokeNodePool } from './inflate.ts';
import { type Latency, measureLatency } from './latency.ts';
import { nodeTrouble, progressOf } from './progress.ts';

/** Below Karpenter's registration timeout of 15 minutes, so that we say what is wrong before the claim is gone. */
const MEASURE_TIMING = { plannedSeconds: 30, timeoutSeconds: 600, pollSeconds: 3 };
const CLEAN_UP_TIMING = { plannedSeconds: 1, timeoutSeconds: 600, pollSeconds: 2 };

const NODE_POOLS = { apiVersion: 'karpenter.sh/v1', kind: 'NodePool' };
const NODE_CLAIMS = { apiVersion: 'karpenter.sh/v1', kind: 'NodeClaim' };

type Deps = StepContext & {
  /** As the operator. */
  readonly connect: (cluster: string) => Promise<KubeApi>;
  /** Ids of the instances of a NodePool of a cluster that are not terminated. */
  readonly liveInstances: (cluster: string, nodePool: string) => Promise<string[]>;
  readonly saveLatency: (run: Run, latency: Latency) => Promise<void>;
};

/** Makes the temporary pool and the deployment, and scales it from 0 to the wanted number of pods. */
export function startSmokeTest(input: StepInput, deps: Deps): Promise<StepResult> {
  return ensureStep(input, MEASURE_TIMING, deps, async (): Promise<Observation> => {
    const spec = specOf(await deps.loadCluster(input.run));
    const kube = await deps.connect(input.run.cluster);
    await deps.recordIntent(input.run, input.step, { resource: 'NodePool', name: spec.name });
    await kube.apply(smokeNodePool(spec));
    await kube.apply(inflateDeployment(spec, 0));
    await kube.apply(inflateDeployment(spec, spec.pods));
    return { ready: false, detail: `scaled inflate from 0 to ${spec.pods}`, change: 'none' };
  });
}

/** Waits until every pod is Ready, then keeps the latency by phase. Fails at once on what will not mend itself. */
export function measureSmokeTest(input: StepInput, deps: Deps): Promise<StepResult> {
  return ensureStep(input, MEASURE_TIMING, deps, async (): Promise<Observation> => {
    const spec = specOf(await deps.loadCluster(input.run));
    const kube = await deps.connect(input.run.cluster);
    const pool = await kube.read({ ...NODE_POOLS, name: spec.name });
    const claims = await claimsOf(kube, spec);
    assertPossible(pool, claims);
    const pods = await kube.list(
      { apiVersion: 'v1', kind: 'Pod', namespace: spec.namespace },
      'app.kubernetes.io/name=joinery-inflate',
    );
    const latency = pods.length === spec.pods ? measureLatency(pods, claims) : undefined;
    if (!latency) {
      const progress = `${pods.length} of ${spec.pods} pods, ${claims.length} NodeClaims: ${progressOf(claims)}`;
      const trouble = nodeTrouble(pool, claims, deps.clock.now());
      return { ready: false, detail: trouble ? `${progress}; ${trouble}` : progress, change: 'none' };
    }
    await deps.saveLatency(input.run, latency);
    const { total } = latency.seconds;
    return {
      ready: true,
      detail: `${latency.pods} pods on ${latency.nodes} new ${latency.nodes === 1 ? 'node' : 'nodes'}, the slowest after ${total} s`,
      change: 'none',
    };
  });
}

/** Takes everything away again and waits until it is gone, down to the instances. What stays is a failure. */
export function cleanUpSmokeTest(input: StepInput, deps: Deps): Promise<StepResult> {
  return ensureStep(input, CLEAN_UP_TIMING, deps, async (): Promise<Observation> => {
    const spec = specOf(await deps.loadCluster(input.run));
    const kube = await deps.connect(input.run.cluster);
    await kube.remove({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'inflate', namespace: spec.namespace });
    await kube.remove({ ...NODE_POOLS, name: spec.name });
    const claims = await claimsOf(kube, spec);
    if (claims.length > 0)
      return { ready: false, detail: `NodeClaims still there: ${progressOf(claims)}`, change: 'none' };
    const instances = await deps.liveInstances(input.run.cluster, spec.name);
    if (instances.length > 0)
      return { ready: false, detail: `instances still there: ${instances.join(', ')}`, change: 'none' };
    const isGone = (await kube.read({ ...NODE_POOLS, name: spec.name })) === undefined;
    return {
      ready: isGone,
      detail: isGone ? 'nothing is left of the smoke test' : 'the NodePool is still there',
      change: 'none',
    };
  });
}

function specOf(cluster: Cluster): SmokeTestSpec {
  const names = namesOf(cluster.metadata.name);
  const [nodeClass] = nodeClassNamesOf(cluster);
  if (!nodeClass)
    throw new OpsError('NoNodeClass', 'The cluster file has no EC2NodeClass that a smoke test could use.');
  return {
    name: names.smokeTestNodePool,
    namespace: names.smokeTestNamespace,
    nodeClass,
    architecture: usesProfiles(cluster) ? 'arm64' : 'amd64',
    pods: cluster.spec.smokeTest.pods,
    cpu: cluster.spec.smokeTest.cpu,
  };
}

function claimsOf(kube: KubeApi, spec: SmokeTestSpec): Promise<Manifest[]> {
  return kube.list(NODE_CLAIMS, `karpenter.sh/nodepool=${spec.name}`);
}

function assertPossible(pool: Manifest | undefined, claims: readonly Manifest[]): void {
  const poolFault =
    pool && conditionsOf(pool).find(({ type, status }) => type !== 'NodeRegistrationHealthy' && status === 'False');
  if (poolFault) {
    throw new OpsError('SmokeTestFailed', `The NodePool is not Ready: ${poolFault.type}: ${wordsOf(poolFault)}`);
  }
  for (const claim of claims) {
    const refused = conditionsOf(claim).find(({ type, status }) => type === 'Launched' && status === 'False');
    if (refused) {
      throw new OpsError('SmokeTestFailed', `${claim.metadata.name} could not be launched: ${wordsOf(refused)}`);
    }
  }
}
