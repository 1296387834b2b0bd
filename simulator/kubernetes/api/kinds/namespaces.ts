import type { KubeObject } from '../../types.ts';
import type { ApiContext } from '../context.ts';
import { dnsLabelFault } from '../names.ts';
import type { Strategy } from '../resources/resource.ts';
import { objectIn } from './defaulting.ts';

export const NAMESPACES_KEY = '/namespaces';

export const NAMESPACE: Strategy = {
  validateName: dnsLabelFault,
  applyDefaults: (namespace) => {
    const { name, labels } = namespace.metadata;
    namespace.metadata.labels = { ...labels, 'kubernetes.io/metadata.name': name };
  },
  prepare: (namespace, old) => {
    if (old) return;
    objectIn(namespace, 'spec')['finalizers'] = ['kubernetes'];
    namespace.status = { phase: 'Active' };
  },
  stored: makeDefaultServiceAccount,
};

/** Every namespace has a service account `default`; a controller makes it in a real cluster, moments later. */
function makeDefaultServiceAccount(namespace: KubeObject, context: ApiContext): void {
  const { name, deletionTimestamp, creationTimestamp } = namespace.metadata;
  const key = '/serviceaccounts';
  if (deletionTimestamp !== undefined || context.store.get(key, name, 'default')) return;
  if (!context.store.get(NAMESPACES_KEY, undefined, name)) return;
  context.store.put(key, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: {
      name: 'default',
      namespace: name,
      uid: context.store.newUid(key, name, 'default'),
      ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
    },
  });
}
