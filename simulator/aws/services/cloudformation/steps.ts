import type { ProviderContext, ProviderTable, ResourceProvider } from '../../../cloudformation/provider.ts';
import { resolveProperties } from '../../../cloudformation/resolve.ts';
import type { JsonMap } from '../../../cloudformation/template.ts';
import { SimulatedAwsError } from '../../errors.ts';
import type { CallContext } from '../../types.ts';
import { forget, resourceToDelete, scopeOf } from './plan.ts';
import { setResourceStatus } from './progress.ts';
import type { ResourceRecord, StackOperation, StackRecord, Step } from './state.ts';

/** How long a step's result takes to be called complete; null where nothing was done. */
export type StepOutcome = { readonly seconds: readonly [number, number] | null };

const DELETION_SECONDS = [2, 6] as const;
const UNCHANGED: StepOutcome = { seconds: null };

export function providerOf(providers: ProviderTable, type: string): ResourceProvider {
  const provider = providers[type];
  if (!provider) throw new Error(`no provider for ${type}`);
  return provider;
}

/** Creates, changes or replaces the resource of a step, or finds that it is as it should be. May be repeated. */
export async function applyResource(
  context: CallContext,
  providers: ProviderTable,
  stack: StackRecord,
  operation: StackOperation,
  step: Step,
): Promise<StepOutcome> {
  const { simulation } = context;
  const { logicalId } = step;
  const scope = scopeOf(context, stack, operation.target);
  const definition = scope.template.Resources[logicalId];
  const type = definition?.Type ?? '';
  const properties = resolveProperties(scope, logicalId);
  const wanted = { properties, tags: operation.target.tags };
  const provider = providerOf(providers, type);
  const policies = {
    deletionPolicy: definition?.DeletionPolicy ?? 'Delete',
    replacePolicy: definition?.UpdateReplacePolicy ?? 'Delete',
  } as const;
  const present = takeBack(stack, operation, logicalId, wanted);
  const isHalfMade = present !== undefined && present.generation === step.generation;

  if (present?.physicalId && present.type === type && !isHalfMade) {
    Object.assign(present, { ...policies, dependsOn: step.after });
    if (isSame(present, wanted)) return UNCHANGED;
    if (step.attempts === 1) setResourceStatus(simulation, stack, present, 'UPDATE_IN_PROGRESS');
    if (step.generation === null) {
      const { physicalId, attributes, properties: before } = present;
      const given = providerContext(context, stack, operation, step, present.generation);
      const changed = await provider.update({ physicalId, attributes, properties: before }, properties, given);
      if (changed !== 'replace') {
        Object.assign(present, { ...changed, ...wanted });
        return { seconds: provider.seconds };
      }
      const reason = 'Requested update requires the creation of a new physical resource; hence creating one.';
      setResourceStatus(simulation, stack, present, 'UPDATE_IN_PROGRESS', reason);
    }
  }
  const replaced = isHalfMade || !present?.physicalId ? undefined : present;
  await createResource(context, provider, { stack, operation, step, replaced, record: { ...wanted, ...policies } });
  return { seconds: provider.seconds };
}

type Creation = {
  stack: StackRecord;
  operation: StackOperation;
  step: Step;
  replaced: ResourceRecord | undefined;
  record: Pick<ResourceRecord, 'properties' | 'tags' | 'deletionPolicy' | 'replacePolicy'>;
};

async function createResource(context: CallContext, provider: ResourceProvider, creation: Creation): Promise<void> {
  const { stack, operation, step, replaced } = creation;
  const { simulation } = context;
  const { logicalId } = step;
  const isRetry = step.generation !== null;
  step.generation ??= nextGeneration(stack, logicalId);
  const { generation } = step;
  const record: ResourceRecord = {
    logicalId,
    type: provider.type,
    physicalId: null,
    attributes: {},
    ...creation.record,
    dependsOn: step.after,
    generation,
    status: replaced ? 'UPDATE_IN_PROGRESS' : 'CREATE_IN_PROGRESS',
    reason: null,
    changedAtMs: simulation.now(),
  };
  const dropAttempt = () => {
    stack.retired = stack.retired.filter((other) => other.logicalId !== logicalId || other.generation !== generation);
  };
  dropAttempt();
  if (!replaced) stack.resources[logicalId] = record;
  if (!replaced && !isRetry) setResourceStatus(simulation, stack, record, 'CREATE_IN_PROGRESS');
  const given = providerContext(context, stack, operation, step, generation);
  const exists = (physicalId: string) => {
    record.physicalId = physicalId;
    // Until it is finished, the replacement is what has to go if the update fails.
    if (replaced) stack.retired.push(record);
  };
  Object.assign(record, await provider.create(record.properties, { ...given, isRetry, exists }));
  dropAttempt();
  if (replaced) stack.retired.push(replaced);
  stack.resources[logicalId] = record;
  setResourceStatus(simulation, stack, record, record.status, 'Resource creation Initiated');
}

