import { resolveOutputs } from '../../../cloudformation/boot-stack.ts';
import type { ProviderTable } from '../../../cloudformation/provider.ts';
import { TemplateError } from '../../../cloudformation/template.ts';
import { SimulatedAwsError } from '../../errors.ts';
import type { CallContext } from '../../types.ts';
import { applyPlan, deletePlan, forget, type Place, resourceToDelete, scopeOf } from './plan.ts';
import { setResourceStatus, setStackStatus } from './progress.ts';
import {
  type OperationKind,
  type ResourceRecord,
  type StackOperation,
  type StackRecord,
  type Step,
  stacks,
} from './state.ts';
import { applyResource, deleteResource, isTransient } from './steps.ts';

const STEP = 'cloudformation:step';
const SETTLED = 'cloudformation:settled';
/** A step that a restored world cut off is taken up again after so long. */
const WATCHDOG_SECONDS = 10;
const MAX_ATTEMPTS = 6;

type StepReference = { stackId: string; operationId: number; key: string };

/** Registers what CloudFormation does by itself. `context` is AWS's own; calls are made as the stack's role. */
export function registerEngine(context: CallContext, providers: ProviderTable): void {
  const { simulation } = context;
  // Steps under way in this world. A restore brings other objects, so what was cut off is not found here.
  const running = new WeakSet<Step>();

  simulation.on<StepReference>(STEP, async (reference) => {
    const found = find(context, reference);
    if (found?.step.state !== 'calling') return;
    const { stack, operation, step } = found;
    simulation.schedule(WATCHDOG_SECONDS, STEP, reference);
    if (running.has(step)) return;
    running.add(step);
    step.attempts += 1;
    try {
      const perform = step.action === 'apply' ? applyResource : deleteResource;
      const { seconds } = await perform(context, providers, stack, operation, step);
      if (find(context, reference)?.step !== step) return;
      step.state = 'settling';
      const key = `cloudformation:${stack.id}:${reference.key}:${operation.kind}`;
      simulation.schedule(seconds === null ? 0 : simulation.between(key, seconds[0], seconds[1]), SETTLED, reference);
    } catch (error) {
      if (isTransient(error) && step.attempts < MAX_ATTEMPTS) return;
      if (!(error instanceof SimulatedAwsError || error instanceof TemplateError)) throw error;
      if (find(context, reference)?.step === step) fail(context, stack, operation, step, reasonOf(error));
    } finally {
      running.delete(step);
    }
  });

  simulation.on<StepReference>(SETTLED, (reference) => {
    const found = find(context, reference);
    if (found?.step.state !== 'settling') return;
    settle(context, found.stack, found.step);
  });
}

/** Begins an operation that makes a stack what its definition says, or deletes it. */
export function begin(
  place: Place,
  stack: StackRecord,
  kind: 'CREATE' | 'UPDATE' | 'DELETE',
  reason = 'User Initiated',
): void {
  setStackStatus(place.simulation, stack, `${kind}_IN_PROGRESS`, reason);
  if (kind === 'DELETE') stack.operation = deletePlan(place, stack, kind, everyResource(stack));
  else stack.operation = applyPlan(place, stack, kind, stack.current);
  advance(place, stack);
}

/** Stops the creation of a stack that is to be deleted; what is under way is finished first. */
export function interrupt(place: Place, stack: StackRecord): void {
  stack.isDeletionWanted = true;
  if (stack.operation) stack.operation.failure ??= 'The stack is to be deleted';
  advance(place, stack);
}

function find(place: Place, { stackId, operationId, key }: StepReference) {
  const stack = stacks(place.simulation)[stackId];
  const operation = stack?.operation?.id === operationId ? stack.operation : undefined;
  const step = operation?.steps[key];
  return stack && operation && step ? { stack, operation, step } : undefined;
}

function advance(place: Place, stack: StackRecord): void {
  const { operation } = stack;
  if (!operation) return;
  const steps = Object.entries(operation.steps);
  for (const [key, step] of steps) {
    const isFree = step.after.every((other) => operation.steps[other]?.state === 'done');
    if (step.state !== 'waiting' || !isFree || (step.action === 'apply' && operation.failure !== null)) continue;
    step.state = 'calling';
    place.simulation.schedule(0, STEP, { stackId: stack.id, operationId: operation.id, key });
  }
  if (!steps.some(([, { state }]) => state === 'calling' || state === 'settling')) finish(place, stack, operation);
}

