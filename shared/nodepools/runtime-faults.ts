import type { Fault } from '../kube/schema/types.ts';
import { isJsonObject, type JsonObject } from '../kube/schema/values.ts';
import { nodeClassFaults } from './node-class-faults.ts';
import { nodePoolFaults, requirementFaults, taintFaults } from './node-pool-faults.ts';
import { objectAt } from './read-object.ts';

const CHECKS: Readonly<Record<string, (object: JsonObject) => Fault[]>> = {
  NodePool: nodePoolFaults,
  EC2NodeClass: nodeClassFaults,
  NodeClaim: (object) => {
    const spec = objectAt(object, 'spec');
    return [...requirementFaults(spec, 'spec'), ...taintFaults(spec, 'spec')];
  },
  NodeOverlay: (object) => requirementFaults(objectAt(object, 'spec'), 'spec'),
  CapacityBuffer: () => [],
};

/**
 * What the API server takes and Karpenter does not: such an object is stored, never becomes Ready (or is skipped), and
 * says so only in its conditions. Meant for objects that `validateManifest` accepts.
 */
export function runtimeFaults(object: unknown): Fault[] {
  if (!isJsonObject(object) || typeof object['kind'] !== 'string') return [];
  return CHECKS[object['kind']]?.(object) ?? [];
}
