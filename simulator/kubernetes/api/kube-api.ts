import type { KubeApi, KubeObject, KubeRef, KubeUser } from '../types.ts';
import { isAllowed } from './authorization/authorize.ts';
import type { ApiContext } from './context.ts';
import { badRequest, noSuchResource } from './errors.ts';
import type { Resource } from './resources/resource.ts';
import { createObject } from './verbs/create.ts';
import { deleteObject } from './verbs/delete.ts';
import { evictPod } from './verbs/evict.ts';
import { applyObject, patchObject } from './verbs/patch.ts';
import { listObjects, readObject } from './verbs/read.ts';
import type { Target, Write } from './verbs/request.ts';
import { answerReview } from './verbs/reviews.ts';
import { replaceObject } from './verbs/update.ts';

/** The field manager of a user inside the simulator: the last part of the user name, where a real one has its binary's name. */
function managerOf(user: KubeUser): string {
  return user.username.split(':').at(-1) || 'unknown';
}

/** The API server as one user sees it. Unknown fields are refused, as with fieldValidation=Strict. */
export function createKubeApi(context: ApiContext, user: KubeUser): KubeApi {
  function resourceOf(apiVersion: string, kind: string): Resource {
    const resource = context.registry.byKind(apiVersion, kind);
    if (!resource) throw noSuchResource();
    return resource;
  }

  function targetOf(ref: KubeRef, subresource?: string): Target {
    const resource = resourceOf(ref.apiVersion, ref.kind);
    if (resource.namespaced && ref.namespace === undefined) {
      throw badRequest(`an empty namespace may not be set when a resource name is provided: ${ref.kind} ${ref.name}`);
    }
    return { resource, name: ref.name, namespace: resource.namespaced ? ref.namespace : undefined, subresource };
  }

  function writeTo(target: Target, fieldManager = managerOf(user)): Write {
    return { user, target, options: { fieldManager, fieldValidation: 'Strict', dryRun: false, warnings: [] } };
  }

  const refOf = ({ apiVersion, kind, metadata }: KubeObject): KubeRef => ({
    apiVersion,
    kind,
    name: metadata.name,
    ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
  });

  return {
    get: (ref) => readObject(context, user, targetOf(ref)),
    list: (apiVersion, kind, options = {}) => listObjects(context, user, resourceOf(apiVersion, kind), options),
    create: (object) => {
      const { resource, namespace } = targetOf(refOf(object));
      const write = writeTo({ resource, namespace });
      return answerReview(context, write, object) ?? createObject(context, write, object);
    },
    update: (object) => replaceObject(context, writeTo(targetOf(refOf(object))), object),
    updateStatus: (object) => replaceObject(context, writeTo(targetOf(refOf(object), 'status')), object),
    mergePatch: (ref, patch, subresource) => patchObject(context, writeTo(targetOf(ref, subresource)), 'merge', patch),
    apply: (object, { fieldManager, force = false }) =>
      applyObject(context, writeTo(targetOf(refOf(object)), fieldManager), object, force).object,
    delete: (ref, options = {}) => {
      deleteObject(context, writeTo(targetOf(ref)), options);
    },
    evict: (namespace, podName) => {
      const pod = targetOf({ apiVersion: 'v1', kind: 'Pod', name: podName, namespace }, 'eviction');
      evictPod(context, user, pod, {}, false);
    },
    can: (verb, group, resource, options = {}) => isAllowed(context, user, { verb, group, resource, ...options }),
  };
}
