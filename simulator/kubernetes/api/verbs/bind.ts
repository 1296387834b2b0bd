import { isJsonObject } from '../../../../shared/kube/schema/values.ts';
import { accessTo, authorize } from '../authorization/authorize.ts';
import type { ApiContext } from '../context.ts';
import { badRequest, conflict } from '../errors.ts';
import { copyJson } from '../json.ts';
import { recordUpdate } from '../patching/managed-fields.ts';
import { writerOf } from './create.ts';
import type { Write } from './request.ts';
import { commitUpdate, mustGet } from './update.ts';

/** POST pods/NAME/binding: puts a pod on a node, once. */
export function bindPod(context: ApiContext, write: Write, binding: unknown): void {
  const { target, user } = write;
  authorize(context, user, accessTo('create', target.resource, target, 'binding'));
  const pod = mustGet(context, write);
  const node = isJsonObject(binding) && isJsonObject(binding['target']) ? binding['target']['name'] : undefined;
  if (typeof node !== 'string' || node === '') throw badRequest('a Binding names its target node');
  if (pod.spec?.['nodeName']) {
    throw conflict(
      target.resource,
      pod.metadata.name,
      `pod ${pod.metadata.name} is already assigned to node "${pod.spec['nodeName']}"`,
    );
  }
  const next = copyJson(pod);
  next.spec = { ...next.spec, nodeName: node };
  const main = { ...write, target: { ...target, subresource: undefined } };
  commitUpdate(context, main, pod, next, (object, old) =>
    recordUpdate(target.resource, object, old, writerOf(context, write)),
  );
}
