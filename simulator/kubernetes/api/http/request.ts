import type { IncomingHttpHeaders } from 'node:http';
import { parse } from 'yaml';
import { isJsonObject } from '../../../../shared/kube/schema/values.ts';
import type { KubeUser, ListOptions } from '../../types.ts';
import { badRequest } from '../errors.ts';
import type { FieldValidation, WriteOptions } from '../verbs/request.ts';
import { decodeProtobuf } from './protobuf.ts';

/** A request that has arrived whole, from a known user. */
export type ApiRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly user: KubeUser;
};

export function contentTypeOf(request: ApiRequest): string {
  return (request.headers['content-type'] ?? 'application/json').split(';')[0]?.trim() ?? '';
}

/** The body as a value; undefined when there is none. */
export function bodyOf(request: ApiRequest): unknown {
  if (request.body.length === 0) return undefined;
  const type = contentTypeOf(request);
  if (type === 'application/vnd.kubernetes.protobuf') return decodeProtobuf(request.body);
  const text = request.body.toString('utf8');
  try {
    return type.includes('yaml') ? readYaml(text) : JSON.parse(text);
  } catch (error) {
    throw badRequest(`couldn't decode the body: ${(error as Error).message}`);
  }
}

/** JSON is YAML too, and most clients that apply send it; read as YAML it takes many times as long. */
function readYaml(text: string): unknown {
  try {
    if (text.startsWith('{')) return JSON.parse(text);
  } catch {
    // Maps in YAML's flow style begin like that too.
  }
  return parse(text);
}

const FIELD_VALIDATIONS: readonly string[] = ['Strict', 'Warn', 'Ignore'];

export function writeOptionsOf(request: ApiRequest): WriteOptions {
  const { query, headers } = request;
  const fieldValidation = query.get('fieldValidation') || 'Warn';
  if (!FIELD_VALIDATIONS.includes(fieldValidation))
    throw badRequest(`fieldValidation: Unsupported value: "${fieldValidation}"`);
  const body = request.method === 'DELETE' ? bodyOf(request) : undefined;
  const dryRun = isJsonObject(body) && Array.isArray(body['dryRun']) ? body['dryRun'] : query.getAll('dryRun');
  if (dryRun.some((value) => value !== 'All' && value !== ''))
    throw badRequest(`dryRun: Unsupported value: supported values: "All"`);
  const agent = (headers['user-agent'] ?? 'unknown').split('/')[0] || 'unknown';
  return {
    fieldManager: query.get('fieldManager') || agent.slice(0, 128),
    fieldValidation: fieldValidation as FieldValidation,
    dryRun: dryRun.includes('All'),
    warnings: [],
  };
}

export function listOptionsOf(request: ApiRequest, namespace: string | undefined): ListOptions {
  const labelSelector = request.query.get('labelSelector');
  const fieldSelector = request.query.get('fieldSelector');
  return {
    ...(namespace === undefined ? {} : { namespace }),
    ...(labelSelector ? { labelSelector } : {}),
    ...(fieldSelector ? { fieldSelector } : {}),
  };
}

/** In which form the client wants objects: as they are, as a Table, or their metadata only. */
export type Representation = 'object' | 'table' | 'metadata';

export function representationOf(request: ApiRequest): Representation {
  for (const option of (request.headers.accept ?? '').split(',')) {
    if (!/application\/(json|yaml|\*)|\*\/\*/.test(option)) continue;
    if (/as=Table/.test(option)) return 'table';
    if (/as=PartialObjectMetadata/.test(option)) return 'metadata';
    return 'object';
  }
  return 'object';
}
