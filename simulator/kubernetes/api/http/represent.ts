import type { KubeObject } from '../../types.ts';
import type { ApiContext } from '../context.ts';
import { partialMetadata, toTable } from '../documents/table.ts';
import { apiVersionOf, type Resource } from '../resources/resource.ts';
import { type ApiRequest, representationOf } from './request.ts';

function tableOf(
  context: ApiContext,
  request: ApiRequest,
  resource: Resource,
  objects: readonly KubeObject[],
  metadata: object,
) {
  const includeObject = request.query.get('includeObject') ?? 'Metadata';
  return toTable(resource, objects, { ...metadata }, { nowMs: context.simulation.now(), includeObject });
}

/** One object in the form that the client accepts. */
export function represent(context: ApiContext, request: ApiRequest, resource: Resource, object: KubeObject): unknown {
  const form = representationOf(request);
  if (form === 'object') return object;
  if (form === 'metadata') return partialMetadata(object);
  return tableOf(context, request, resource, [object], { resourceVersion: object.metadata.resourceVersion ?? '' });
}

/** A list in the form that the client accepts. */
export function representList(
  context: ApiContext,
  request: ApiRequest,
  resource: Resource,
  objects: readonly KubeObject[],
  metadata: Record<string, unknown>,
): unknown {
  const form = representationOf(request);
  if (form === 'table') return tableOf(context, request, resource, objects, metadata);
  if (form === 'metadata') {
    const items = objects.map(partialMetadata);
    return { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata, items };
  }
  return { kind: resource.listKind, apiVersion: apiVersionOf(resource), metadata, items: objects };
}
