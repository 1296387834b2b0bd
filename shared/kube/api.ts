import { ApiException, KubeConfig, KubernetesObjectApi, PatchStrategy } from '@kubernetes/client-node';
import { realOperation } from '../lambda/invocation.ts';
import type { Change } from '../runs/run.ts';
import { KubeError } from './errors.ts';

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

/** What Joinery does at a cluster's API server. All methods throw KubeError. */
export type KubeApi = {
  /** Server-side apply as Joinery; with `force` fields of other managers are taken over. */
  apply(manifest: Manifest, options?: { readonly force?: boolean }): Promise<Change>;
  read(name: ObjectName): Promise<Manifest | undefined>;
  list(
    kind: { readonly apiVersion: string; readonly kind: string; readonly namespace?: string },
    labelSelector?: string,
  ): Promise<Manifest[]>;
  /** False when there was nothing to delete. */
  remove(name: ObjectName): Promise<boolean>;
  /** Rolls a Deployment's pods over, as `kubectl rollout restart` does. */
  restart(name: ObjectName, at: Date): Promise<void>;
  canI(access: {
    readonly verb: string;
    readonly group: string;
    readonly resource: string;
    readonly namespace?: string;
  }): Promise<boolean>;
};

export type Endpoint = { readonly url: string; readonly caData: string; readonly token: string };

export const FIELD_MANAGER = 'joinery';

/** A client for one API server with one token; make a new one for each invocation. */
export function kubeApi(endpoint: Endpoint): KubeApi {
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    { name: 'cluster', server: endpoint.url, caData: endpoint.caData, skipTLSVerify: false },
    { name: 'joinery', token: endpoint.token },
  );
  const client = KubernetesObjectApi.makeApiClient(config);
  const call = async <T>(what: string, request: () => Promise<T>): Promise<T> => {
    try {
      return await realOperation(request);
    } catch (error) {
      throw asKubeError(what, error);
    }
  };

  const read = async (name: ObjectName): Promise<Manifest | undefined> => {
    try {
      return (await call(`read ${describe(name)}`, () => client.read(header(name)))) as unknown as Manifest;
    } catch (error) {
      if (error instanceof KubeError && error.status === 404) return undefined;
      throw error;
    }
  };

  return {
    read,
    apply: async (manifest, options = {}) => {
      const name = { ...manifest, ...manifest.metadata } as ObjectName;
      const before = await read(name);
      const after = await call(`apply ${describe(name)}`, () =>
        client.patch(
          plain(manifest),
          undefined,
          undefined,
          FIELD_MANAGER,
          options.force ?? false,
          PatchStrategy.ServerSideApply,
        ),
      );
      if (!before) return 'created';
      return before.metadata.resourceVersion === resourceVersion(after) ? 'none' : 'updated';
    },
    list: async (kind, labelSelector) => {
      const response = await call(`list ${kind.kind}`, () =>
        client.list(
          kind.apiVersion,
          kind.kind,
          kind.namespace,
          undefined,
          undefined,
          undefined,
          undefined,
          labelSelector,
        ),
      );
      return response.items as unknown as Manifest[];
    },
    remove: async (name) => {
      try {
        await call(`delete ${describe(name)}`, () =>
          client.delete(header(name), undefined, undefined, undefined, undefined, 'Background'),
        );
        return true;
      } catch (error) {
        if (error instanceof KubeError && error.status === 404) return false;
        throw error;
      }
    },
    restart: async (name, at) => {
      const template = { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': at.toISOString() } } };
      const patch = { ...header(name), spec: { template } };
      await call(`restart ${describe(name)}`, () =>
        client.patch(patch, undefined, undefined, FIELD_MANAGER, undefined, PatchStrategy.MergePatch),
      );
    },
    canI: async ({ verb, group, resource, namespace }) => {
      const review = {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        metadata: { name: '' },
        spec: { resourceAttributes: { verb, group, resource, ...(namespace ? { namespace } : {}) } },
      };
      const answer = (await call('ask for access', () => client.create(review))) as { status?: { allowed?: boolean } };
      return answer.status?.allowed === true;
    },
  };
}

function header(name: ObjectName) {
  const { apiVersion, kind } = name;
  return { apiVersion, kind, metadata: { name: name.name, ...(name.namespace ? { namespace: name.namespace } : {}) } };
}

function plain(manifest: Manifest) {
  return JSON.parse(JSON.stringify(manifest)) as ReturnType<typeof header>;
}

function describe(name: ObjectName): string {
  return `${name.kind}/${name.name}`;
}

function asKubeError(what: string, error: unknown): KubeError {
  if (error instanceof ApiException) {
    const body =
      typeof error.body === 'string' ? parseStatus(error.body) : (error.body as { message?: string } | undefined);
    return new KubeError(error.code, what, body?.message ?? `HTTP ${error.code}`, error);
  }
  const said = messagesOf(error);
  // The client looks a kind up before it asks; a kind that its group does not have is one that is not there.
  if (/^Unrecognized API version and kind/.test(said)) return new KubeError(404, what, said, error);
  return new KubeError(0, what, said, error);
}

/** The message of an error and of its causes: fetch says why it failed only in the last of them. */
function messagesOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const { message, cause } = error as { message?: unknown; cause?: unknown };
  return cause === undefined ? String(message) : `${String(message)}: ${messagesOf(cause)}`;
}

function parseStatus(text: string): { message?: string } | undefined {
  try {
    return JSON.parse(text) as { message?: string };
  } catch {
    return { message: text.slice(0, 300) };
  }
}

function resourceVersion(object: object): string | undefined {
  return (object as { metadata?: { resourceVersion?: string } }).metadata?.resourceVersion;
}
