import { realOperation } from '../lambda/invocation.ts';
import type { Change } from '../runs/run.ts';
import { KubeError } from './errors.ts';
import { type Endpoint, type KubeRequest, kubeHttp } from './http.ts';
import { listReader } from './list-items.ts';

export type Manifest = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
    readonly resourceVersion?: string;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
};

export type ObjectName = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
};

export type PodPort = { readonly namespace: string; readonly name: string; readonly port: number };

/** What Joinery does at a cluster's API server. All methods throw KubeError. */
export type KubeApi = {
  /** Server-side apply as Joinery; with `force` fields of other managers are taken over. */
  apply(manifest: Manifest, options?: { readonly force?: boolean }): Promise<Change>;
  read(name: ObjectName): Promise<Manifest | undefined>;
  list(
    kind: { readonly apiVersion: string; readonly kind: string; readonly namespace?: string },
    labelSelector?: string,
    fieldSelector?: string,
  ): Promise<Manifest[]>;
  /**
   * Hands every object of a kind on as it arrives, from the API server's cache: it may be some seconds old. The server may send
   * pages or all at once. Items have neither apiVersion nor kind.
   */
  each(
    kind: { readonly apiVersion: string; readonly kind: string },
    onItem: (item: Pick<Manifest, 'metadata'>) => void,
  ): Promise<void>;
  /** False when there was nothing to delete. */
  remove(name: ObjectName): Promise<boolean>;
  /** A text that a pod serves on a port, by way of the API server, as its bytes arrive: it may be large. */
  podPage(pod: PodPort, path: string, onChunk: (chunk: Buffer) => void): Promise<void>;
  /** The last lines that a pod's only container printed. */
  podLog(pod: { readonly namespace: string; readonly name: string }, lines: number): Promise<string[]>;
  /** Rolls a Deployment's pods over, as `kubectl rollout restart` does. */
  restart(name: ObjectName, at: Date): Promise<void>;
  canI(access: {
    readonly verb: string;
    readonly group: string;
    readonly resource: string;
    readonly namespace?: string;
  }): Promise<boolean>;
};

const FIELD_MANAGER = 'joinery';
const PAGE_SIZE = 500;

