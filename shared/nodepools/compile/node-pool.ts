import type { YAMLMap } from 'yaml';
import { renameAnnotations } from './metadata.ts';
import { isEmptyMap, jsonOf, mapAt, mapIn, nodeAt, pairAt, put, take, textOf } from './nodes.ts';
import type { Reporter } from './report.ts';
import { convertRequirements } from './requirements.ts';

const GROUP = 'karpenter.k8s.aws';
const KIND = 'EC2NodeClass';

export type PoolOptions = {
  /** For pools that name no class. */
  readonly nodeClass?: string | undefined;
};

function convertPolicy(disruption: YAMLMap, isV1: boolean, report: Reporter): void {
  const policy = pairAt(disruption, 'consolidationPolicy');
  const wasUnderutilized = textOf(policy) === 'WhenUnderutilized';
  if (policy && wasUnderutilized) {
    report.note('consolidation-policy', policy, 'WhenUnderutilized', 'WhenEmptyOrUnderutilized');
    put(disruption, 'consolidationPolicy', 'WhenEmptyOrUnderutilized');
  }
  if (pairAt(disruption, 'consolidateAfter') || (isV1 && !wasUnderutilized)) return;
  // v1beta1 wanted a time with WhenEmpty: there is none to carry over, and the schema says so.
  if (textOf(policy) === 'WhenEmpty') return;
  report.note('consolidate-after', 'spec.disruption.consolidateAfter', null, '0s');
  put(disruption, 'consolidateAfter', '0s');
}

function moveExpireAfter(spec: YAMLMap, disruption: YAMLMap, report: Reporter): void {
  const pair = take(disruption, 'expireAfter');
  if (!pair) return;
  const target = mapIn(mapIn(spec, 'template', 'disruption'), 'spec');
  const present = pairAt(target, 'expireAfter');
  if (present && jsonOf(present) !== jsonOf(pair)) {
    report.error(
      pair,
      `is ${String(jsonOf(pair))} here and ${String(jsonOf(present))} in spec.template.spec: keep the latter`,
    );
    return;
  }
  report.note('expire-after', pair, jsonOf(pair), { 'spec.template.spec.expireAfter': jsonOf(pair) });
  if (!present) target.items.push(pair);
}

function convertDisruption(spec: YAMLMap, isV1: boolean, report: Reporter): void {
  const disruption = mapAt(spec, 'disruption');
  if (!disruption) return;
  moveExpireAfter(spec, disruption, report);
  if (isEmptyMap(disruption)) {
    // What is left is what v1 has by default.
    take(spec, 'disruption');
    return;
  }
  convertPolicy(disruption, isV1, report);
}

/** v1 wants group, kind and name of the class; older versions had apiVersion, and only the name was needed. */
export function convertClassRef(ref: YAMLMap, report: Reporter, oldKind = KIND): void {
  const from = jsonOf(ref);
  const apiVersion = textOf(nodeAt(ref, 'apiVersion'));
  const kind = textOf(nodeAt(ref, 'kind'));
  if (kind !== undefined && kind !== oldKind && kind !== KIND) {
    report.error(pairAt(ref, 'kind') ?? ref, `refers to a ${kind}; Joinery compiles what refers to an ${KIND}`);
    return;
  }
  const wanted = { group: textOf(nodeAt(ref, 'group')) ?? apiVersion?.split('/')[0] ?? GROUP, kind: KIND };
  take(ref, 'apiVersion');
  put(ref, 'group', wanted.group);
  put(ref, 'kind', wanted.kind);
  const order = ['group', 'kind', 'name'];
  const rank = (key: unknown) => order.indexOf(String(jsonOf(key)));
  ref.items.sort((a, b) => rank(a.key) - rank(b.key));
  report.note('node-class-ref', ref, from, jsonOf(ref));
}

function classRef(template: YAMLMap, { nodeClass }: PoolOptions, isV1: boolean, report: Reporter): void {
  const ref = mapAt(template, 'nodeClassRef');
  if (!ref) {
    if (pairAt(template, 'nodeClassRef')) return;
    if (nodeClass === undefined) {
      const message =
        'names no EC2NodeClass, so Karpenter would not know what to launch; write nodeClassRef, or give --node-class NAME';
      report.error('spec.template.spec.nodeClassRef', message);
      return;
    }
    const made = { group: GROUP, kind: KIND, name: nodeClass };
    report.note('option-node-class', 'spec.template.spec.nodeClassRef', null, made);
    put(template, 'nodeClassRef', made, 'requirements');
    return;
  }
  const isComplete = pairAt(ref, 'group') && pairAt(ref, 'kind') && !pairAt(ref, 'apiVersion');
  const isOld = pairAt(ref, 'apiVersion') !== undefined || !isV1;
  if (isOld && !isComplete) convertClassRef(ref, report);
}

/** Makes what Karpenter v1 takes of the spec of a NodePool, v1beta1 or v1 that was written as v1beta1. */
export function convertNodePool(root: YAMLMap, isV1: boolean, options: PoolOptions, report: Reporter): void {
  const spec = mapAt(root, 'spec');
  if (!spec) return;
  convertDisruption(spec, isV1, report);
  const template = mapAt(spec, 'template', 'spec');
  if (!template) return;
  const resources = pairAt(template, 'resources');
  if (resources && isEmptyMap(resources.value)) {
    take(template, 'resources');
    report.note('no-meaning', resources, {}, null);
  }
  if (!isV1) renameAnnotations(mapAt(spec, 'template', 'metadata', 'annotations'), report);
  classRef(template, options, isV1, report);
  convertRequirements(template, report);
}
