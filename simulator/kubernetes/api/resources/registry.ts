import type { Store } from '../store.ts';
import { BUILT_IN_RESOURCES } from './built-in.ts';
import { customResources, DEFINITIONS_KEY } from './custom.ts';
import { parseApiVersion, type Resource } from './resource.ts';

/** Which resources are served at this moment: the built-in ones and those of the established definitions. */
export type Registry = {
  all(): Resource[];
  byKind(apiVersion: string, kind: string): Resource | undefined;
  byPath(group: string, version: string, plural: string): Resource | undefined;
};

export function createRegistry(store: Store): Registry {
  const all = () => [...BUILT_IN_RESOURCES, ...store.list(DEFINITIONS_KEY).flatMap(customResources)];

  function find(group: string, version: string, matches: (resource: Resource) => boolean): Resource | undefined {
    const isWanted = (resource: Resource) =>
      resource.group === group && resource.version === version && matches(resource);
    return BUILT_IN_RESOURCES.find(isWanted) ?? store.list(DEFINITIONS_KEY).flatMap(customResources).find(isWanted);
  }

  return {
    all,
    byKind: (apiVersion, kind) => {
      const { group, version } = parseApiVersion(apiVersion);
      return find(group, version, (resource) => resource.kind === kind);
    },
    byPath: (group, version, plural) => find(group, version, (resource) => resource.plural === plural),
  };
}