/** A client for one API server with one token; make a new one for each invocation. */
export function kubeApi(endpoint: Endpoint): KubeApi {
  const http = kubeHttp(endpoint);
  const resources = new Map<string, Promise<readonly Discovered[]>>();

  const send = async (what: string, request: KubeRequest): Promise<unknown> => {
    const answer = await realOperation(() => http(request)).catch((error: unknown) => {
      throw new KubeError(0, what, messagesOf(error), error);
    });
    if (answer.status >= 200 && answer.status < 300) return answer.body;
    const { message } = (answer.body ?? {}) as { message?: string };
    throw new KubeError(answer.status, what, message ?? `HTTP ${answer.status}`);
  };

  const discovered = async (what: string, base: string, kind: Kind): Promise<Resource> => {
    const known = resources.get(base) ?? send(what, { method: 'GET', path: base }).then(resourcesIn);
    resources.set(base, known);
    known.catch(() => resources.delete(base));
    const resource = (await known).find((candidate) => candidate.kind === kind.kind);
    if (!resource) throw new KubeError(404, what, `the server has no kind ${kind.kind} in ${kind.apiVersion}`);
    return resource;
  };

  /** The path of a kind or of one object; of other kinds than ours the API server says how it is called, and whether it has namespaces. */
  const pathOf = async (what: string, kind: Kind, name?: string): Promise<string> => {
    const base = kind.apiVersion.includes('/') ? `/apis/${kind.apiVersion}` : `/api/${kind.apiVersion}`;
    const resource = BUILT_IN[kind.apiVersion]?.[kind.kind] ?? (await discovered(what, base, kind));
    const namespace = resource.namespaced && kind.namespace ? `/namespaces/${encodeURIComponent(kind.namespace)}` : '';
    return `${base}${namespace}/${resource.name}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`;
  };

  const read = (name: ObjectName): Promise<Manifest | undefined> =>
    unlessMissing(async () => {
      const what = `read ${describe(name)}`;
      return (await send(what, { method: 'GET', path: await pathOf(what, name, name.name) })) as Manifest;
    });

  return {
    read,
    apply: async (manifest, options = {}) => {
      const name = { apiVersion: manifest.apiVersion, kind: manifest.kind, ...namesOf(manifest) };
      const what = `apply ${describe(name)}`;
      const before = await read(name);
      const query = `?fieldManager=${FIELD_MANAGER}&force=${options.force ?? false}`;
      const after = (await send(what, {
        method: 'PATCH',
        path: (await pathOf(what, name, name.name)) + query,
        contentType: 'application/apply-patch+yaml',
        body: manifest,
      })) as Manifest;
      if (!before) return 'created';
      return before.metadata.resourceVersion === after.metadata.resourceVersion ? 'none' : 'updated';
    },
    list: async (kind, labelSelector, fieldSelector) => {
      const what = `list ${kind.kind}`;
      const path = await pathOf(what, kind);
      const items: Manifest[] = [];
      let token = '';
      do {
        const query = new URLSearchParams({
          limit: String(PAGE_SIZE),
          ...(labelSelector ? { labelSelector } : {}),
          ...(fieldSelector ? { fieldSelector } : {}),
          ...(token ? { continue: token } : {}),
        });
        const page = (await send(what, { method: 'GET', path: `${path}?${query}` })) as Page;
        // Items of a list carry neither apiVersion nor kind.
        items.push(...page.items.map((item) => ({ ...item, apiVersion: kind.apiVersion, kind: kind.kind })));
        token = page.metadata.continue ?? '';
      } while (token);
      return items;
    },
    each: async (kind, onItem) => {
      const what = `list ${kind.kind}`;
      const path = await pathOf(what, kind);
      let token = '';
      do {
        // A page that follows another is of the version of the first: to name one is refused.
        const query = new URLSearchParams({
          limit: String(PAGE_SIZE),
          ...(token ? { continue: token } : { resourceVersion: '0' }),
        });
        const reader = listReader((item) => onItem(item as Pick<Manifest, 'metadata'>));
        await send(what, { method: 'GET', path: `${path}?${query}`, onChunk: reader.write });
        token = (reader.end() as { metadata?: { continue?: string } }).metadata?.continue ?? '';
      } while (token);
    },
    remove: async (name) => {
      const what = `delete ${describe(name)}`;
      const gone = await unlessMissing(async () => {
        const path = `${await pathOf(what, name, name.name)}?propagationPolicy=Background`;
        await send(what, { method: 'DELETE', path });
        return true;
      });
      return gone ?? false;
    },
    podPage: async (pod, path, onChunk) => {
      const what = `read ${path} of pod ${pod.name}`;
      await send(what, { method: 'GET', path: proxyPath(pod, path), accept: 'text/plain', onChunk });
    },
    podLog: async ({ namespace, name }, lines) => {
      const pod = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}`;
      const chunks: Buffer[] = [];
      await send(`read the log of pod ${name}`, {
        method: 'GET',
        path: `${pod}/log?tailLines=${lines}`,
        accept: 'text/plain',
        onChunk: (chunk) => chunks.push(chunk),
      });
      return Buffer.concat(chunks).toString('utf8').split('\n').filter(Boolean);
    },
    restart: async (name, at) => {
      const what = `restart ${describe(name)}`;
      const template = { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': at.toISOString() } } };
      await send(what, {
        method: 'PATCH',
        path: `${await pathOf(what, name, name.name)}?fieldManager=${FIELD_MANAGER}`,
        contentType: 'application/merge-patch+json',
        body: { spec: { template } },
      });
    },
    canI: async ({ verb, group, resource, namespace }) => {
      const kind = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview' };
      const what = 'ask for access';
      const spec = { resourceAttributes: { verb, group, resource, ...(namespace ? { namespace } : {}) } };
      const body = { ...kind, metadata: {}, spec };
      const answer = (await send(what, { method: 'POST', path: await pathOf(what, kind), body })) as {
        status?: { allowed?: boolean };
      };
      return answer.status?.allowed === true;
    },
  };
}

function proxyPath({ namespace, name, port }: PodPort, path: string): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}:${port}/proxy${path}`;
}

type Kind = { readonly apiVersion: string; readonly kind: string; readonly namespace?: string };
type Resource = { readonly name: string; readonly namespaced: boolean };
type Discovered = Resource & { readonly kind: string };
type Page = { readonly items: readonly Manifest[]; readonly metadata: { readonly continue?: string } };

const namespaced = (name: string): Resource => ({ name, namespaced: true });
const clusterWide = (name: string): Resource => ({ name, namespaced: false });

/** The kinds that most calls are about, which are called the same in every cluster: nobody need be asked. */
const BUILT_IN: Readonly<Record<string, Readonly<Record<string, Resource>>>> = {
  v1: {
    ConfigMap: namespaced('configmaps'),
    Event: namespaced('events'),
    Namespace: clusterWide('namespaces'),
    Node: clusterWide('nodes'),
    Pod: namespaced('pods'),
    Secret: namespaced('secrets'),
    ServiceAccount: namespaced('serviceaccounts'),
  },
  'apps/v1': { DaemonSet: namespaced('daemonsets'), Deployment: namespaced('deployments') },
  'authorization.k8s.io/v1': { SelfSubjectAccessReview: clusterWide('selfsubjectaccessreviews') },
  'coordination.k8s.io/v1': { Lease: namespaced('leases') },
  'rbac.authorization.k8s.io/v1': {
    ClusterRole: clusterWide('clusterroles'),
    ClusterRoleBinding: clusterWide('clusterrolebindings'),
    Role: namespaced('roles'),
    RoleBinding: namespaced('rolebindings'),
  },
};

function resourcesIn(body: unknown): readonly Discovered[] {
  const { resources = [] } = body as { resources?: readonly Discovered[] };
  return resources.filter(({ name }) => !name.includes('/'));
}

function namesOf({ metadata: { name, namespace } }: Manifest): { name: string; namespace?: string } {
  return { name, ...(namespace ? { namespace } : {}) };
}

async function unlessMissing<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof KubeError && error.status === 404) return undefined;
    throw error;
  }
}

function describe(name: ObjectName): string {
  return `${name.kind}/${name.name}`;
}

/** The message of an error and of its causes. */
function messagesOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const { message, cause, errors } = error as { message?: unknown; cause?: unknown; errors?: readonly unknown[] };
  const inner = cause ?? errors?.[0];
  if (inner === undefined) return String(message);
  return message ? `${String(message)}: ${messagesOf(inner)}` : messagesOf(inner);
}
