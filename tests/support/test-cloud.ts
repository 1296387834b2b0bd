import { Cloud, type CloudOptions } from '../../simulator/aws/cloud.ts';
import { Simulation } from '../../simulator/core/simulation.ts';

export type TestCloud = { readonly simulation: Simulation; readonly cloud: Cloud };

/** A simulated account with these services in which everything is allowed, unless the test says otherwise. Close it. */
export function startTestCloud(services: CloudOptions['services'], options: Partial<CloudOptions> = {}): TestCloud {
  const simulation = new Simulation({ seed: 1, startAt: '2026-11-02T08:00:00Z' });
  const cloud = new Cloud({
    simulation,
    accountId: '111122223333',
    region: 'eu-west-1',
    services,
    authorize: () => undefined,
    ...options,
  });
  return { simulation, cloud };
}