function settle(place: Place, stack: StackRecord, step: Step): void {
  step.state = 'done';
  const { simulation } = place;
  if (step.action === 'delete') {
    const resource = resourceToDelete(stack, step);
    if (resource) {
      setResourceStatus(simulation, stack, resource, 'DELETE_COMPLETE');
      forget(stack, resource);
    }
  } else {
    const resource = stack.resources[step.logicalId];
    if (resource?.status === 'CREATE_IN_PROGRESS') setResourceStatus(simulation, stack, resource, 'CREATE_COMPLETE');
    if (resource?.status === 'UPDATE_IN_PROGRESS') setResourceStatus(simulation, stack, resource, 'UPDATE_COMPLETE');
  }
  advance(place, stack);
}

function fail(place: Place, stack: StackRecord, operation: StackOperation, step: Step, reason: string): void {
  const { simulation } = place;
  step.state = 'failed';
  operation.failure ??= `The following resource(s) failed: [${step.logicalId}]. ${reason}`;
  const resource = step.action === 'delete' ? resourceToDelete(stack, step) : stack.resources[step.logicalId];
  if (resource) {
    const isCreation = resource.status.startsWith('CREATE');
    const verb = step.action === 'delete' ? 'DELETE' : isCreation ? 'CREATE' : 'UPDATE';
    setResourceStatus(simulation, stack, resource, `${verb}_FAILED`, reason);
  }
  advance(place, stack);
}

function reasonOf(error: SimulatedAwsError | TemplateError): string {
  if (error instanceof TemplateError) return error.message;
  const { httpStatusCode } = error.$metadata;
  return `Resource handler returned message: "${error.message} (${error.name}; Status Code: ${httpStatusCode})"`;
}

function finish(place: Place, stack: StackRecord, operation: StackOperation) {
  const { simulation } = place;
  const { failure } = operation;
  stack.operation = null;
  const next = (plan: StackOperation) => {
    stack.operation = plan;
    advance(place, stack);
  };
  const remove = (kind: OperationKind, resources: readonly ResourceRecord[]) =>
    next(deletePlan(place, stack, kind, resources));
  switch (operation.kind) {
    case 'CREATE':
      if (stack.isDeletionWanted) return begin(place, stack, 'DELETE');
      if (failure === null) return complete(place, stack, 'CREATE_COMPLETE');
      if (stack.onFailure === 'DO_NOTHING') return setStackStatus(simulation, stack, 'CREATE_FAILED', failure);
      if (stack.onFailure === 'DELETE') return begin(place, stack, 'DELETE', failure);
      setStackStatus(simulation, stack, 'ROLLBACK_IN_PROGRESS', `${failure} Rollback requested by user.`);
      return remove('ROLLBACK', everyResource(stack));
    case 'ROLLBACK':
      return setStackStatus(simulation, stack, failure === null ? 'ROLLBACK_COMPLETE' : 'ROLLBACK_FAILED', failure);
    case 'UPDATE':
      if (failure === null) {
        setStackStatus(simulation, stack, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
        return remove('CLEANUP', leftOver(stack, operation));
      }
      setStackStatus(simulation, stack, 'UPDATE_ROLLBACK_IN_PROGRESS', failure);
      stack.current = stack.previous ?? stack.current;
      return next(applyPlan(place, stack, 'UPDATE_ROLLBACK', stack.current));
    case 'UPDATE_ROLLBACK':
      if (failure !== null) return setStackStatus(simulation, stack, 'UPDATE_ROLLBACK_FAILED', failure);
      setStackStatus(simulation, stack, 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
      return remove('ROLLBACK_CLEANUP', leftOver(stack, operation));
    case 'CLEANUP':
      return complete(place, stack, 'UPDATE_COMPLETE');
    case 'ROLLBACK_CLEANUP':
      return complete(place, stack, 'UPDATE_ROLLBACK_COMPLETE');
    case 'DELETE':
      if (failure === null) stack.deletedAtMs = simulation.now();
      return setStackStatus(simulation, stack, failure === null ? 'DELETE_COMPLETE' : 'DELETE_FAILED', failure);
  }
}

function complete(
  place: Place,
  stack: StackRecord,
  status: 'CREATE_COMPLETE' | 'UPDATE_COMPLETE' | 'UPDATE_ROLLBACK_COMPLETE',
) {
  const outputs = resolveOutputs(scopeOf(place, stack, stack.current));
  stack.outputs = Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, String(value)]));
  setStackStatus(place.simulation, stack, status);
}

function everyResource(stack: StackRecord): ResourceRecord[] {
  return [...Object.values(stack.resources), ...stack.retired];
}

/** What an update leaves behind: resources that the definition no longer has, and those that were replaced. */
function leftOver(stack: StackRecord, operation: StackOperation): ResourceRecord[] {
  const dropped = Object.values(stack.resources).filter(({ logicalId }) => operation.steps[logicalId] === undefined);
  return [...dropped, ...stack.retired];
}
