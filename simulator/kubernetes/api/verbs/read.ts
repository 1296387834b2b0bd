import type { KubeObject, KubeUser, ListOptions } from '../../types.ts';
import { accessTo, authorize } from '../authorization/authorize.ts';
import type { ApiContext } from '../context.ts';
import { methodNotAllowed } from '../errors.ts';
import { apiVersionOf, type Resource } from '../resources/resource.ts';
import { parseFieldSelector, parseLabelSelector } from '../selectors.ts';
import type { Target } from './request.ts';

/** A test whether an object is among those that a list or watch asks for. */
export function selectorOf(resource: Resource, options: ListOptions): (object: KubeObject) => boolean {
  const byLabels = parseLabelSelector(options.labelSelector);
  const byFields = parseFieldSelector(options.fieldSelector, resource);
  return (object) => {
    const isHere = options.namespace === undefined || object.metadata.namespace === options.namespace;
    return isHere && byLabels(object.metadata.labels ?? {}) && byFields(object);
  };
}

/** The object in the version that was asked for: the stored one where that is its own, so copy before changing. */
export function inVersion(resource: Resource, object: KubeObject): KubeObject {
  const apiVersion = apiVersionOf(resource);
  return object.apiVersion === apiVersion ? object : { ...object, apiVersion };
}

/** One object; undefined when there is none. */
export function readObject(context: ApiContext, user: KubeUser, target: Target): KubeObject | undefined {
  const { resource, namespace, name = '', subresource } = target;
  authorize(context, user, accessTo('get', resource, target, subresource));
  const object = context.store.get(resource.storageKey, namespace, name);
  return object && inVersion(resource, object);
}

/** The objects that a list asks for, in order of their names. */
export function listObjects(
  context: ApiContext,
  user: KubeUser,
  resource: Resource,
  options: ListOptions,
): KubeObject[] {
  authorizeMany(context, user, 'list', resource, options);
  const isSelected = selectorOf(resource, options);
  const objects = context.store.list(resource.storageKey, options.namespace);
  return objects.filter(isSelected).map((object) => inVersion(resource, object));
}

/** A list by a single name counts as an access to that name, so that rules with resourceNames can allow it. */
export function authorizeMany(
  context: ApiContext,
  user: KubeUser,
  verb: 'list' | 'watch' | 'deletecollection',
  resource: Resource,
  options: ListOptions,
): void {
  if (!resource.verbs.includes(verb)) throw methodNotAllowed();
  const name = /^metadata\.name=([^,]+)$/.exec(options.fieldSelector ?? '')?.[1];
  authorize(context, user, accessTo(verb, resource, { namespace: options.namespace, name }));
}
