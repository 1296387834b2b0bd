import type { Fault } from '../kube/schema/types.ts';
import type { JsonObject } from '../kube/schema/values.ts';
import { cronFault } from './cron.ts';
import { isLabelValue, isQualifiedName } from './label-syntax.ts';
import { objectAt, objectsAt, textsAt } from './read-object.ts';

const WILDCARD = /^([a-z][a-z0-9-]*)\.\*$/;
const INSTANCE_TYPE = 'node.kubernetes.io/instance-type';

function invalid(path: string, message: string): Fault {
  return { path, reason: 'FieldValueInvalid', message: `Invalid value: ${message}` };
}

function valueFault(key: unknown, value: string): string | undefined {
  if (isLabelValue(value)) return undefined;
  const family = key === INSTANCE_TYPE ? WILDCARD.exec(value)?.[1] : undefined;
  if (family) {
    return `Karpenter takes no patterns, and a pool with "${value}" never becomes Ready; write karpenter.k8s.aws/instance-family In ["${family}"]`;
  }
  return `"${value}" is no label value, and a pool with it never becomes Ready`;
}

/** What Karpenter finds wrong with the requirements of a spec (of a NodePool's template, a NodeClaim or a NodeOverlay). */
export function requirementFaults(spec: JsonObject, path: string): Fault[] {
  return objectsAt(spec, 'requirements').flatMap((requirement, index) => {
    const at = `${path}.requirements[${index}]`;
    const { key } = requirement;
    const faults = textsAt(requirement, 'values').flatMap((value, position) => {
      const message = valueFault(key, value);
      return message === undefined ? [] : [invalid(`${at}.values[${position}]`, message)];
    });
    if (typeof key === 'string' && !isQualifiedName(key)) {
      faults.push(invalid(`${at}.key`, `"${key}" is no label key: the part after the slash has at most 63 characters`));
    }
    return faults;
  });
}

/** Taints and startup taints together may hold each pair of key and effect once. */
export function taintFaults(spec: JsonObject, path: string): Fault[] {
  const seen = new Set<string>();
  return ['taints', 'startupTaints'].flatMap((field) =>
    objectsAt(spec, field).flatMap((taint, index) => {
      const at = `${path}.${field}[${index}]`;
      const faults: Fault[] = [];
      const pair = `${taint['key']}:${taint['effect']}`;
      if (seen.has(pair)) faults.push(invalid(at, `${pair} is there already; taints and startupTaints share no pair`));
      seen.add(pair);
      for (const part of ['key', 'value']) {
        const text = taint[part];
        if (typeof text === 'string' && text !== '' && !isQualifiedName(text)) {
          faults.push(invalid(`${at}.${part}`, `"${text}" is no qualified name: its name has at most 63 characters`));
        }
      }
      return faults;
    }),
  );
}

function nodeClassRefFaults(templateSpec: JsonObject, path: string): Fault[] {
  const { group, kind } = objectAt(templateSpec, 'nodeClassRef');
  if (group === 'karpenter.k8s.aws' && kind === 'EC2NodeClass') return [];
  const message = `on AWS a NodePool refers to an EC2NodeClass of karpenter.k8s.aws, not to ${kind} of ${group}`;
  return [invalid(`${path}.nodeClassRef`, message)];
}

function budgetFaults(object: JsonObject): Fault[] {
  return objectsAt(objectAt(object, 'spec', 'disruption'), 'budgets').flatMap(({ schedule }, index) => {
    const message = typeof schedule === 'string' ? cronFault(schedule) : undefined;
    return message === undefined ? [] : [invalid(`spec.disruption.budgets[${index}].schedule`, message)];
  });
}

export function nodePoolFaults(object: JsonObject): Fault[] {
  const path = 'spec.template.spec';
  const spec = objectAt(object, 'spec', 'template', 'spec');
  const { name } = objectAt(object, 'metadata');
  const labels = objectAt(object, 'spec', 'template', 'metadata', 'labels');
  const faults = [
    ...requirementFaults(spec, path),
    ...taintFaults(spec, path),
    ...nodeClassRefFaults(spec, path),
    ...budgetFaults(object),
  ];
  if (typeof name === 'string' && !isLabelValue(name)) {
    faults.push(invalid('metadata.name', `"${name}" becomes the label karpenter.sh/nodepool and is too long for one`));
  }
  for (const key of Object.keys(labels)) {
    if (!isQualifiedName(key)) faults.push(invalid('spec.template.metadata.labels', `"${key}" is no label key`));
  }
  return faults;
}
