import { ec2World } from '../../aws/services/ec2/world.ts';
import { roleOfInstance } from '../../aws/services/iam/instance-roles.ts';
import type { Simulation } from '../../core/simulation.ts';
import { controllerState } from '../../kubernetes/controllers/state.ts';

/** The role of the machine behind a node; undefined also where the node is not EC2's. */
export function roleOfNode(simulation: Simulation, clusterName: string, nodeName: string): string | undefined {
  const { instanceId = '' } = controllerState(simulation, clusterName).kubelets[nodeName] ?? {};
  const instance = ec2World(simulation).instances[instanceId];
  return instance && roleOfInstance(simulation, instance);
}
