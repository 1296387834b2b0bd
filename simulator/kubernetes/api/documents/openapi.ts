import { createHash } from 'node:crypto';
import type { JsonSchema } from '../../../../shared/kube/schema/types.ts';
import type { ApiContext } from '../context.ts';
import { apiVersionOf, type Resource } from '../resources/resource.ts';
import { kubeTypeName, modelNameOf, modelSchema } from '../schemas/models.ts';

type Components = Record<string, Record<string, unknown>>;

const META_TYPES = new Set([
  'ObjectMeta',
  'OwnerReference',
  'ManagedFieldsEntry',
  'LabelSelector',
  'LabelSelectorRequirement',
  'Condition',
]);

function componentName(model: string): string {
  const type = kubeTypeName(model);
  return META_TYPES.has(type) ? `io.k8s.apimachinery.pkg.apis.meta.v1.${type}` : `io.k8s.api.v1.${type}`;
}

/** A schema with references in place of the types it uses, which go into `components`. */
function referring(schema: JsonSchema, components: Components): Record<string, unknown> {
  const model = modelNameOf(schema);
  if (model === undefined) return inlined(schema, components);
  const name = componentName(model);
  if (!components[name]) {
    // Set before it is filled: types refer to themselves.
    components[name] = {};
    Object.assign(components[name], inlined(schema, components));
  }
  return { allOf: [{ $ref: `#/components/schemas/${name}` }], default: {} };
}

function inlined(schema: JsonSchema, components: Components): Record<string, unknown> {
  const { properties, items, additionalProperties, anyOf, allOf, oneOf, not, ...rest } = schema;
  const result: Record<string, unknown> = { ...rest };
  if (rest['x-kubernetes-int-or-string']) result['format'] = 'int-or-string';
  const all = (list: JsonSchema[]) => list.map((one) => referring(one, components));
  if (anyOf) result['anyOf'] = all(anyOf);
  if (allOf) result['allOf'] = all(allOf);
  if (oneOf) result['oneOf'] = all(oneOf);
  if (not) result['not'] = referring(not, components);
  if (items) result['items'] = referring(items, components);
  if (typeof additionalProperties === 'object')
    result['additionalProperties'] = referring(additionalProperties, components);
  else if (additionalProperties !== undefined) result['additionalProperties'] = additionalProperties;
  if (properties) {
    const members = Object.entries(properties).map(([name, member]) => [name, referring(member, components)]);
    result['properties'] = Object.fromEntries(members);
  }
  return result;
}

function kindOf({ group, version, kind }: Resource): Record<string, string> {
  return { group, version, kind };
}

/** The component of a resource's own type. */
function addResource(resource: Resource, components: Components): string {
  const model = modelNameOf(resource.schema);
  const reversed = resource.group.split('.').reverse().join('.');
  const name = model === undefined ? `${reversed}.${resource.version}.${resource.kind}` : componentName(model);
  if (model === undefined) components[name] = customComponent(resource, components);
  else referring(resource.schema, components);
  Object.assign(components[name] ?? {}, { 'x-kubernetes-group-version-kind': [kindOf(resource)] });
  return name;
}

function customComponent(resource: Resource, components: Components): Record<string, unknown> {
  const own = inlined(resource.schema, components);
  const metadata = referring(modelSchema('V1ObjectMeta'), components);
  const type = { apiVersion: { type: 'string' }, kind: { type: 'string' } };
  return { ...own, properties: { ...type, ...(own['properties'] as object | undefined), metadata } };
}

const JSON_TYPE = 'application/json';
const PATCH_TYPES = ['application/apply-patch+yaml', 'application/json-patch+json', 'application/merge-patch+json'];
const query = (name: string, type = 'string') => ({ name, in: 'query', schema: { type, uniqueItems: true } });
const WRITE_PARAMETERS = [query('dryRun'), query('fieldManager'), query('fieldValidation')];

function operations(resource: Resource, component: string): Record<string, Record<string, unknown>> {
  const gvk = { 'x-kubernetes-group-version-kind': kindOf(resource) };
  const schema = { $ref: `#/components/schemas/${component}` };
  const responses = { 200: { description: 'OK', content: { [JSON_TYPE]: { schema } } } };
  const body = { requestBody: { content: { [JSON_TYPE]: { schema } }, required: true } };
  const accepted = resource.isCustom ? PATCH_TYPES : [...PATCH_TYPES, 'application/strategic-merge-patch+json'];
  const patchContent = Object.fromEntries(accepted.map((type) => [type, { schema: { type: 'object' } }]));
  const patchBody = { requestBody: { content: patchContent, required: true } };
  const patchParameters = [...WRITE_PARAMETERS, query('force', 'boolean')];
  const name = { name: 'name', in: 'path', required: true, schema: { type: 'string', uniqueItems: true } };
  const namespace = { ...name, name: 'namespace' };
  const root = resource.group === '' ? '/api/v1' : `/apis/${resource.group}/${resource.version}`;
  const collection = `${root}/${resource.namespaced ? 'namespaces/{namespace}/' : ''}${resource.plural}`;
  const inPath = resource.namespaced ? [namespace] : [];
  return {
    [collection]: {
      get: { 'x-kubernetes-action': 'list', ...gvk, responses },
      post: { 'x-kubernetes-action': 'post', ...gvk, parameters: WRITE_PARAMETERS, ...body, responses },
      parameters: inPath,
    },
    [`${collection}/{name}`]: {
      get: { 'x-kubernetes-action': 'get', ...gvk, responses },
      put: { 'x-kubernetes-action': 'put', ...gvk, parameters: WRITE_PARAMETERS, ...body, responses },
      patch: { 'x-kubernetes-action': 'patch', ...gvk, parameters: patchParameters, ...patchBody, responses },
      delete: { 'x-kubernetes-action': 'delete', ...gvk, responses },
      parameters: [...inPath, name],
    },
  };
}

function resourcesOf(context: ApiContext): Map<string, Resource[]> {
  const byPath = new Map<string, Resource[]>();
  for (const resource of context.registry.all()) {
    const path = resource.group === '' ? 'api/v1' : `apis/${apiVersionOf(resource)}`;
    byPath.set(path, [...(byPath.get(path) ?? []), resource]);
  }
  return byPath;
}

/** The index of /openapi/v3. The hash of a group changes with its custom schemas, so clients cache what they may. */
export function openApiIndex(context: ApiContext): Record<string, unknown> {
  const entries = [...resourcesOf(context)].map(([path, resources]) => {
    const facts = resources.map((resource) => [resource.plural, resource.isCustom ? resource.schema : context.version]);
    const hash = createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 32).toUpperCase();
    return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` }];
  });
  return { paths: Object.fromEntries(entries) };
}

/** The document of one group and version, such as `apis/apps/v1`. */
export function openApiDocument(context: ApiContext, path: string): Record<string, unknown> | undefined {
  const resources = resourcesOf(context).get(path);
  if (!resources) return undefined;
  const components: Components = {};
  const paths: Record<string, unknown> = {};
  for (const resource of resources) Object.assign(paths, operations(resource, addResource(resource, components)));
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: context.version },
    paths,
    components: { schemas: components },
  };
}
