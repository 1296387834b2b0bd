import { ruleCompilationError } from '../../../../shared/kube/schema/evaluate-rules.ts';
import type { Fault, JsonSchema } from '../../../../shared/kube/schema/types.ts';
import type { KubeObject } from '../../types.ts';
import { dnsLabelFault } from '../names.ts';
import { type DefinitionSpec, definitionSpec } from '../resources/custom.ts';
import type { Strategy } from '../resources/resource.ts';
import { forbiddenValue, invalidValue, notSupported, requiredValue } from '../validation.ts';

const TYPES = ['object', 'array', 'string', 'integer', 'number', 'boolean'];

export const CUSTOM_RESOURCE_DEFINITION: Strategy = {
  applyDefaults: (definition) => {
    const spec = definitionSpec(definition);
    spec.names.singular ??= spec.names.kind.toLowerCase();
    spec.names.listKind ??= `${spec.names.kind}List`;
    spec.conversion ??= { strategy: 'None' };
  },
  prepare: (definition, old, context) => {
    if (!old) definition.status = establishedStatus(definitionSpec(definition), context.simulation.timestamp());
    else if (old.status)
      definition.status = { ...old.status, ...acceptedParts(definitionSpec(definition), old.status) };
  },
  validate: (definition, old) => validateDefinition(definition, old),
};

function acceptedParts(spec: DefinitionSpec, old?: Record<string, unknown>): Record<string, unknown> {
  const storage = spec.versions.find((version) => version.storage)?.name;
  const before = (old?.['storedVersions'] ?? []) as string[];
  const storedVersions = storage === undefined || before.includes(storage) ? before : [...before, storage];
  return { acceptedNames: spec.names, storedVersions };
}

/** Names are accepted and served at once; a real server takes a moment. */
function establishedStatus(spec: DefinitionSpec, now: string): Record<string, unknown> {
  const condition = (type: string, reason: string, message: string) => ({
    type,
    status: 'True',
    reason,
    message,
    lastTransitionTime: now,
  });
  return {
    ...acceptedParts(spec),
    conditions: [
      condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
      condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
    ],
  };
}

function validateDefinition(definition: KubeObject, old: KubeObject | undefined): Fault[] {
  const spec = definitionSpec(definition);
  const faults: Fault[] = [];
  const expected = `${spec.names.plural}.${spec.group}`;
  if (definition.metadata.name !== expected) {
    faults.push(invalidValue('metadata.name', definition.metadata.name, 'must be spec.names.plural+"."+spec.group'));
  }
  if (!spec.group.includes('.'))
    faults.push(invalidValue('spec.group', spec.group, 'should be a domain with at least one dot'));
  if (spec.scope !== 'Cluster' && spec.scope !== 'Namespaced') {
    faults.push(notSupported('spec.scope', spec.scope, ['Cluster', 'Namespaced']));
  }
  if (spec.conversion?.strategy !== 'None') {
    // A converting webhook would have to be called; nothing here serves one.
    faults.push(notSupported('spec.conversion.strategy', spec.conversion?.strategy, ['None']));
  }
  if (spec.versions.filter((version) => version.storage).length !== 1) {
    faults.push(
      invalidValue(
        'spec.versions',
        spec.versions.map(({ name }) => name),
        'must have exactly one version marked as storage version',
      ),
    );
  }
  spec.versions.forEach((version, index) => {
    const path = `spec.versions[${index}]`;
    const nameFault = dnsLabelFault(version.name);
    if (nameFault) faults.push(invalidValue(`${path}.name`, version.name, nameFault));
    const schema = version.schema?.openAPIV3Schema;
    const schemaPath = `${path}.schema.openAPIV3Schema`;
    if (!schema) faults.push(requiredValue(schemaPath, 'schemas are required'));
    else faults.push(...validateRoot(schema, schemaPath), ...validateSchema(schema, schemaPath));
  });
  return [...faults, ...(old ? validateImmutableParts(spec, definitionSpec(old)) : [])];
}

function validateImmutableParts(spec: DefinitionSpec, old: DefinitionSpec): Fault[] {
  const faults: Fault[] = [];
  if (spec.scope !== old.scope) faults.push(invalidValue('spec.scope', spec.scope, 'field is immutable'));
  if (spec.names.plural !== old.names.plural)
    faults.push(invalidValue('spec.names.plural', spec.names.plural, 'field is immutable'));
  if (spec.names.kind !== old.names.kind)
    faults.push(invalidValue('spec.names.kind', spec.names.kind, 'field is immutable'));
  return faults;
}

function validateRoot(schema: JsonSchema, path: string): Fault[] {
  return schema.type === 'object'
    ? []
    : [invalidValue(`${path}.type`, schema.type ?? '', 'must be object at the root')];
}

/** The rules of a structural schema, and that every rule in CEL compiles. */
function validateSchema(schema: JsonSchema, path: string): Fault[] {
  const faults: Fault[] = [];
  const mayLackType = schema['x-kubernetes-int-or-string'] || schema['x-kubernetes-preserve-unknown-fields'];
  if (schema.type === undefined && !mayLackType) {
    faults.push(requiredValue(`${path}.type`, 'must not be empty for specified object fields'));
  } else if (schema.type !== undefined && !TYPES.includes(schema.type)) {
    faults.push(notSupported(`${path}.type`, schema.type, TYPES));
  }
  if (schema.type === 'array' && !schema.items) faults.push(requiredValue(`${path}.items`, 'must be specified'));
  if (schema.properties && schema.additionalProperties) {
    faults.push(
      forbiddenValue(`${path}.additionalProperties`, 'additionalProperties and properties are mutual exclusive'),
    );
  }
  if (schema.uniqueItems) {
    faults.push(
      forbiddenValue(
        `${path}.uniqueItems`,
        'uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
      ),
    );
  }
  faults.push(...validateListKeys(schema, path), ...validateRules(schema, path));
  for (const [name, member] of Object.entries(schema.properties ?? {})) {
    const isRootMetadata = name === 'metadata' && path.endsWith('openAPIV3Schema');
    if (!isRootMetadata) faults.push(...validateSchema(member, `${path}.properties[${name}]`));
  }
  if (schema.items) faults.push(...validateSchema(schema.items, `${path}.items`));
  if (typeof schema.additionalProperties === 'object') {
    faults.push(...validateSchema(schema.additionalProperties, `${path}.additionalProperties`));
  }
  return faults;
}

function validateListKeys(schema: JsonSchema, path: string): Fault[] {
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const at = `${path}.x-kubernetes-list-map-keys`;
  if (schema['x-kubernetes-list-type'] !== 'map') {
    return keys.length === 0 ? [] : [forbiddenValue(at, 'must not be set if x-kubernetes-list-type is not map')];
  }
  if (keys.length === 0) return [requiredValue(at, 'must not be empty if x-kubernetes-list-type is map')];
  const unknown = keys.filter((key) => !schema.items?.properties?.[key]);
  return unknown.map((key) => invalidValue(`${at}`, key, 'entries must all be names of item properties'));
}

function validateRules(schema: JsonSchema, path: string): Fault[] {
  return (schema['x-kubernetes-validations'] ?? []).flatMap((rule, index) => {
    const error = ruleCompilationError(rule);
    const at = `${path}.x-kubernetes-validations[${index}].rule`;
    return error === undefined ? [] : [invalidValue(at, rule.rule, `compilation failed: ${error}`)];
  });
}
