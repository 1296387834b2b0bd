import { evaluateRules } from '../../../../shared/kube/schema/evaluate-rules.ts';
import type { Fault } from '../../../../shared/kube/schema/types.ts';
import { validateStructural } from '../../../../shared/kube/schema/validate-structural.ts';
import { jsonEqual } from '../../../../shared/kube/schema/values.ts';
import type { KubeObject } from '../../types.ts';
import type { ApiContext } from '../context.ts';
import { invalid } from '../errors.ts';
import type { Resource } from '../resources/resource.ts';
import { validateMetadata, validateMetadataUpdate, validateName } from '../validation.ts';
import type { Target } from './request.ts';

/** Throws 422 with every fault of an object that is about to be stored. */
export function validateObject(
  context: ApiContext,
  { resource, subresource }: Pick<Target, 'resource' | 'subresource'>,
  object: KubeObject,
  old: KubeObject | undefined,
): void {
  const validate = (): Fault[] => {
    if (resource.isCustom) return validateCustom(resource, object, old);
    return subresource === 'status' ? [] : validateBuiltIn(context, resource, object, old);
  };
  const faults = [
    ...(old ? validateMetadataUpdate(object, old) : validateName(resource, object.metadata.name)),
    ...validateMetadata(object),
    ...validate(),
  ];
  if (faults.length > 0) throw invalid(resource, object.metadata.name, faults);
}

function validateCustom(resource: Resource, object: KubeObject, old: KubeObject | undefined): Fault[] {
  const faults = validateStructural(resource.schema, object, '', old);
  // Rules suppose that the types are right, so they are not asked about an object whose schema faults are still open.
  const all = faults.length > 0 ? faults : evaluateRules(resource.schema, object, old, '');
  return old ? all.filter((fault) => !isInherited(fault, object, old)) : all;
}

/** A value that was stored before its rule came is tolerated as long as it does not change. */
function isInherited(fault: Fault, object: KubeObject, old: KubeObject): boolean {
  const members = fault.path.split(/[.[\]]+/).filter((member) => member !== '');
  let next: unknown = object;
  let before: unknown = old;
  for (const member of members) {
    next = (next as Record<string, unknown> | undefined)?.[member];
    before = (before as Record<string, unknown> | undefined)?.[member];
  }
  return next !== undefined && jsonEqual(next, before);
}

/** Everything but the status, which is written by controllers, whose zero values a client may leave out. */
function validateBuiltIn(
  context: ApiContext,
  resource: Resource,
  object: KubeObject,
  old: KubeObject | undefined,
): Fault[] {
  const faults = validateStructural(resource.schema, object, '', old).filter(
    (fault) => !/^(status|metadata)\b/.test(fault.path),
  );
  return faults.length > 0 ? faults : (resource.strategy.validate?.(object, old, context) ?? []);
}
