import { isJsonObject } from '../../../../shared/kube/schema/values.ts';
import { type KubeObject, KubeStatusError } from '../../types.ts';
import type { ApiContext } from '../context.ts';
import { badRequest, methodNotAllowed, notFound } from '../errors.ts';
import { bindPod } from '../verbs/bind.ts';
import { createObject } from '../verbs/create.ts';
import { type DeleteOptions, deleteObject } from '../verbs/delete.ts';
import { evictPod } from '../verbs/evict.ts';
import { applyObject, type PatchType, patchObject } from '../verbs/patch.ts';
import { readObject } from '../verbs/read.ts';
import type { Target, Write } from '../verbs/request.ts';
import { answerReview } from '../verbs/reviews.ts';
import { readScale, writeScale } from '../verbs/scale.ts';
import { replaceObject } from '../verbs/update.ts';
import { deleteMany, listMany } from './collections.ts';
import { ok, type Reply } from './reply.ts';
import { represent } from './represent.ts';
import { type ApiRequest, bodyOf, contentTypeOf, writeOptionsOf } from './request.ts';

/** Answers a request about a resource, all but watches. */
export function answerResourceRequest(context: ApiContext, request: ApiRequest, target: Target): Reply {
  const write: Write = { user: request.user, target, options: writeOptionsOf(request) };
  const reply = target.name === undefined ? onCollection(context, request, write) : onObject(context, request, write);
  return { ...reply, warnings: write.options.warnings };
}

function onCollection(context: ApiContext, request: ApiRequest, write: Write): Reply {
  const { resource, namespace } = write.target;
  if (request.method === 'GET') return ok(listMany(context, request, resource, namespace));
  if (request.method === 'DELETE') return ok(deleteMany(context, request, write, deleteOptionsOf(request)));
  if (request.method !== 'POST') throw methodNotAllowed();
  const body = bodyOf(request);
  const answer = answerReview(context, write, body);
  if (answer) return ok(answer, 201);
  if (resource.namespaced && namespace === undefined) throw methodNotAllowed();
  return ok(represent(context, request, resource, createObject(context, write, body)), 201);
}

function onObject(context: ApiContext, request: ApiRequest, write: Write): Reply {
  const { target } = write;
  const { subresource } = target;
  if (subresource === 'scale') return onScale(context, request, write);
  if (subresource === 'eviction' || subresource === 'binding') return onPodAction(context, request, write);
  if (request.method === 'GET') {
    const object = readObject(context, request.user, target);
    if (!object) throw notFound(target.resource, target.name ?? '');
    return ok(represent(context, request, target.resource, object));
  }
  if (request.method === 'PUT') {
    return ok(represent(context, request, target.resource, replaceObject(context, write, bodyOf(request))));
  }
  if (request.method === 'PATCH') return onPatch(context, request, write);
  if (request.method === 'DELETE' && subresource === undefined) return onDelete(context, request, write);
  throw methodNotAllowed();
}

const PATCH_TYPES: Readonly<Record<string, PatchType>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
};

function patchTypeOf(request: ApiRequest): PatchType {
  const type = PATCH_TYPES[contentTypeOf(request)];
  if (type) return type;
  const message = `the body of the request was in an unknown format - accepted media types include: ${Object.keys(PATCH_TYPES).join(', ')}, application/apply-patch+yaml`;
  throw new KubeStatusError(415, 'UnsupportedMediaType', message, {});
}

function onPatch(context: ApiContext, request: ApiRequest, write: Write): Reply {
  const { resource } = write.target;
  if (contentTypeOf(request) !== 'application/apply-patch+yaml') {
    const patched = patchObject(context, write, patchTypeOf(request), bodyOf(request));
    return ok(represent(context, request, resource, patched));
  }
  if (!request.query.get('fieldManager')) {
    const message = 'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch';
    throw new KubeStatusError(422, 'Invalid', message, {});
  }
  const force = request.query.get('force') === 'true';
  const { object, isNew } = applyObject(context, write, bodyOf(request), force);
  return ok(represent(context, request, resource, object), isNew ? 201 : 200);
}

function onScale(context: ApiContext, request: ApiRequest, write: Write): Reply {
  if (request.method === 'GET') return ok(readScale(context, request.user, write.target));
  if (request.method === 'PUT') return ok(writeScale(context, write, bodyOf(request)));
  if (request.method === 'PATCH') return ok(writeScale(context, write, bodyOf(request), patchTypeOf(request)));
  throw methodNotAllowed();
}

const SUCCESS = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };

function onPodAction(context: ApiContext, request: ApiRequest, write: Write): Reply {
  if (request.method !== 'POST') throw methodNotAllowed();
  const body = bodyOf(request);
  if (write.target.subresource === 'binding') {
    bindPod(context, write, body);
    return ok(SUCCESS, 201);
  }
  const options = isJsonObject(body)
    ? (body['deleteOptions'] as (DeleteOptions & { dryRun?: string[] }) | undefined)
    : undefined;
  const dryRun = write.options.dryRun || options?.dryRun?.includes('All') === true;
  evictPod(context, request.user, write.target, options ?? {}, dryRun);
  return ok(SUCCESS, 201);
}

const POLICIES: readonly string[] = ['Foreground', 'Background', 'Orphan'];

/** Options from the body, or from the query where there is no body. */
function deleteOptionsOf(request: ApiRequest): DeleteOptions {
  const body = bodyOf(request);
  if (isJsonObject(body)) return checkedOptions(body as DeleteOptions);
  const grace = request.query.get('gracePeriodSeconds');
  const policy = request.query.get('propagationPolicy');
  return checkedOptions({
    ...(grace === null ? {} : { gracePeriodSeconds: Number(grace) }),
    ...(policy === null ? {} : { propagationPolicy: policy as 'Foreground' }),
  });
}

function checkedOptions(options: DeleteOptions): DeleteOptions {
  const policy = options.propagationPolicy;
  if (policy !== undefined && !POLICIES.includes(policy)) {
    throw badRequest(`DeleteOptions.propagationPolicy: Unsupported value: "${policy}"`);
  }
  return options;
}

function onDelete(context: ApiContext, request: ApiRequest, write: Write): Reply {
  const { object, isGone } = deleteObject(context, write, deleteOptionsOf(request));
  return ok(isGone ? deletionStatus(write.target, object) : object);
}

function deletionStatus({ resource }: Target, object: KubeObject): Record<string, unknown> {
  const { name, uid } = object.metadata;
  const group = resource.group === '' ? {} : { group: resource.group };
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name, ...group, kind: resource.plural, uid },
  };
}
