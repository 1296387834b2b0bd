import type { ApiContext } from '../context.ts';
import { apiVersionOf, type Resource } from '../resources/resource.ts';

/** Versions of a group in the order of preference, with their resources. */
function groupsOf(context: ApiContext, isWanted: (group: string) => boolean): Map<string, Map<string, Resource[]>> {
  const groups = new Map<string, Map<string, Resource[]>>();
  for (const resource of context.registry.all()) {
    if (!isWanted(resource.group)) continue;
    const versions = groups.get(resource.group) ?? new Map<string, Resource[]>();
    groups.set(resource.group, versions);
    versions.set(resource.version, [...(versions.get(resource.version) ?? []), resource]);
  }
  return groups;
}

export const AGGREGATED_DISCOVERY = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** The aggregated discovery document (apidiscovery.k8s.io/v2) of /api or of /apis. */
export function aggregatedDiscovery(context: ApiContext, isCore: boolean): Record<string, unknown> {
  const groups = groupsOf(context, (group) => (group === '') === isCore);
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: [...groups].map(([group, versions]) => ({
      metadata: { name: group, creationTimestamp: null },
      versions: [...versions].map(([version, resources]) => ({
        version,
        resources: resources.map(aggregatedResource),
        freshness: 'Current',
      })),
    })),
  };
}

function aggregatedResource(resource: Resource): Record<string, unknown> {
  const { group, version, kind } = resource;
  return {
    resource: resource.plural,
    responseKind: { group, version, kind },
    scope: resource.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: resource.singular,
    verbs: resource.verbs,
    ...(resource.shortNames.length > 0 ? { shortNames: resource.shortNames } : {}),
    ...(resource.categories.length > 0 ? { categories: resource.categories } : {}),
    ...(resource.subresources.length > 0
      ? {
          subresources: resource.subresources.map((one) => ({
            subresource: one.name,
            responseKind: { group: one.group, version: one.version, kind: one.kind },
            verbs: one.verbs,
          })),
        }
      : {}),
  };
}

function groupDocument(group: string, versions: readonly string[]): Record<string, unknown> {
  const entries = versions.map((version) => ({ groupVersion: `${group}/${version}`, version }));
  return { name: group, versions: entries, preferredVersion: entries[0] };
}

/** The answer to /api. */
export function coreVersions(): Record<string, unknown> {
  return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
}

/** The answer to /apis. */
export function groupList(context: ApiContext): Record<string, unknown> {
  const groups = groupsOf(context, (group) => group !== '');
  const documents = [...groups].map(([group, versions]) => groupDocument(group, [...versions.keys()]));
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: documents };
}

/** The answer to /apis/GROUP. */
export function groupOf(context: ApiContext, group: string): Record<string, unknown> | undefined {
  const versions = groupsOf(context, (one) => one === group).get(group);
  if (!versions) return undefined;
  return { kind: 'APIGroup', apiVersion: 'v1', ...groupDocument(group, [...versions.keys()]) };
}

/** The answer to /api/v1 and /apis/GROUP/VERSION. */
export function resourceList(context: ApiContext, group: string, version: string): Record<string, unknown> | undefined {
  const resources = context.registry.all().filter((one) => one.group === group && one.version === version);
  const [first] = resources;
  if (!first) return undefined;
  const entries = resources.flatMap((resource) => [
    {
      name: resource.plural,
      singularName: resource.singular,
      namespaced: resource.namespaced,
      kind: resource.kind,
      verbs: resource.verbs,
      ...(resource.shortNames.length > 0 ? { shortNames: resource.shortNames } : {}),
      ...(resource.categories.length > 0 ? { categories: resource.categories } : {}),
    },
    ...resource.subresources.map((one) => ({
      name: `${resource.plural}/${one.name}`,
      singularName: '',
      namespaced: resource.namespaced,
      ...(one.group === group ? {} : { group: one.group, version: one.version }),
      kind: one.kind,
      verbs: one.verbs,
    })),
  ]);
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: apiVersionOf(first), resources: entries };
}
