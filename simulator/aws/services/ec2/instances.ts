import type { Simulation } from '../../../core/simulation.ts';
import { unknownInstance } from './instance-lifecycle.ts';
import { ec2World, type Instance } from './world.ts';

/** Every instance that EC2 remembers, also those the API does not show yet. */
export function instancesOf(simulation: Simulation): Instance[] {
  return Object.values(ec2World(simulation).instances);
}

/** What the API shows: an instance launched a moment ago is not among it. */
export function visibleInstances(simulation: Simulation): Instance[] {
  return instancesOf(simulation).filter(({ visibleFromMs }) => visibleFromMs <= simulation.now());
}

/** The instances of these ids as the API finds them; throws for the first it does not. */
export function findInstances(simulation: Simulation, ids: readonly string[]): Instance[] {
  const { instances } = ec2World(simulation);
  return ids.map((id) => {
    const instance = instances[id];
    if (!instance || instance.visibleFromMs > simulation.now()) throw unknownInstance(id);
    return instance;
  });
}
