import { createHash } from 'node:crypto';
import { OpsError } from '../../shared/errors/ops-error.ts';
import type { Helm } from '../../shared/helm/helm-cli.ts';
import { OURS, type Release, type ReleaseContent } from '../../shared/helm/releases.ts';
import { ensureStep, type Observation } from '../../shared/runs/ensure-step.ts';
import type { StepResult } from '../../shared/runs/run.ts';
import type { StepContext } from '../../shared/runs/step-context.ts';
import type { StepInput } from '../../shared/runs/step-input.ts';
import { controllerValues } from './controller-values.ts';

const TIMING = { plannedSeconds: 1, timeoutSeconds: 600, pollSeconds: 3 };

export type ChartName = 'karpenter-crd' | 'karpenter';

/** Where the packaged charts lie, and what they are. */
export type ChartSet = {
  pathOf(chart: ChartName): string;
  readonly version: string;
  digestOf(chart: ChartName): string;
};

type Deps = StepContext & { readonly connectHelm: (cluster: string) => Promise<Helm>; readonly charts: ChartSet };

/**
 * Makes sure of one release: the chart that is packaged with us, with the values that the cluster file asks for. A release
 * that a killed helm left pending is rolled back to its last good revision first; the lease says that nobody else is at it.
 */
export function ensureChart(input: StepInput, chart: ChartName, deps: Deps): Promise<StepResult> {
  return ensureStep(input, TIMING, deps, async (): Promise<Observation> => {
    const cluster = await deps.loadCluster(input.run);
    const { namespace, version } = cluster.spec.karpenter;
    if (version !== deps.charts.version) {
      throw new OpsError(
        'ChartVersionMissing',
        `The cluster file asks for Karpenter ${version}; this deployment carries the charts of ${deps.charts.version}. ` +
          'Package it again with the charts of that version, or change spec.karpenter.version.',
      );
    }
    const values = chart === 'karpenter' ? controllerValues(cluster, await deps.registered(input.run)) : {};
    const helm = await deps.connectHelm(input.run.cluster);
    const history = await helm.history(chart, namespace);
    const last = history.at(-1);
    if (last?.status.startsWith('pending-')) return recover(helm, history, last, namespace);

    const description = fingerprint(deps.charts.digestOf(chart), values);
    const wanted = { chart: `${chart}-${version}`, description, values };
    if (last?.status === 'deployed' && isCurrent(last.content(), wanted)) {
      return { ready: true, detail: `${wanted.chart}, revision ${last.revision}`, change: 'none' };
    }
    await helm.upgradeInstall({
      release: chart,
      namespace,
      chart: deps.charts.pathOf(chart),
      values,
      description,
      // CRDs belong to the CRD chart alone; it takes over those that a main chart once brought.
      ...(chart === 'karpenter' ? { skipCrds: true } : { takeOwnership: true }),
    });
    const change = history.length === 0 ? 'created' : 'updated';
    return { ready: true, detail: `${chart} ${version} ${change === 'created' ? 'installed' : 'upgraded'}`, change };
  });
}

/** A description of ours also tells which build of the chart it was; after a rollback, or a person's upgrade, there is none. */
function isCurrent(last: ReleaseContent, wanted: ReleaseContent): boolean {
  if (last.chart !== wanted.chart) return false;
  if (last.description.startsWith(OURS) && last.description !== wanted.description) return false;
  return canonical(last.values) === canonical(wanted.values);
}

/** Rolling back to the last finished revision is the one thing that frees a pending release; revision 1 has only itself. */
async function recover(
  helm: Helm,
  history: readonly Release[],
  last: Release,
  namespace: string,
): Promise<Observation> {
  const finished = history.filter((entry) => entry.status === 'deployed' || entry.status === 'superseded').at(-1);
  const target = finished?.revision ?? last.revision;
  const detail = `${last.name} was ${last.status}; rolled back to revision ${target}`;
  try {
    await helm.rollback(last.name, namespace, target);
  } catch (error) {
    // helm cannot go back over an object that only the killed revision dropped. It records that it failed, which frees the
    // release as well: the upgrade that follows puts the objects right.
    const newest = (await helm.history(last.name, namespace)).at(-1);
    if (!newest || newest.status.startsWith('pending-')) throw error;
    return { ready: false, detail: `${detail} with an error, which the next upgrade mends`, change: 'updated' };
  }
  return { ready: false, detail, change: 'updated' };
}

function fingerprint(digest: string, values: Readonly<Record<string, unknown>>): string {
  return `${OURS}${createHash('sha256').update(digest).update(canonical(values)).digest('hex').slice(0, 16)}`;
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
