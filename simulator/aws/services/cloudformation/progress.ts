import type { ResourceStatus, StackStatus } from '@aws-sdk/client-cloudformation';
import type { Simulation } from '../../../core/simulation.ts';
import type { ResourceRecord, StackRecord } from './state.ts';

/** Changes a stack's status and writes it into its events. */
export function setStackStatus(
  simulation: Simulation,
  stack: StackRecord,
  status: StackStatus,
  reason: string | null = null,
) {
  stack.status = status;
  stack.reason = reason;
  addEvent(simulation, stack, {
    logicalId: stack.name,
    physicalId: stack.id,
    type: 'AWS::CloudFormation::Stack',
    status,
    reason,
  });
}

/** Changes a resource's status and writes it into its stack's events. */
export function setResourceStatus(
  simulation: Simulation,
  stack: StackRecord,
  resource: ResourceRecord,
  status: ResourceStatus,
  reason: string | null = null,
) {
  resource.status = status;
  resource.reason = reason;
  resource.changedAtMs = simulation.now();
  const { logicalId, physicalId, type } = resource;
  addEvent(simulation, stack, { logicalId, physicalId: physicalId ?? '', type, status, reason });
}

function addEvent(
  simulation: Simulation,
  stack: StackRecord,
  event: Pick<StackRecord['events'][number], 'logicalId' | 'physicalId' | 'type' | 'status' | 'reason'>,
) {
  stack.events.push({ ...event, id: simulation.nextId(), atMs: simulation.now(), token: stack.token });
}
