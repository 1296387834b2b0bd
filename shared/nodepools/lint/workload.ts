import { isJsonObject, type JsonObject } from '../../kube/schema/values.ts';
import { objectAt, objectsAt, textsAt } from '../read-object.ts';
import type { PodBudget } from './context.ts';
import { isWellKnown, POOL_LABEL } from './view/label-keys.ts';
import type { PoolView, Taint } from './view/pool-view.ts';
import { textOf } from './view/text.ts';

type Toleration = {
  readonly key: string | undefined;
  readonly operator: string;
  readonly value: string;
  readonly effect: string | undefined;
};

/** What the linter needs to know of a Deployment, StatefulSet, DaemonSet, Job, CronJob or Pod. */
export type Workload = {
  /** `Deployment/api-gateway`. */
  readonly resource: string;
  readonly tolerations: readonly Toleration[];
  readonly nodeSelector: Readonly<Record<string, string>>;
  /** Why it must stay; undefined when nothing says so. */
  readonly critical: string | undefined;
  /** It asks for amd64 nodes. */
  readonly wantsAmd64: boolean;
  /** An image whose name says that it is for amd64 only. */
  readonly amd64Image: string | undefined;
  readonly doNotDisrupt: boolean;
};

const POD_SPEC: Readonly<Record<string, readonly string[]>> = {
  Pod: [],
  Deployment: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  DaemonSet: ['spec', 'template'],
  ReplicaSet: ['spec', 'template'],
  Job: ['spec', 'template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
};
const ARCH = 'kubernetes.io/arch';
const CRITICAL = 'joinery.dev/critical';
const AMD64_IMAGE = /(^|[-_.:/])(amd64|x86[_-]?64)($|[-_.@])/;

/** Undefined for an object of another kind. */
export function readWorkload(object: unknown): Workload | undefined {
  if (!isJsonObject(object) || typeof object['kind'] !== 'string') return undefined;
  const path = Object.hasOwn(POD_SPEC, object['kind']) ? POD_SPEC[object['kind']] : undefined;
  if (path === undefined) return undefined;
  const pod = objectAt(object, ...path);
  const spec = objectAt(pod, 'spec');
  const nodeSelector = textMap(objectAt(spec, 'nodeSelector'));
  const images = ['initContainers', 'containers'].flatMap((list) =>
    objectsAt(spec, list).map(({ image }) => textOf(image)),
  );
  return {
    resource: `${object['kind']}/${textOf(objectAt(object, 'metadata')['name'])}`,
    tolerations: objectsAt(spec, 'tolerations').map(({ key, operator, value, effect }) => ({
      key: typeof key === 'string' && key !== '' ? key : undefined,
      operator: typeof operator === 'string' ? operator : 'Equal',
      value: textOf(value),
      effect: typeof effect === 'string' && effect !== '' ? effect : undefined,
    })),
    nodeSelector,
    critical: criticalReason(object, pod, spec),
    wantsAmd64: nodeSelector[ARCH] === 'amd64' || requiresAmd64(spec),
    amd64Image: images.find((image) => AMD64_IMAGE.test(image)),
    doNotDisrupt: objectAt(pod, 'metadata', 'annotations')['karpenter.sh/do-not-disrupt'] === 'true',
  };
}

/** Undefined for an object that is no PodDisruptionBudget. */
export function readPodBudget(object: unknown): PodBudget | undefined {
  if (!isJsonObject(object) || object['kind'] !== 'PodDisruptionBudget') return undefined;
  const { minAvailable, maxUnavailable } = objectAt(object, 'spec');
  const blocksAll = minAvailable === '100%' || [0, '0', '0%'].some((none) => none === maxUnavailable);
  return { name: textOf(objectAt(object, 'metadata')['name']), blocksAll };
}

function criticalReason(object: JsonObject, pod: JsonObject, spec: JsonObject): string | undefined {
  const marked = [object, pod].some((part) =>
    ['labels', 'annotations'].some((map) => objectAt(part, 'metadata', map)[CRITICAL] === 'true'),
  );
  if (marked) return `is marked ${CRITICAL}`;
  const { priorityClassName } = spec;
  const isSystem = priorityClassName === 'system-cluster-critical' || priorityClassName === 'system-node-critical';
  return isSystem ? `has the priority class ${priorityClassName}` : undefined;
}

function requiresAmd64(spec: JsonObject): boolean {
  const required = objectAt(spec, 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution');
  const terms = objectsAt(required, 'nodeSelectorTerms');
  const isAmd64 = (term: JsonObject) =>
    objectsAt(term, 'matchExpressions').some((expression) => {
      const values = textsAt(expression, 'values');
      return expression['key'] === ARCH && expression['operator'] === 'In' && values.every((one) => one === 'amd64');
    });
  return terms.length > 0 && terms.every(isAmd64);
}

function textMap(map: JsonObject): Record<string, string> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, textOf(value)]));
}

function tolerates({ key, operator, value, effect }: Toleration, taint: Taint): boolean {
  if (effect !== undefined && effect !== taint.effect) return false;
  if (key === undefined) return operator === 'Exists';
  return key === taint.key && (operator === 'Exists' || value === taint.value);
}

/** Whether the taints and the labels of the pool's nodes let the workload's pods in; the architecture is for another rule. */
export function canRunOn(
  { tolerations, nodeSelector }: Workload,
  { name, taints, allRequirements }: PoolView,
): boolean {
  const isLetIn = taints
    .filter(({ effect }) => effect !== 'PreferNoSchedule')
    .every((taint) => tolerations.some((toleration) => tolerates(toleration, taint)));
  return (
    isLetIn &&
    Object.entries(nodeSelector).every(([key, value]) => {
      if (key === ARCH) return true;
      if (key === POOL_LABEL) return value === name;
      const onKey = allRequirements.filter((requirement) => requirement.key === key);
      // A label of a team's own is on the nodes only when the pool says so.
      if (onKey.length === 0) return isWellKnown(key);
      return onKey.every(({ operator, values }) => {
        if (operator === 'In') return values.includes(value);
        return operator === 'NotIn' ? !values.includes(value) : true;
      });
    })
  );
}
