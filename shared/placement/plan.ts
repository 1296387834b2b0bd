import type { Plan } from './addition.ts';
import { planAffinity } from './affinity.ts';
import { planFit } from './fit.ts';
import { readNodeChoice } from './node-choice.ts';
import type { Wish } from './pool.ts';
import { planSpread } from './spread.ts';
import { planTolerations } from './tolerations.ts';
import type { Workload } from './workload.ts';

/** What brings a workload to its pool, and what in it stands against that. A DaemonSet only tolerates. */
export function planPlacement(workload: Workload, wish: Wish): Plan {
  const tolerations = planTolerations(workload, wish.pool);
  if (workload.isEverywhere) return tolerations;
  const pinned: Plan = {
    additions: [],
    faults:
      'nodeName' in workload.podSpec ? [{ path: [...workload.podSpecPath, 'nodeName'].join('.'), message: NAMED }] : [],
    warnings: [],
  };
  const read = readNodeChoice(workload);
  const nodes: Plan[] =
    'fault' in read
      ? [{ additions: [], faults: [read.fault], warnings: [] }]
      : [planAffinity(read.choice, wish), planFit(workload, read.choice, wish.pool)];
  const plans = [tolerations, pinned, ...nodes, planSpread(workload)];
  return {
    additions: plans.flatMap(({ additions }) => additions),
    faults: withoutRepeats(plans.flatMap(({ faults }) => faults)),
    warnings: plans.flatMap(({ warnings }) => warnings),
  };
}

const NAMED = 'names one node, past the scheduler and every NodePool; take it out';

/** A value that stands against two wishes is one fault: the first says what to do. */
function withoutRepeats(faults: Plan['faults']): Plan['faults'] {
  return faults.filter(({ path }, index) => path === '' || faults.findIndex((other) => other.path === path) === index);
}
