import { isMap, isSeq, YAMLMap as MapNode, type YAMLMap } from 'yaml';
import { LABEL } from '../../instance-types/labels.ts';
import { normalKey } from '../../instance-types/requirement.ts';
import { convertConsolidation, convertExpiry } from './consolidation.ts';
import { renameAnnotations } from './metadata.ts';
import { convertClassRef, type PoolOptions } from './node-pool.ts';
import {
  insert,
  isEmptyMap,
  itemsAt,
  jsonOf,
  keyOf,
  mapAt,
  mapIn,
  nodeAt,
  pairAt,
  put,
  renamed,
  take,
  textOf,
} from './nodes.ts';
import type { Reporter } from './report.ts';
import { convertRequirements, requirementNode } from './requirements.ts';
import type { Requirement } from './wildcards.ts';

/** Fields of a Provisioner that stand in the template of a NodePool, and under which name. */
const IN_TEMPLATE: Readonly<Record<string, readonly ['metadata' | 'spec', string]>> = {
  annotations: ['metadata', 'annotations'],
  labels: ['metadata', 'labels'],
  requirements: ['spec', 'requirements'],
  taints: ['spec', 'taints'],
  startupTaints: ['spec', 'startupTaints'],
  kubeletConfiguration: ['spec', 'kubelet'],
  providerRef: ['spec', 'nodeClassRef'],
};

const FIELDS: readonly string[] = [
  ...Object.keys(IN_TEMPLATE),
  'provider',
  'consolidation',
  'limits',
  'ttlSecondsAfterEmpty',
  'ttlSecondsUntilExpired',
  'weight',
];

/** Fields of newer versions would stand in the way of what the older ones become. */
function refuseUnknown(spec: YAMLMap, report: Reporter): void {
  for (const pair of [...spec.items]) {
    if (FIELDS.includes(keyOf(pair))) continue;
    report.error(pair, 'is no field of a Provisioner');
    take(spec, keyOf(pair));
  }
}

/** What v1alpha5 added where a Provisioner said nothing of the label. */
const DEFAULTS: readonly Requirement[] = [
  { key: LABEL.os, operator: 'In', values: ['linux'] },
  { key: LABEL.arch, operator: 'In', values: ['amd64'] },
  { key: LABEL.capacityType, operator: 'In', values: ['on-demand'] },
];
const TYPE_KEYS: readonly string[] = [LABEL.instanceType, LABEL.family, LABEL.category, LABEL.generation];
const TYPE_DEFAULTS: readonly Requirement[] = [
  { key: LABEL.category, operator: 'In', values: ['c', 'm', 'r'] },
  { key: LABEL.generation, operator: 'Gt', values: ['2'] },
];

function moveToTemplate(spec: YAMLMap, report: Reporter): YAMLMap {
  const template = new MapNode();
  for (const [field, [part, name]] of Object.entries(IN_TEMPLATE)) {
    const at = pairAt(spec, field);
    if (at) report.note('node-template', at, `spec.${field}`, `spec.template.${part}.${name}`);
  }
  const metadata = new MapNode();
  const inner = new MapNode();
  for (const pair of [...spec.items]) {
    const place = Object.hasOwn(IN_TEMPLATE, keyOf(pair)) ? IN_TEMPLATE[keyOf(pair)] : undefined;
    if (!place) continue;
    take(spec, keyOf(pair));
    (place[0] === 'metadata' ? metadata : inner).items.push(keyOf(pair) === place[1] ? pair : renamed(pair, place[1]));
  }
  if (metadata.items.length > 0) put(template, 'metadata', metadata);
  put(template, 'spec', inner);
  insert(spec, put(new MapNode(), 'template', template), spec.items[0] ? keyOf(spec.items[0]) : undefined);
  return template;
}

function addDefaults(template: YAMLMap, report: Reporter): void {
  const keys = itemsAt(template, 'requirements').map((item) => normalKey(textOf(nodeAt(item, 'key')) ?? ''));
  const added = [
    ...DEFAULTS.filter(({ key }) => !keys.includes(key)),
    ...(TYPE_KEYS.some((key) => keys.includes(key)) ? [] : TYPE_DEFAULTS),
  ];
  if (added.length === 0) return;
  report.note('default-kept', 'spec.template.spec.requirements', null, added);
  const list = nodeAt(template, 'requirements');
  const items = added.map(requirementNode);
  if (isSeq(list)) list.items.push(...items);
  else put(template, 'requirements', items);
}

function convertLimits(spec: YAMLMap, report: Reporter): void {
  const limits = mapAt(spec, 'limits');
  const resources = take(limits, 'resources');
  if (!limits || !resources) return;
  report.note('limits', resources, 'spec.limits.resources', 'spec.limits');
  if (isMap(resources.value)) limits.items.push(...resources.value.items);
  else if (jsonOf(resources) !== null) report.error(resources, 'must be a map of quantities');
  if (isEmptyMap(limits)) take(spec, 'limits');
}

/** Makes a NodePool of a Provisioner; gives back the inline provider, which becomes a class of its own. */
export function convertProvisioner(root: YAMLMap, options: PoolOptions, report: Reporter): YAMLMap | undefined {
  const spec = mapIn(root, 'spec');
  refuseUnknown(spec, report);
  const provider = take(spec, 'provider');
  const reference = pairAt(spec, 'providerRef');
  const template = mapIn(moveToTemplate(spec, report), 'spec');
  convertConsolidation(spec, report);
  convertExpiry(spec, template, report);
  convertLimits(spec, report);
  renameAnnotations(mapAt(spec, 'template', 'metadata', 'annotations'), report);
  addDefaults(template, report);
  convertRequirements(template, report);

  const ref = mapAt(template, 'nodeClassRef');
  if (ref) convertClassRef(ref, report, 'AWSNodeTemplate');
  if (provider && reference) {
    report.error(provider, 'excludes providerRef: v1alpha5 took only one of them; keep the one that is meant');
  } else if (provider) {
    const name = textOf(nodeAt(root, 'metadata', 'name'));
    const made = { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name };
    put(template, 'nodeClassRef', made, 'requirements');
    if (!isMap(provider.value)) report.error(provider, 'must be a map');
    else return provider.value;
  } else if (!ref && !reference) {
    if (options.nodeClass === undefined) {
      report.error(
        'spec.template.spec.nodeClassRef',
        'has neither providerRef nor provider, so Karpenter would not know what to launch; write providerRef, or give --node-class NAME',
      );
    } else {
      const made = { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: options.nodeClass };
      report.note('option-node-class', 'spec.template.spec.nodeClassRef', null, made);
      put(template, 'nodeClassRef', made, 'requirements');
    }
  }
  return undefined;
}
