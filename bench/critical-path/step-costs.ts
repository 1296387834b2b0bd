import type { Summary } from '../../simulator/summary.ts';
import { median } from '../report.ts';
import type { ImposedWait } from './longest-chain.ts';

/** The steps of a run that wait for what is on the chain, by the names of those waits. */
const WAITS_OF_STEPS: Readonly<Record<string, readonly string[]>> = {
  cluster: ["the cluster's role exists and is usable", 'CreateCluster'],
  'bootstrap-nodes': ['CreateNodegroup'],
  rollout: ['the controller becomes ready'],
  'smoke-test': ['nodes and pods of the smoke test'],
  'smoke-test-clean-up': ['TerminateInstances (smoke test)'],
};
const BETWEEN = '(between steps)';

export type RunCost = { readonly summary: Summary; readonly chain: readonly ImposedWait[] };
export type StepCost = {
  readonly step: string;
  readonly took: number;
  readonly imposed: number;
  readonly beyond: number;
};

/** Where the time of the runs went, as medians, over the steps that made each run as long as it was. */
export function stepCosts(runs: readonly RunCost[]): StepCost[] {
  const perRun = runs.map(costsOfRun);
  const names = [...new Set(perRun.flatMap((costs) => costs.map(({ step }) => step)))];
  const medianOf = (step: string, value: (cost: StepCost) => number) =>
    median(
      perRun.map((costs) => costs.filter((cost) => cost.step === step).reduce((sum, cost) => sum + value(cost), 0)),
    );
  return names
    .map((step) => ({
      step,
      took: medianOf(step, ({ took }) => took),
      imposed: medianOf(step, ({ imposed }) => imposed),
      beyond: medianOf(step, ({ beyond }) => beyond),
    }))
    .toSorted((a, b) => b.beyond - a.beyond);
}

/** From the end of the run backwards, each time the step that ended last before the one after it began. */
function costsOfRun({ summary, chain }: RunCost): StepCost[] {
  const imposedOn = (step: string) =>
    chain.filter(({ name }) => WAITS_OF_STEPS[step]?.includes(name)).reduce((sum, { seconds }) => sum + seconds, 0);
  const cost = (step: string, took: number, imposed: number) => ({ step, took, imposed, beyond: took - imposed });
  let left = summary.steps.flatMap(({ name, startedAt, endedAt }) =>
    endedAt === null ? [] : [{ name, startMs: Date.parse(startedAt), endMs: Date.parse(endedAt) }],
  );
  const costs: StepCost[] = [];
  for (let next = lastOf(left); next; next = lastOf(left)) {
    const { name, startMs, endMs } = next;
    costs.push(cost(name, (endMs - startMs) / 1000, imposedOn(name)));
    left = left.filter((span) => span.endMs <= startMs);
  }
  const inSteps = costs.reduce((sum, { took }) => sum + took, 0);
  return [...costs, cost(BETWEEN, summary.simulatedSeconds - inSteps, 0)];
}

type Span = { readonly name: string; readonly startMs: number; readonly endMs: number };

function lastOf(spans: readonly Span[]): Span | undefined {
  return spans.toSorted((a, b) => b.endMs - a.endMs)[0];
}
