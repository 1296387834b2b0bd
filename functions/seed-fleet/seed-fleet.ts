import { isUp, type Sighting, volumeEvidence } from '../../shared/fleet/described-instance.ts';
import { type Evidence, mergeEvidence, NO_EVIDENCE, type Volume } from '../../shared/fleet/evidence.ts';
import type { KubeApi, Manifest } from '../../shared/kube/api.ts';
import type { RecordOutcome } from '../../shared/ledger/instance-records.ts';
import { ensureStep, type Observation } from '../../shared/runs/ensure-step.ts';
import type { StepResult } from '../../shared/runs/run.ts';
import type { StepContext } from '../../shared/runs/step-context.ts';
import type { StepInput } from '../../shared/runs/step-input.ts';

const TIMING = { plannedSeconds: 1, timeoutSeconds: 240 };

type Deps = Pick<StepContext, 'clock' | 'fence' | 'steps'> & {
  /** Every instance of the cluster, also those that ended lately. */
  readonly list: (cluster: string) => Promise<ReadonlyMap<string, Sighting>>;
  readonly volumesOf: (instanceIds: readonly string[]) => Promise<ReadonlyMap<string, readonly Volume[]>>;
  /** As the reader. */
  readonly connect: (cluster: string) => Promise<KubeApi>;
  readonly record: (news: ReadonlyMap<string, Evidence>) => Promise<RecordOutcome>;
};

/**
 * Tells the ledger of the instances of a cluster as EC2 and the cluster's NodeClaims show them: since when they run, their pool
 * and capacity type. What the ledger knows already stays; the hourly reconciliation keeps it so.
 */
export function seedFleet(input: StepInput, deps: Deps): Promise<StepResult> {
  return ensureStep(input, TIMING, deps, async (): Promise<Observation> => {
    const { cluster } = input.run;
    const [sightings, claims] = await Promise.all([deps.list(cluster), claimsOf(cluster, deps)]);
    const running = [...sightings.values()].filter(({ state }) => state === 'running').map((one) => one.instanceId);
    const volumes = running.length > 0 ? await deps.volumesOf(running) : new Map<string, readonly Volume[]>();
    const news = new Map(
      [...sightings].map(([id, sighting]): [string, Evidence] => {
        const claimed = withClaim(sighting, claims.get(id));
        return [id, mergeEvidence(claimed, volumeEvidence(volumes.get(id) ?? [], sighting))];
      }),
    );
    const { recorded, failed } = await deps.record(news);
    const [failure] = failed.values();
    if (failure) throw failure;
    const added = [...recorded.values()].filter(({ before }) => before.identity === null).length;
    const up = [...sightings.values()].filter(({ state }) => isUp(state)).length;
    const detail = `${up} instances run, ${added} of ${sightings.size} were new to the ledger`;
    return { ready: true, detail, change: added > 0 ? 'created' : 'none' };
  });
}

type Claim = { readonly name: string; readonly nodePool: string | null };

async function claimsOf(cluster: string, deps: Deps): Promise<Map<string, Claim>> {
  const kube = await deps.connect(cluster);
  const claims = await kube.list({ apiVersion: 'karpenter.sh/v1', kind: 'NodeClaim' });
  return new Map(
    claims.flatMap((claim) => {
      const id = instanceIdOf(claim);
      const nodePool = claim.metadata.labels?.['karpenter.sh/nodepool'] ?? null;
      return id === undefined ? [] : [[id, { name: claim.metadata.name, nodePool }] as const];
    }),
  );
}

function instanceIdOf(claim: Manifest): string | undefined {
  const { providerID = '' } = (claim['status'] ?? {}) as { providerID?: string };
  return /\/(i-[0-9a-f]+)$/.exec(providerID)?.[1];
}

/** Karpenter tags an instance with its NodeClaim a while after the launch; the NodeClaim knows at once. */
function withClaim({ evidence }: Sighting, claim: Claim | undefined): Evidence {
  const { identity } = evidence;
  if (!claim || !identity) return evidence;
  return mergeEvidence(evidence, {
    ...NO_EVIDENCE,
    identity: { at: identity.at, value: { ...identity.value, nodePool: identity.value.nodePool ?? claim.nodePool } },
    nodeClaim: { at: identity.at, value: claim.name },
  });
}
