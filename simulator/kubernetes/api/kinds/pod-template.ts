import type { Fault } from '../../../../shared/kube/schema/types.ts';
import { isJsonObject, type JsonObject } from '../../../../shared/kube/schema/values.ts';
import { dnsLabelFault } from '../names.ts';
import { invalidValue, notSupported, requiredValue } from '../validation.ts';
import { fill, objectIn, objectsIn } from './defaulting.ts';

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'];

/** Defaults of a pod's spec, in a pod and in a template alike. */
export function defaultPodSpec(spec: JsonObject): void {
  fill(spec, {
    restartPolicy: 'Always',
    dnsPolicy: 'ClusterFirst',
    terminationGracePeriodSeconds: 30,
    schedulerName: 'default-scheduler',
  });
  objectIn(spec, 'securityContext');
  // The deprecated name of the same field is kept in step.
  if (spec['serviceAccountName'] !== undefined) spec['serviceAccount'] = spec['serviceAccountName'];
  else if (spec['serviceAccount'] !== undefined) spec['serviceAccountName'] = spec['serviceAccount'];
  for (const list of ['containers', 'initContainers']) objectsIn(spec, list).forEach(defaultContainer);
  objectsIn(spec, 'volumes').forEach(defaultVolume);
}

function defaultContainer(container: JsonObject): void {
  const image = String(container['image'] ?? '');
  const tag = /:([^/:@]+)$/.exec(image)?.[1];
  const isLatest = !image.includes('@') && (tag === undefined || tag === 'latest');
  fill(container, {
    imagePullPolicy: isLatest ? 'Always' : 'IfNotPresent',
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
  });
  const resources = objectIn(container, 'resources');
  if (isJsonObject(resources['limits'])) fill(objectIn(resources, 'requests'), resources['limits']);
  for (const port of objectsIn(container, 'ports')) fill(port, { protocol: 'TCP' });
  for (const variable of objectsIn(container, 'env')) {
    const from = variable['valueFrom'];
    if (isJsonObject(from) && isJsonObject(from['fieldRef'])) fill(from['fieldRef'], { apiVersion: 'v1' });
  }
  for (const name of PROBES) {
    const probe = container[name];
    if (isJsonObject(probe)) defaultProbe(probe);
  }
}

function defaultProbe(probe: JsonObject): void {
  fill(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
  if (isJsonObject(probe['httpGet'])) fill(probe['httpGet'], { path: '/', scheme: 'HTTP' });
}

function defaultVolume(volume: JsonObject): void {
  if (Object.keys(volume).length === 1) volume['emptyDir'] = {};
  for (const source of ['secret', 'configMap', 'projected', 'downwardAPI']) {
    const present = volume[source];
    if (isJsonObject(present)) fill(present, { defaultMode: 420 });
  }
  if (!isJsonObject(volume['projected'])) return;
  for (const source of objectsIn(volume['projected'], 'sources')) {
    if (isJsonObject(source['serviceAccountToken'])) fill(source['serviceAccountToken'], { expirationSeconds: 3600 });
  }
}

/** What the schema alone does not say about a pod's spec. */
export function validatePodSpec(spec: JsonObject, path: string): Fault[] {
  const containers = objectsIn(spec, 'containers');
  const faults: Fault[] = containers.length === 0 ? [requiredValue(`${path}.containers`)] : [];
  const seen = new Set<unknown>();
  for (const list of ['initContainers', 'containers']) {
    objectsIn(spec, list).forEach((container, index) => {
      const at = `${path}.${list}[${index}]`;
      const name = String(container['name'] ?? '');
      const fault = dnsLabelFault(name);
      if (fault) faults.push(invalidValue(`${at}.name`, name, fault));
      if (!container['image']) faults.push(requiredValue(`${at}.image`));
      if (seen.has(name)) {
        faults.push({
          path: `${at}.name`,
          reason: 'FieldValueDuplicate',
          message: `Duplicate value: ${JSON.stringify(name)}`,
        });
      }
      seen.add(name);
      faults.push(...validateMounts(spec, container, at));
    });
  }
  return [...faults, ...validateEnums(spec, path), ...validateTolerations(spec, path)];
}

function validateMounts(spec: JsonObject, container: JsonObject, path: string): Fault[] {
  const volumes = new Set(objectsIn(spec, 'volumes').map((volume) => volume['name']));
  const mounts = objectsIn(container, 'volumeMounts');
  return mounts.flatMap((mount, index) => {
    if (volumes.has(mount['name'])) return [];
    const message = `Not found: ${JSON.stringify(mount['name'])}`;
    return [{ path: `${path}.volumeMounts[${index}].name`, reason: 'FieldValueNotFound', message }];
  });
}

function validateEnums(spec: JsonObject, path: string): Fault[] {
  const options: Record<string, readonly string[]> = {
    restartPolicy: ['Always', 'Never', 'OnFailure'],
    dnsPolicy: ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'],
  };
  return Object.entries(options).flatMap(([field, supported]) => {
    const value = spec[field];
    return supported.includes(String(value)) ? [] : [notSupported(`${path}.${field}`, value, supported)];
  });
}

function validateTolerations(spec: JsonObject, path: string): Fault[] {
  return objectsIn(spec, 'tolerations').flatMap((toleration, index) => {
    const at = `${path}.tolerations[${index}]`;
    const operator = toleration['operator'] ?? 'Equal';
    if (operator !== 'Equal' && operator !== 'Exists') {
      return [notSupported(`${at}.operator`, operator, ['Equal', 'Exists'])];
    }
    if (operator === 'Exists' && toleration['value']) {
      return [invalidValue(`${at}.operator`, toleration, "value must be empty when `operator` is 'Exists'")];
    }
    if (!toleration['key'] && operator !== 'Exists') {
      return [
        invalidValue(
          `${at}.operator`,
          operator,
          'operator must be Exists when `key` is empty, which means "match all values and all keys"',
        ),
      ];
    }
    return [];
  });
}
