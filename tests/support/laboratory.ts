import type { Experiment } from '../../simulator/storm/experiments/experiment.ts';
import { EXPERIMENTS } from '../../simulator/storm/experiments/index.ts';
import { type Laboratory, openLaboratory, runExperiment } from '../../simulator/storm/experiments/run-experiment.ts';
import { anAccount } from './simulated-run.ts';
import { ROOT } from './source-graph.ts';

/** A laboratory over the deployment, with the router's handler in this file. */
export function aLaboratory(options: { routerHandler?: string } = {}): Promise<Laboratory> {
  const { routerHandler } = options;
  return openLaboratory(ROOT.replace(/\/$/, ''), (taps) =>
    anAccount({
      traceLimit: 0,
      ...taps,
      editTemplate: ({ Resources }) => {
        if (routerHandler === undefined) return;
        const { Properties } = Resources['RouterLambdaFunction'] ?? {};
        Object.assign(Properties ?? {}, { Handler: routerHandler });
      },
    }),
  );
}

export function experiment(id: string): Experiment {
  const found = EXPERIMENTS.find((candidate) => candidate.id === id);
  if (!found) throw new Error(`there is no experiment ${id}`);
  return found;
}

/** Runs the short form, with other faults or fewer events where these are given. */
export function inShort(
  lab: Laboratory,
  { id, ...other }: { id: string; faults?: string; events?: number },
  seed: number,
) {
  const { faults, events } = { ...experiment(id), ...experiment(id).short, ...other };
  return runExperiment(lab, { ...experiment(id), faults }, { ...experiment(id).short, events }, seed);
}
