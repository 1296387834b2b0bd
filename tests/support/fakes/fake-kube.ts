import type { KubeApi, Manifest, ObjectName } from '../../../shared/kube/api.ts';
import { KubeError } from '../../../shared/kube/errors.ts';
import { callRecorder } from './calls.ts';

type Address = Pick<ObjectName, 'apiVersion' | 'kind' | 'name'> & { readonly namespace?: string | undefined };

const keyOf = ({ apiVersion, kind, namespace, name }: Address) => [apiVersion, kind, namespace ?? '', name].join('/');
const addressOf = ({ apiVersion, kind, metadata: { name, namespace } }: Manifest): Address => ({
  apiVersion,
  kind,
  name,
  namespace,
});

/** The objects of one cluster. Fields in `foreign` are another manager's: applying them needs force. */
export function fakeKube(journal: string[]) {
  const calls = callRecorder(journal);
  const objects = new Map<string, Manifest>();
  const pages = new Map<string, string>();
  const foreign = new Set<string>();
  let isAdmin = true;
  const put = (manifest: Manifest) => {
    objects.set(keyOf(addressOf(manifest)), manifest);
  };
  const api: KubeApi = {
    apply: async (manifest, { force = false } = {}) => {
      const key = keyOf(addressOf(manifest));
      calls.record(`apply ${manifest.kind} ${manifest.metadata.name}`, manifest);
      const { namespace } = manifest.metadata;
      if (namespace && !namespace.startsWith('kube-') && !objects.has(`v1/Namespace//${namespace}`))
        throw new KubeError(404, `apply ${key}`, `namespaces "${namespace}" not found`);
      if (foreign.has(key) && !force) throw new KubeError(409, `apply ${key}`, 'conflict with "kubectl"');
      const before = objects.get(key);
      if (before && JSON.stringify(before['spec']) === JSON.stringify(manifest['spec'])) return 'none';
      put({ ...manifest, ...(before?.['status'] ? { status: before['status'] } : {}) });
      return before ? 'updated' : 'created';
    },
    read: async (name) => objects.get(keyOf(name)),
    list: async ({ apiVersion, kind, namespace }, selector) => {
      const [label = '', value] = selector?.split('=') ?? [];
      return [...objects.values()].filter(
        (object) =>
          object.apiVersion === apiVersion &&
          object.kind === kind &&
          (namespace === undefined || object.metadata.namespace === namespace) &&
          (value === undefined || object.metadata.labels?.[label] === value),
      );
    },
    each: async ({ apiVersion, kind }, onItem) => {
      for (const object of objects.values())
        if (object.apiVersion === apiVersion && object.kind === kind) onItem(object);
    },
    remove: async (name) => {
      calls.record(`remove ${name.kind} ${name.name}`, name);
      return objects.delete(keyOf(name));
    },
    podPage: async ({ name, port }, path, onChunk) => {
      const page = pages.get(`${name}:${port}${path}`);
      if (page === undefined) throw new KubeError(503, `read ${path} of pod ${name}`, 'error trying to reach service');
      onChunk(Buffer.from(page));
    },
    podLog: async ({ name }) => (pages.get(`${name}/log`) ?? '').split('\n').filter((line) => line !== ''),
    restart: async (name, at) => {
      calls.record(`restart ${name.kind} ${name.name}`, { name, at: at.toISOString() });
    },
    canI: async (access) => {
      calls.record('canI', access);
      return isAdmin;
    },
  };
  return {
    ...calls,
    api,
    connect: async () => api,
    put,
    drop: (manifest: Manifest) => objects.delete(keyOf(addressOf(manifest))),
    ofKind: (kind: string) => [...objects.values()].filter((object) => object.kind === kind),
    claim: (manifest: Manifest) => foreign.add(keyOf(addressOf(manifest))),
    /** What a pod serves: `name:port/path`. */
    serve: (address: string, page: string) => pages.set(address, page),
    setAdmin: (value: boolean) => {
      isAdmin = value;
    },
  };
}
