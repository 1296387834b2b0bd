import { ec2World } from '../../aws/services/ec2/world.ts';
import { roleOfInstance } from '../../aws/services/iam/instance-roles.ts';
import type { Simulation } from '../../core/simulation.ts';
import { controllerState } from '../../kubernetes/controllers/state.ts';

/** What a machine works with that has no role, or none any more: it may do nothing. */
const NO_ROLE = 'no role';

/** The role of the machine behind a node; undefined where the node is not EC2's. */
export function roleOfNode(simulation: Simulation, clusterName: string, nodeName: string): string | undefined {
  const { instanceId = '' } = controllerState(simulation, clusterName).kubelets[nodeName] ?? {};
  const instance = ec2World(simulation).instances[instanceId];
  return instance && (roleOfInstance(simulation, instance) ?? NO_ROLE);
}
