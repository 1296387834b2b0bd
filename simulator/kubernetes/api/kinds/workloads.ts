import type { Fault } from '../../../../shared/kube/schema/types.ts';
import { isJsonObject, type JsonObject, jsonEqual } from '../../../../shared/kube/schema/values.ts';
import type { KubeObject } from '../../types.ts';
import type { Strategy } from '../resources/resource.ts';
import { type LabelSelector, matchesLabelSelector } from '../selectors.ts';
import { forbiddenValue, invalidValue } from '../validation.ts';
import { fill, objectIn, objectsIn } from './defaulting.ts';
import { defaultPodSpec, validatePodSpec } from './pod-template.ts';

function defaultTemplate(spec: JsonObject): void {
  defaultPodSpec(objectIn(objectIn(spec, 'template'), 'spec'));
}

function resetStatus(object: KubeObject, old: KubeObject | undefined): void {
  if (!old) object.status = {};
}

function validateTemplate(object: KubeObject): Fault[] {
  const template = objectIn(objectIn(object, 'spec'), 'template');
  return validatePodSpec(objectIn(template, 'spec'), 'spec.template.spec');
}

/** The selector picks the template's pods, and it cannot change. */
function validateSelector(object: KubeObject, old: KubeObject | undefined): Fault[] {
  const spec = object.spec ?? {};
  if (old && !jsonEqual(spec['selector'], old.spec?.['selector'])) {
    return [invalidValue('spec.selector', spec['selector'], 'field is immutable')];
  }
  const template = objectIn(spec, 'template');
  const labels = objectIn(objectIn(template, 'metadata'), 'labels') as Record<string, string>;
  const selector = spec['selector'] as LabelSelector | undefined;
  const isEmpty = !selector?.matchLabels && !selector?.matchExpressions;
  if (isEmpty) return [invalidValue('spec.selector', selector ?? {}, 'empty selector is invalid for deployment')];
  if (matchesLabelSelector(selector, labels)) return [];
  return [invalidValue('spec.template.metadata.labels', labels, '`selector` does not match template `labels`')];
}

