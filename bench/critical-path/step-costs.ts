import type { Summary } from '../../simulator/summary.ts';
import { median } from '../report.ts';
import type { ImposedWait } from './longest-chain.ts';

/** The steps of a run that wait for what is on the chain, by the name of that wait. */
const WAITS_OF_STEPS: Readonly<Record<string, string>> = {
  'cluster-stack': "the cluster's role exists and is usable",
  cluster: 'CreateCluster',
  'bootstrap-nodes': 'CreateNodegroup',
  rollout: 'the controller becomes ready',
  'smoke-test': 'nodes and pods of the smoke test',
  'smoke-test-clean-up': 'TerminateInstances (smoke test)',
};

/** Beside the node group, which takes longer than they do. */
const BESIDE_NODES = ['access', 'discovery-tags'];

export type RunCost = {
  readonly summary: Summary;
  readonly waits: readonly ImposedWait[];
  readonly chain: readonly ImposedWait[];
};
export type StepCost = {
  readonly step: string;
  readonly took: number;
  readonly imposed: number;
  readonly excess: number;
};

/**
 * Where the time of the runs went, as medians: each step is given the time by which it moved the front of the run on, so what
 * ran beside something longer costs nothing, and what is left over lay between the steps.
 */
export function stepCosts(runs: readonly RunCost[]): StepCost[] {
  const perRun = runs.map(costsOfRun);
  const names = [...new Set(perRun.flatMap((costs) => [...costs.keys()]))];
  return names
    .map((step) => {
      const took = median(perRun.map((costs) => costs.get(step)?.took ?? 0));
      const imposed = median(perRun.map((costs) => costs.get(step)?.imposed ?? 0));
      return { step, took, imposed, excess: median(perRun.map((costs) => excessOf(costs.get(step)))) };
    })
    .toSorted((a, b) => b.excess - a.excess);
}

type Cost = { readonly took: number; readonly imposed: number };

const excessOf = (cost: Cost | undefined) => (cost ? cost.took - cost.imposed : 0);

function costsOfRun({ summary, chain }: RunCost): Map<string, Cost> {
  const costs = new Map<string, Cost>();
  const imposedBy = (wait: string | undefined) => chain.find(({ name }) => name === wait)?.seconds ?? 0;
  const spans = summary.steps
    .filter(({ name }) => !BESIDE_NODES.includes(name))
    .flatMap(({ name, startedAt, endedAt }) =>
      endedAt === null ? [] : [{ name, startMs: Date.parse(startedAt), endMs: Date.parse(endedAt) }],
    )
    .toSorted((a, b) => a.endMs - b.endMs);
  let frontMs = Math.min(...spans.map(({ startMs }) => startMs));
  let inSteps = 0;
  for (const { name, startMs, endMs } of spans) {
    const took = Math.max(0, endMs - Math.max(startMs, frontMs)) / 1000;
    frontMs = Math.max(frontMs, endMs);
    inSteps += took;
    costs.set(name, { took, imposed: imposedBy(WAITS_OF_STEPS[name]) });
  }
  costs.set('(between steps)', { took: summary.simulatedSeconds - inSteps, imposed: 0 });
  return costs;
}