/** Deletes the physical resource of a step. May be repeated. */
export async function deleteResource(
  context: CallContext,
  providers: ProviderTable,
  stack: StackRecord,
  operation: StackOperation,
  step: Step,
): Promise<StepOutcome> {
  const resource = resourceToDelete(stack, step);
  if (!resource) return UNCHANGED;
  if (isRetained(stack, operation, resource)) {
    setResourceStatus(context.simulation, stack, resource, 'DELETE_SKIPPED');
    forget(stack, resource);
    return UNCHANGED;
  }
  if (step.attempts === 1) setResourceStatus(context.simulation, stack, resource, 'DELETE_IN_PROGRESS');
  if (resource.physicalId !== null) {
    const { physicalId, attributes, properties, generation } = resource;
    const given = providerContext(context, stack, operation, step, generation);
    await providerOf(providers, resource.type).delete({ physicalId, attributes, properties }, given);
  }
  return { seconds: DELETION_SECONDS };
}

function isRetained(stack: StackRecord, operation: StackOperation, resource: ResourceRecord): boolean {
  if (operation.kind !== 'DELETE' && stack.retired.includes(resource)) return resource.replacePolicy === 'Retain';
  if (resource.deletionPolicy === 'RetainExceptOnCreate') return operation.kind !== 'ROLLBACK';
  return resource.deletionPolicy === 'Retain';
}

/** While an update is rolled back, a resource that it replaced takes its place again. */
function takeBack(
  stack: StackRecord,
  operation: StackOperation,
  logicalId: string,
  wanted: { properties: JsonMap; tags: Record<string, string> },
): ResourceRecord | undefined {
  const present = stack.resources[logicalId];
  if (operation.kind !== 'UPDATE_ROLLBACK') return present;
  const former = stack.retired.find((other) => other.logicalId === logicalId && isSame(other, wanted));
  if (!former) return present;
  stack.retired = stack.retired.filter((other) => other !== former);
  if (present) stack.retired.push(present);
  stack.resources[logicalId] = former;
  return former;
}

function isSame(record: ResourceRecord, wanted: { properties: JsonMap; tags: Record<string, string> }): boolean {
  return JSON.stringify([record.properties, record.tags]) === JSON.stringify([wanted.properties, wanted.tags]);
}

function nextGeneration(stack: StackRecord, logicalId: string): number {
  const generation = stack.generations[logicalId] ?? 0;
  stack.generations[logicalId] = generation + 1;
  return generation;
}

function providerContext(
  context: CallContext,
  stack: StackRecord,
  operation: StackOperation,
  step: Step,
  generation: number,
): ProviderContext {
  const caller = {
    roleArn: stack.roleArn ?? stack.callerRoleArn,
    sessionName: 'AWSCloudFormation',
    viaService: 'cloudformation.amazonaws.com',
  };
  return {
    simulation: context.simulation,
    accountId: context.accountId,
    region: context.region,
    stackName: stack.name,
    stackId: stack.id,
    logicalId: step.logicalId,
    generation,
    isRetry: step.attempts > 1,
    tags: operation.target.tags,
    exists: () => undefined,
    call: (service, name, input) => context.call(service, name, input, caller),
  };
}

/** Errors that CloudFormation tries again by itself. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof SimulatedAwsError)) return false;
  return (
    error.$metadata.httpStatusCode >= 500 ||
    /^(Throttling|ThrottlingException|RequestLimitExceeded|SlowDown)$/.test(error.name)
  );
}
