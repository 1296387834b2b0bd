import { applyDefaults } from '../kube/schema/apply-defaults.ts';
import { evaluateRules } from '../kube/schema/evaluate-rules.ts';
import { prune } from '../kube/schema/prune.ts';
import type { Fault } from '../kube/schema/types.ts';
import { validateStructural } from '../kube/schema/validate-structural.ts';
import { isJsonObject, type JsonObject } from '../kube/schema/values.ts';
import { KARPENTER_KINDS, type KarpenterKind } from './kinds.ts';
import { metadataFaults } from './metadata-faults.ts';

/** Kinds and versions from before Karpenter 1.0, and what they became. */
const OLD_KINDS: ReadonlyMap<string, string> = new Map([
  ['karpenter.sh/v1alpha5 Provisioner', 'karpenter.sh/v1 NodePool'],
  ['karpenter.sh/v1alpha5 Machine', 'karpenter.sh/v1 NodeClaim'],
  ['karpenter.k8s.aws/v1alpha1 AWSNodeTemplate', 'karpenter.k8s.aws/v1 EC2NodeClass'],
  ['karpenter.sh/v1beta1 NodePool', 'karpenter.sh/v1 NodePool'],
  ['karpenter.sh/v1beta1 NodeClaim', 'karpenter.sh/v1 NodeClaim'],
  ['karpenter.k8s.aws/v1beta1 EC2NodeClass', 'karpenter.k8s.aws/v1 EC2NodeClass'],
]);

function fault(path: string, reason: string, message: string): Fault {
  return { path, reason, message };
}

function kindOf(object: JsonObject): KarpenterKind | Fault[] {
  const { apiVersion, kind } = object;
  const faults = (['apiVersion', 'kind'] as const).flatMap((field) =>
    typeof object[field] === 'string' ? [] : [fault(field, 'FieldValueRequired', 'Required value: a text')],
  );
  if (faults.length > 0) return faults;
  const known = KARPENTER_KINDS.find(
    (entry) => entry.kind === kind && `${entry.group}/${entry.version}` === apiVersion,
  );
  if (known) return known;
  const successor = OLD_KINDS.get(`${apiVersion} ${kind}`);
  if (successor) {
    const message = `${apiVersion} ${kind} is from before Karpenter 1.0 and no longer served: it must be compiled to ${successor}`;
    return [fault('apiVersion', 'FieldValueNotSupported', message)];
  }
  const sameKind = KARPENTER_KINDS.find((entry) => entry.kind === kind);
  if (sameKind) {
    const message = `${kind} is served as ${sameKind.group}/${sameKind.version}, not as ${apiVersion}`;
    return [fault('apiVersion', 'FieldValueNotSupported', message)];
  }
  const served = KARPENTER_KINDS.map((entry) => entry.kind).join(', ');
  return [fault('kind', 'FieldValueNotSupported', `${kind} is no kind of Karpenter; the kinds are ${served}`)];
}

/** Whether a fault at `inner` makes what a rule says about `outer` meaningless. */
function isWithin(inner: string, outer: string): boolean {
  return inner === outer || inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);
}

function plainCopy(object: JsonObject): JsonObject {
  return JSON.parse(JSON.stringify(object)) as JsonObject;
}

/**
 * Checks the part of an object that its schema describes: unknown fields, structure and CEL rules, with defaults filled in
 * first. With `oldObject` the rules on changes are checked too. Neither argument is changed.
 */
export function schemaFaults(kind: KarpenterKind, object: JsonObject, oldObject?: JsonObject): Fault[] {
  const value = plainCopy(object);
  const unknown = prune(kind.schema, value, '').map((path) =>
    fault(path, 'FieldValueForbidden', `Forbidden: unknown field "${path}"`),
  );
  applyDefaults(kind.schema, value);
  const structural = validateStructural(kind.schema, value, '');
  const rules = evaluateRules(kind.schema, value, oldObject, '').filter(
    ({ path }) => !structural.some((broken) => isWithin(broken.path, path)),
  );
  return [...unknown, ...structural, ...rules];
}

/** Everything that is wrong with a manifest of one of Karpenter's kinds, as the API server would refuse it, each with its path. */
export function validateManifest(object: unknown): Fault[] {
  if (!isJsonObject(object)) return [fault('', 'FieldValueTypeInvalid', 'A manifest is an object')];
  const kind = kindOf(object);
  if (Array.isArray(kind)) return kind;
  const faults = [...metadataFaults(kind, object['metadata']), ...schemaFaults(kind, object)];
  if (object['status'] !== undefined) {
    faults.push(
      fault('status', 'FieldValueForbidden', 'Forbidden: the status is written by Karpenter, not by a manifest'),
    );
  }
  return faults;
}
