import { YAMLMap as MapNode, type YAMLMap } from 'yaml';
import type { JsonObject } from '../../kube/schema/values.ts';
import { allFaults } from '../all-faults.ts';
import { moveKubelets } from './kubelet.ts';
import { dropServerFields } from './metadata.ts';
import { type ClassOptions, convertNodeClass, convertNodeTemplate } from './node-class.ts';
import { convertNodePool, type PoolOptions } from './node-pool.ts';
import { jsonOf, nodeAt, put, textOf } from './nodes.ts';
import { convertProvisioner } from './provisioner.ts';
import { type Origins, Reporter } from './report.ts';
import type { Resource } from './resource.ts';
import { quoteTexts } from './safe-text.ts';

export type CompileOptions = PoolOptions & ClassOptions;

const POOL = { apiVersion: 'karpenter.sh/v1', kind: 'NodePool' };
const NODE_CLASS = { apiVersion: 'karpenter.k8s.aws/v1', kind: 'EC2NodeClass' };

type Kind = { readonly apiVersion: string; readonly kind: string };
/** Kinds that are compiled, by apiVersion and kind as written. */
const SUCCESSORS: Readonly<Record<string, Kind>> = {
  'karpenter.sh/v1alpha5 Provisioner': POOL,
  'karpenter.sh/v1beta1 NodePool': POOL,
  'karpenter.sh/v1 NodePool': POOL,
  'karpenter.k8s.aws/v1alpha1 AWSNodeTemplate': NODE_CLASS,
  'karpenter.k8s.aws/v1beta1 EC2NodeClass': NODE_CLASS,
  'karpenter.k8s.aws/v1 EC2NodeClass': NODE_CLASS,
};
/** Kinds of before v1 that Karpenter makes itself. */
const OWN_KINDS = ['karpenter.sh/v1alpha5 Machine', 'karpenter.sh/v1beta1 NodeClaim'];

function setKind(root: YAMLMap, wanted: Kind, report: Reporter): void {
  for (const [field, rule] of [
    ['apiVersion', 'api-version'],
    ['kind', 'kind'],
  ] as const) {
    const from = textOf(nodeAt(root, field));
    if (from === wanted[field]) continue;
    report.note(rule, put(root, field, wanted[field]), from, wanted[field]);
  }
}

/** An EC2NodeClass of the inline provider of a Provisioner, under the Provisioner's name. */
function classOfProvider(provider: YAMLMap, pool: Resource, options: CompileOptions): Resource {
  const root = new MapNode();
  put(root, 'apiVersion', NODE_CLASS.apiVersion);
  put(root, 'kind', NODE_CLASS.kind);
  put(root, 'metadata', { name: pool.name });
  put(root, 'spec', provider);
  const { resource, origins } = pool.report;
  origins.adopt(root, provider);
  const report = new Reporter(resource, origins, root);
  report.note('provider', provider, 'spec.provider', `EC2NodeClass/${pool.name}`);
  convertNodeTemplate(root, options, report);
  return { root, report, kind: NODE_CLASS.kind, name: pool.name };
}

/** Converts one object, which is changed in place; a Provisioner with an inline provider gives two. */
export function convertObject(root: YAMLMap, origins: Origins, options: CompileOptions): Resource[] {
  const [apiVersion, kind] = [textOf(nodeAt(root, 'apiVersion')), textOf(nodeAt(root, 'kind'))];
  const name = textOf(nodeAt(root, 'metadata', 'name'));
  const report = new Reporter(`${kind ?? 'object'}/${name ?? '?'}`, origins, root);
  const written = `${apiVersion} ${kind}`;
  const successor = Object.hasOwn(SUCCESSORS, written) ? SUCCESSORS[written] : undefined;
  const resource = { root, report, kind: successor?.kind ?? kind ?? '', name };
  if (!successor) {
    if (OWN_KINDS.includes(written)) {
      report.error(root, `${written} is made by Karpenter for each node and not carried over; leave it out`);
    }
    return [resource];
  }
  dropServerFields(root, report);
  setKind(root, successor, report);
  const isV1 = apiVersion === successor.apiVersion;
  if (kind === 'Provisioner') {
    const provider = convertProvisioner(root, options, report);
    return provider ? [resource, classOfProvider(provider, resource, options)] : [resource];
  }
  if (kind === 'AWSNodeTemplate') convertNodeTemplate(root, options, report);
  else if (successor === POOL) convertNodePool(root, isV1, options, report);
  else convertNodeClass(root, isV1, options, report);
  return [resource];
}

/** Settles what concerns several objects: kubelet settings, names. Copies of classes stand behind the class they are of. */
export function settle(resources: readonly Resource[]): Resource[] {
  const copies = moveKubelets(resources);
  const all = resources.flatMap((resource) => [resource, ...(copies.get(resource) ?? [])]);
  all.forEach(({ kind, name, root, report }, index) => {
    const first = all.findIndex((other) => other.kind === kind && other.name === name);
    if (name === undefined || first === index) return;
    report.error(root, `${kind} ${name} is there already, made of ${all[first]?.report.resource}`);
  });
  for (const { root, report } of all) quoteTexts(root, report);
  return all;
}

/** Of one object; nobody reads more. */
const MOST_FAULTS = 100;

/** The manifest; what Karpenter would refuse of it is said, unless it is said already why it could not be carried over. */
export function checked({ root, report }: Resource): JsonObject {
  const value = jsonOf(root) as JsonObject;
  const said = report.errors.map(({ path }) => path);
  const faults = allFaults(value);
  for (const { path, message } of faults.slice(0, MOST_FAULTS)) if (!said.includes(path)) report.fault(path, message);
  if (faults.length > MOST_FAULTS) report.error(root, `has ${faults.length - MOST_FAULTS} more faults`);
  return value;
}
