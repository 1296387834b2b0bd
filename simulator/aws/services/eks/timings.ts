import type { Simulation } from '../../../core/simulation.ts';

type Range = readonly [lowSeconds: number, highSeconds: number];

/** How long AWS takes, in seconds. Plan values of our reference, drawn for each object; a benchmark prints the chain from here. */
export const EKS_TIMINGS = {
  createCluster: [420, 600],
  deleteCluster: [180, 900],
  updateClusterConfig: [60, 180],
  updateClusterVersion: [480, 900],
  createNodegroup: [120, 240],
  nodegroupCreateTimeout: [900, 1080],
  updateNodegroupConfig: [10, 40],
  deleteNodegroup: [180, 480],
  instanceLaunch: [15, 35],
  nodeJoin: [40, 80],
  launchRetry: [55, 65],
  replacementLaunch: [10, 40],
  createAddon: [20, 90],
  updateAddon: [20, 90],
  deleteAddon: [10, 40],
  accessEntryEffective: [1, 60],
  accessPolicyEffective: [1, 15],
  podIdentityEffective: [5, 10],
} as const satisfies Record<string, Range>;

export type EksTiming = keyof typeof EKS_TIMINGS;

/** Seconds for one step of one object: the same for the same seed, whatever else was drawn. */
export function drawSeconds(simulation: Simulation, timing: EksTiming, object: string): number {
  const [low, high] = EKS_TIMINGS[timing];
  return simulation.between(`eks:${timing}:${object}`, low, high);
}
