import type { Experiment } from './experiment.ts';
import { HEALTH } from './health.ts';
import { LOOKUPS } from './lookups.ts';
import { SENDING } from './sending.ts';
import { WEATHER } from './weather.ts';

const number = ({ id }: Experiment) => Number(/^R(\d+)/.exec(id)?.[1]);

/** Every experiment with a storm, in the reference's order. R8, every subset of failures of a batch, is a test of the router alone. */
export const EXPERIMENTS: readonly Experiment[] = [...WEATHER, ...SENDING, ...LOOKUPS, ...HEALTH].toSorted(
  (left, right) => number(left) - number(right),
);