function validateReplicas(object: KubeObject): Fault[] {
  const replicas = object.spec?.['replicas'];
  if (typeof replicas !== 'number' || replicas >= 0) return [];
  return [invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0')];
}

function validateWorkload(object: KubeObject, old: KubeObject | undefined): Fault[] {
  return [...validateSelector(object, old), ...validateTemplate(object), ...validateReplicas(object)];
}

export const DEPLOYMENT: Strategy = {
  applyDefaults: (deployment) => {
    const spec = objectIn(deployment, 'spec');
    fill(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
    const strategy = objectIn(spec, 'strategy');
    fill(strategy, { type: 'RollingUpdate' });
    if (strategy['type'] === 'RollingUpdate')
      fill(objectIn(strategy, 'rollingUpdate'), { maxUnavailable: '25%', maxSurge: '25%' });
    defaultTemplate(spec);
  },
  prepare: resetStatus,
  validate: validateWorkload,
};

export const REPLICA_SET: Strategy = {
  applyDefaults: (set) => {
    const spec = objectIn(set, 'spec');
    fill(spec, { replicas: 1 });
    if (spec['template'] !== undefined) defaultTemplate(spec);
  },
  prepare: (set, old) => {
    if (!old) set.status = { replicas: 0 };
  },
  validate: validateWorkload,
};

export const DAEMON_SET: Strategy = {
  applyDefaults: (set) => {
    const spec = objectIn(set, 'spec');
    fill(spec, { revisionHistoryLimit: 10 });
    const strategy = objectIn(spec, 'updateStrategy');
    fill(strategy, { type: 'RollingUpdate' });
    if (strategy['type'] === 'RollingUpdate')
      fill(objectIn(strategy, 'rollingUpdate'), { maxUnavailable: 1, maxSurge: 0 });
    defaultTemplate(spec);
  },
  prepare: (set, old) => {
    const none = { currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 };
    if (!old) set.status = none;
  },
  validate: (set, old) => [...validateSelector(set, old), ...validateTemplate(set)],
};

const STATEFUL_SET_CHANGEABLE = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];

export const STATEFUL_SET: Strategy = {
  applyDefaults: (set) => {
    const spec = objectIn(set, 'spec');
    fill(spec, { replicas: 1, revisionHistoryLimit: 10, podManagementPolicy: 'OrderedReady' });
    const strategy = objectIn(spec, 'updateStrategy');
    fill(strategy, { type: 'RollingUpdate' });
    if (strategy['type'] === 'RollingUpdate') fill(objectIn(strategy, 'rollingUpdate'), { partition: 0 });
    fill(objectIn(spec, 'persistentVolumeClaimRetentionPolicy'), { whenDeleted: 'Retain', whenScaled: 'Retain' });
    for (const claim of objectsIn(spec, 'volumeClaimTemplates')) {
      fill(claim, { apiVersion: 'v1', kind: 'PersistentVolumeClaim' });
      fill(objectIn(claim, 'spec'), { volumeMode: 'Filesystem' });
    }
    defaultTemplate(spec);
  },
  prepare: (set, old) => {
    if (!old) set.status = { replicas: 0, availableReplicas: 0 };
  },
  validate: (set, old) => [...(old ? validateFixedFields(set, old) : []), ...validateWorkload(set, old)],
};

function validateFixedFields(set: KubeObject, old: KubeObject): Fault[] {
  const fields = new Set([...Object.keys(set.spec ?? {}), ...Object.keys(old.spec ?? {})]);
  const changed = [...fields].filter((field) => !jsonEqual(set.spec?.[field], old.spec?.[field]));
  if (changed.every((field) => STATEFUL_SET_CHANGEABLE.includes(field))) return [];
  const list = STATEFUL_SET_CHANGEABLE.map((field) => `'${field}'`).join(', ');
  return [forbiddenValue('spec', `updates to statefulset spec for fields other than ${list} are forbidden`)];
}

function defaultJobSpec(spec: JsonObject): void {
  fill(spec, { completions: spec['parallelism'] === undefined ? 1 : undefined, parallelism: 1, backoffLimit: 6 });
  fill(spec, { completionMode: 'NonIndexed', suspend: false, podReplacementPolicy: 'TerminatingOrFailed' });
  defaultTemplate(spec);
}

function validateJobTemplate(spec: JsonObject, path: string): Fault[] {
  const pod = objectIn(objectIn(spec, 'template'), 'spec');
  const policy = pod['restartPolicy'];
  const faults = validatePodSpec(pod, `${path}.template.spec`);
  if (policy === 'OnFailure' || policy === 'Never') return faults;
  const message = `Required value: valid values: "OnFailure", "Never"`;
  return [...faults, { path: `${path}.template.spec.restartPolicy`, reason: 'FieldValueRequired', message }];
}

export const JOB: Strategy = {
  applyDefaults: (job) => defaultJobSpec(objectIn(job, 'spec')),
  prepare: (job, old) => {
    if (old) return;
    job.status = {};
    const spec = objectIn(job, 'spec');
    if (spec['selector'] !== undefined) return;
    // The server picks the selector, so that no two jobs share pods.
    const uid = job.metadata.uid ?? '';
    const labels = { 'batch.kubernetes.io/controller-uid': uid, 'batch.kubernetes.io/job-name': job.metadata.name };
    spec['selector'] = { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } };
    const metadata = objectIn(objectIn(spec, 'template'), 'metadata');
    metadata['labels'] = {
      ...objectIn(metadata, 'labels'),
      ...labels,
      'controller-uid': uid,
      'job-name': job.metadata.name,
    };
  },
  validate: (job, old) => [
    ...validateJobTemplate(objectIn(job, 'spec'), 'spec'),
    ...(old && !jsonEqual(job.spec?.['template'], old.spec?.['template'])
      ? [invalidValue('spec.template', 'template', 'field is immutable')]
      : []),
  ],
};

export const CRON_JOB: Strategy = {
  applyDefaults: (cronJob) => {
    const spec = objectIn(cronJob, 'spec');
    fill(spec, {
      concurrencyPolicy: 'Allow',
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    });
    const jobSpec = objectIn(objectIn(spec, 'jobTemplate'), 'spec');
    defaultTemplate(jobSpec);
  },
  prepare: resetStatus,
  validate: (cronJob) => {
    const template = cronJob.spec?.['jobTemplate'];
    const jobSpec = isJsonObject(template) ? objectIn(template, 'spec') : {};
    return validateJobTemplate(jobSpec, 'spec.jobTemplate.spec');
  },
};
