import { isSeq, type YAMLMap } from 'yaml';
import { isEmptyMap, jsonOf, keyOf, mapAt, nodeAt, pairAt, renamed, take } from './nodes.ts';
import type { Reporter } from './report.ts';

const SERVER_FIELDS = [
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
];

/** Annotations that `kubectl apply` and Karpenter write on the objects themselves. */
const WRITTEN_ANNOTATIONS = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'karpenter.sh/provisioner-hash',
  'karpenter.sh/nodepool-hash',
  'karpenter.sh/nodepool-hash-version',
  'karpenter.sh/stored-version-migrated',
  'karpenter.k8s.aws/nodetemplate-hash',
  'karpenter.k8s.aws/ec2nodeclass-hash',
  'karpenter.k8s.aws/ec2nodeclass-hash-version',
  'compatibility.karpenter.sh/v1beta1-nodeclass-reference',
  'compatibility.karpenter.k8s.aws/v1beta1-ubuntu',
];
const FINALIZERS = ['karpenter.sh/termination', 'karpenter.k8s.aws/termination'];
const NOT_DISRUPTED = 'karpenter.sh/do-not-disrupt';
const OLD_NOT_DISRUPTED = ['karpenter.sh/do-not-consolidate', 'karpenter.sh/do-not-evict'];

export function drop(map: YAMLMap | undefined, key: string, report: Reporter): void {
  const pair = take(map, key);
  if (pair) report.note('server-field', pair, jsonOf(pair), null);
}

export function dropIfEmpty(map: YAMLMap | undefined, key: string): void {
  if (map && isEmptyMap(nodeAt(map, key))) take(map, key);
}

/** Takes out what a copy of the object from the cluster has and a manifest has not. */
export function dropServerFields(root: YAMLMap, report: Reporter): void {
  const metadata = mapAt(root, 'metadata');
  for (const field of SERVER_FIELDS) drop(metadata, field, report);
  drop(root, 'status', report);
  const annotations = mapAt(metadata, 'annotations');
  for (const key of WRITTEN_ANNOTATIONS) drop(annotations, key, report);
  dropIfEmpty(metadata, 'annotations');
  const finalizers = nodeAt(metadata, 'finalizers');
  if (isSeq(finalizers) && finalizers.items.every((item) => FINALIZERS.includes(String(jsonOf(item))))) {
    drop(metadata, 'finalizers', report);
  }
}

/** Annotations of the nodes that have another name since v1beta1. */
export function renameAnnotations(annotations: YAMLMap | undefined, report: Reporter): void {
  for (const old of OLD_NOT_DISRUPTED) {
    const pair = pairAt(annotations, old);
    if (!annotations || !pair) continue;
    report.note('annotation-renamed', pair, { [old]: jsonOf(pair) }, { [NOT_DISRUPTED]: jsonOf(pair) });
    const present = pairAt(annotations, NOT_DISRUPTED);
    if (present && jsonOf(present) !== jsonOf(pair)) {
      report.error(pair, `${old} became ${NOT_DISRUPTED}, which says ${String(jsonOf(present))} here: keep one`);
    }
    annotations.items = annotations.items.flatMap((item) => {
      if (keyOf(item) !== old) return [item];
      return present ? [] : [renamed(item, NOT_DISRUPTED)];
    });
  }
}
