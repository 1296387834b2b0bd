import { attach } from './attach.ts';
import { bootstrap } from './bootstrap.ts';
import { bootstrapAndNodeLoss } from './bootstrap-and-node-loss.ts';
import { bootstrapAndStorm } from './bootstrap-and-storm.ts';
import { interruptionStorm } from './interruption-storm.ts';
import type { Scenario } from './scenario.ts';

/** Every scenario by name; a new one is a file beside this one and a line here. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = Object.fromEntries(
  [bootstrap, bootstrapAndNodeLoss, bootstrapAndStorm, interruptionStorm, attach].map((scenario) => [
    scenario.name,
    scenario,
  ]),
);
