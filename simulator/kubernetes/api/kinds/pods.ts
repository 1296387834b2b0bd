import type { Fault } from '../../../../shared/kube/schema/types.ts';
import { isJsonObject, type JsonObject, jsonEqual } from '../../../../shared/kube/schema/values.ts';
import type { KubeObject } from '../../types.ts';
import type { ApiContext } from '../context.ts';
import { forbidden } from '../errors.ts';
import { copyJson } from '../json.ts';
import type { Strategy } from '../resources/resource.ts';
import { forbiddenValue } from '../validation.ts';
import { fill, objectIn, objectsIn } from './defaulting.ts';
import { defaultPodSpec, validatePodSpec } from './pod-template.ts';

const PODS = { group: '', plural: 'pods', kind: 'Pod' };
const UNREADY = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];
export const POD: Strategy = {
  applyDefaults: (pod) => {
    const spec = objectIn(pod, 'spec');
    defaultPodSpec(spec);
    fill(spec, { enableServiceLinks: true });
  },
  prepare: (pod, old) => {
    if (!old) pod.status = { phase: 'Pending', qosClass: qosClass(pod.spec ?? {}) };
  },
  admit: (pod, old, context) => {
    if (old) return;
    admitServiceAccount(pod, context);
    admitPriority(pod, context);
    tolerateUnreadiness(pod);
  },
  validate: (pod, old) => {
    const spec = pod.spec ?? {};
    return old ? validateUnchanged(spec, old.spec ?? {}) : validatePodSpec(spec, 'spec');
  },
};

function admitServiceAccount(pod: KubeObject, context: ApiContext): void {
  const spec = objectIn(pod, 'spec');
  fill(spec, { serviceAccountName: 'default' });
  spec['serviceAccount'] = spec['serviceAccountName'];
  const name = String(spec['serviceAccountName']);
  const { namespace = 'default' } = pod.metadata;
  if (context.store.get('/serviceaccounts', namespace, name)) return;
  const why = `error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`;
  throw forbidden(PODS, pod.metadata.name, why);
}

function admitPriority(pod: KubeObject, context: ApiContext): void {
  const spec = objectIn(pod, 'spec');
  const classes = context.store.list('scheduling.k8s.io/priorityclasses');
  const name = spec['priorityClassName'] ?? classes.find((one) => one['globalDefault'])?.metadata.name;
  const chosen = classes.find((one) => one.metadata.name === name);
  const priority = name === undefined ? 0 : chosen?.['value'];
  if (priority === undefined) {
    throw forbidden(PODS, pod.metadata.name, `no PriorityClass with name ${name} was found`);
  }
  if (name !== undefined) spec['priorityClassName'] = name;
  spec['priority'] = priority;
  fill(spec, { preemptionPolicy: chosen?.['preemptionPolicy'] ?? 'PreemptLowerPriority' });
}

/** Pods stay five minutes on a node that stopped being ready, unless they say otherwise. */
function tolerateUnreadiness(pod: KubeObject): void {
  const spec = objectIn(pod, 'spec');
  const tolerations = objectsIn(spec, 'tolerations');
  const missing = UNREADY.filter(
    (key) =>
      !tolerations.some(({ key: other, effect }) => (!other || other === key) && (!effect || effect === 'NoExecute')),
  );
  if (missing.length === 0) return;
  const added = missing.map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }));
  spec['tolerations'] = [...tolerations, ...added];
}

const CHANGEABLE_FIELDS = ['activeDeadlineSeconds', 'terminationGracePeriodSeconds', 'schedulingGates', 'nodeName'];

/** A pod's spec is fixed, but for images, additional tolerations, a deadline and what is set by binding. */
function validateUnchanged(spec: JsonObject, old: JsonObject): Fault[] {
  if (
    jsonEqual(withoutChangeable(spec), withoutChangeable(old)) &&
    keepsTolerations(spec, old) &&
    keepsNode(spec, old)
  ) {
    return [];
  }
  const why =
    'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,' +
    '`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),' +
    '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';
  return [forbiddenValue('spec', why)];
}

function withoutChangeable(spec: JsonObject): JsonObject {
  const rest = copyJson(spec);
  for (const field of [...CHANGEABLE_FIELDS, 'tolerations']) delete rest[field];
  for (const list of ['containers', 'initContainers']) {
    for (const container of objectsIn(rest, list)) delete container['image'];
  }
  return rest;
}

function keepsTolerations(spec: JsonObject, old: JsonObject): boolean {
  const next = objectsIn(spec, 'tolerations');
  return objectsIn(old, 'tolerations').every((toleration) =>
    next.some((other) => jsonEqual({ ...other, tolerationSeconds: 0 }, { ...toleration, tolerationSeconds: 0 })),
  );
}

function keepsNode(spec: JsonObject, old: JsonObject): boolean {
  return !old['nodeName'] || spec['nodeName'] === old['nodeName'];
}

function qosClass(spec: JsonObject): string {
  const containers = [...objectsIn(spec, 'containers'), ...objectsIn(spec, 'initContainers')];
  const resources = containers.map((container) => objectIn(container, 'resources'));
  const named = (side: string) => resources.map((one) => (isJsonObject(one[side]) ? one[side] : {}));
  const requests = named('requests');
  const limits = named('limits');
  const relevant = ({ cpu, memory }: JsonObject) => cpu !== undefined || memory !== undefined;
  if (![...requests, ...limits].some(relevant)) return 'BestEffort';
  const isGuaranteed = limits.every((limit, index) => {
    const request = requests[index] ?? {};
    const isFull = limit['cpu'] !== undefined && limit['memory'] !== undefined;
    return isFull && limit['cpu'] === request['cpu'] && limit['memory'] === request['memory'];
  });
  return isGuaranteed ? 'Guaranteed' : 'Burstable';
}
