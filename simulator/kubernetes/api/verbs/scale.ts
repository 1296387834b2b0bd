import { isJsonObject } from '../../../../shared/kube/schema/values.ts';
import type { KubeObject, KubeUser } from '../../types.ts';
import { accessTo, authorize } from '../authorization/authorize.ts';
import type { ApiContext } from '../context.ts';
import { badRequest, invalid, noSuchResource } from '../errors.ts';
import { copyJson, setValueAt, valueAt } from '../json.ts';
import { applyJsonPatch } from '../patching/json-patch.ts';
import { recordUpdate } from '../patching/managed-fields.ts';
import { applyMergePatch } from '../patching/merge-patch.ts';
import type { ScalePaths } from '../resources/resource.ts';
import { type LabelSelector, labelSelectorText } from '../selectors.ts';
import { invalidValue } from '../validation.ts';
import { writerOf } from './create.ts';
import type { PatchType } from './patch.ts';
import type { Target, Write } from './request.ts';
import { commitUpdate, mustGet } from './update.ts';

function pathsOf(target: Target): ScalePaths {
  if (!target.resource.scale) throw noSuchResource();
  return target.resource.scale;
}

const members = (path: string) => path.split('.').filter((member) => member !== '');

function toScale(target: Target, object: KubeObject): KubeObject {
  const paths = pathsOf(target);
  const selector =
    paths.labelSelectorPath === undefined ? undefined : valueAt(object, members(paths.labelSelectorPath));
  const text = isJsonObject(selector) ? labelSelectorText(selector as LabelSelector) : selector;
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  return {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: copyJson({ name, namespace, uid, resourceVersion, creationTimestamp }) as KubeObject['metadata'],
    spec: { replicas: valueAt(object, members(paths.specReplicasPath)) ?? 0 },
    status: {
      replicas: valueAt(object, members(paths.statusReplicasPath)) ?? 0,
      ...(text === undefined ? {} : { selector: text }),
    },
  };
}

export function readScale(context: ApiContext, user: KubeUser, target: Target): KubeObject {
  authorize(context, user, accessTo('get', target.resource, target, 'scale'));
  return toScale(target, mustGet(context, { target }));
}

/** Writes a Scale, given whole or as a patch. */
export function writeScale(context: ApiContext, write: Write, given: unknown, patchType?: PatchType): KubeObject {
  const { target, user } = write;
  const verb = patchType === undefined ? 'update' : 'patch';
  authorize(context, user, accessTo(verb, target.resource, target, 'scale'));
  const old = mustGet(context, write);
  const scale = newScale(toScale(target, old), given, patchType);
  const replicas = scale.spec?.['replicas'] ?? 0;
  if (typeof replicas !== 'number' || !Number.isInteger(replicas))
    throw badRequest('spec.replicas of a Scale must be an integer');
  if (replicas < 0) {
    const kind = { group: 'autoscaling', plural: 'scales', kind: 'Scale' };
    throw invalid(kind, old.metadata.name, [
      invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0'),
    ]);
  }
  const next = copyJson(old);
  setValueAt(next, members(pathsOf(target).specReplicasPath), replicas);
  const { resourceVersion } = scale.metadata;
  if (resourceVersion === undefined) delete next.metadata.resourceVersion;
  else next.metadata.resourceVersion = resourceVersion;
  const main = { ...write, target: { ...target, subresource: undefined } };
  const updated = commitUpdate(context, main, old, next, (object, before) =>
    recordUpdate(target.resource, object, before, writerOf(context, write)),
  );
  return toScale(target, updated);
}

function newScale(present: KubeObject, given: unknown, patchType: PatchType | undefined): KubeObject {
  if (patchType === undefined) return given as KubeObject;
  if (patchType === 'json') return applyJsonPatch(present, given);
  return applyMergePatch(present, given) as KubeObject;
}
