import { authorizePath } from '../authorization/authorize.ts';
import type { ApiContext } from '../context.ts';
import {
  AGGREGATED_DISCOVERY,
  aggregatedDiscovery,
  coreVersions,
  groupList,
  groupOf,
  resourceList,
} from '../documents/discovery.ts';
import { openApiDocument, openApiIndex } from '../documents/openapi.ts';
import { noSuchResource } from '../errors.ts';
import { ok, type Reply } from './reply.ts';
import type { ApiRequest } from './request.ts';

const HEALTH_PATHS = ['/healthz', '/livez', '/readyz'];

/** Answers what is not about a resource: version, health, discovery and OpenAPI. */
export function answerGeneralRequest(context: ApiContext, request: ApiRequest): Reply {
  const path = request.path.length > 1 ? request.path.replace(/\/$/, '') : request.path;
  authorizePath(context, request.user, request.method.toLowerCase(), path);
  if (request.method !== 'GET') throw noSuchResource();
  if (path === '/version') return ok(versionInfo(context.version));
  if (HEALTH_PATHS.includes(path)) return ok('ok');
  const wantsAggregated = /g=apidiscovery\.k8s\.io;v=v2;as=APIGroupDiscoveryList/.test(request.headers.accept ?? '');
  if (wantsAggregated && (path === '/api' || path === '/apis')) {
    return { status: 200, body: aggregatedDiscovery(context, path === '/api'), contentType: AGGREGATED_DISCOVERY };
  }
  const document = discoveryDocument(context, path) ?? openApi(context, path);
  if (!document) throw noSuchResource();
  return ok(document);
}

function discoveryDocument(context: ApiContext, path: string): Record<string, unknown> | undefined {
  if (path === '/api') return coreVersions();
  if (path === '/apis') return groupList(context);
  const [, root, first, second, ...more] = path.split('/');
  if (root === 'api' && first === 'v1' && second === undefined) return resourceList(context, '', 'v1');
  if (root !== 'apis' || first === undefined || more.length > 0) return undefined;
  return second === undefined ? groupOf(context, first) : resourceList(context, first, second);
}

function openApi(context: ApiContext, path: string): Record<string, unknown> | undefined {
  const prefix = '/openapi/v3';
  if (path === prefix) return openApiIndex(context);
  return path.startsWith(`${prefix}/`) ? openApiDocument(context, path.slice(prefix.length + 1)) : undefined;
}

function versionInfo(gitVersion: string): Record<string, string> {
  const [, major = '', minor = ''] = /^v(\d+)\.(\d+)/.exec(gitVersion) ?? [];
  return {
    major,
    minor: gitVersion.includes('-eks-') ? `${minor}+` : minor,
    gitVersion,
    gitCommit: '0000000000000000000000000000000000000000',
    gitTreeState: 'clean',
    buildDate: '2026-01-01T00:00:00Z',
    goVersion: 'go1.25.0',
    compiler: 'gc',
    platform: 'linux/amd64',
  };
}
