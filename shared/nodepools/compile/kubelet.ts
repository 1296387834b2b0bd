import type { Pair, YAMLMap } from 'yaml';
import { jsonEqual } from '../../kube/schema/values.ts';
import { dropIfEmpty } from './metadata.ts';
import { jsonOf, mapAt, nodeAt, nodeOf, pairAt, put, renamed, take, textOf } from './nodes.ts';
import type { Resource } from './resource.ts';

const IN_ANNOTATION = 'compatibility.karpenter.sh/v1beta1-kubelet-conversion';

type Taken = { readonly pool: Resource; readonly at: Pair; readonly pair: Pair; readonly value: unknown };

/** Karpenter 1.0 put the kubelet settings of converted pools into an annotation, which 1.1 and newer do not read. */
function fromAnnotation(pool: Resource): Taken | undefined {
  const metadata = mapAt(pool.root, 'metadata');
  const at = take(mapAt(metadata, 'annotations'), IN_ANNOTATION);
  if (!at) return undefined;
  dropIfEmpty(metadata, 'annotations');
  try {
    const value: unknown = JSON.parse(textOf(at) ?? '');
    return { pool, at, pair: renamed(at, 'kubelet', nodeOf(value)), value };
  } catch {
    pool.report.error(at, 'is not JSON');
    return undefined;
  }
}

function dropRuntime(kubelet: YAMLMap | undefined, { report }: Resource): void {
  const runtime = pairAt(kubelet, 'containerRuntime');
  if (!runtime) return;
  if (jsonOf(runtime) !== 'containerd') {
    report.error(runtime, `is ${String(jsonOf(runtime))}: containerd is the only container runtime`);
    return;
  }
  take(kubelet, 'containerRuntime');
  report.note('kubelet-runtime', runtime, 'containerd', null);
}

function takeKubelet(pool: Resource): Taken | undefined {
  const template = mapAt(pool.root, 'spec', 'template', 'spec');
  dropRuntime(mapAt(template, 'kubelet'), pool);
  const pair = take(template, 'kubelet');
  return pair ? { pool, at: pair, pair, value: jsonOf(pair) } : fromAnnotation(pool);
}

function classNameOf({ root }: Resource): string | undefined {
  return textOf(nodeAt(root, 'spec', 'template', 'spec', 'nodeClassRef', 'name'));
}

function setKubelet(owner: Resource, pair: Pair): void {
  const spec = mapAt(owner.root, 'spec');
  if (spec && !pairAt(spec, 'kubelet')) spec.items.push(pair);
}

/** What the class itself has: what it says, else nothing when a pool wants nothing, else what the first pool wants. */
function ownKubelet(owner: Resource, pools: readonly Resource[], taken: readonly Taken[]): unknown {
  const said = nodeAt(owner.root, 'spec', 'kubelet');
  if (said) return jsonOf(said);
  return taken.length < pools.length ? undefined : taken[0]?.value;
}

function copyFor({ pool, at, pair, value }: Taken, owner: Resource, name: string): Resource {
  const root = owner.root.clone() as YAMLMap;
  const metadata = mapAt(root, 'metadata');
  if (metadata) put(metadata, 'name', name);
  const spec = mapAt(root, 'spec');
  if (spec) {
    take(spec, 'kubelet');
    spec.items.push(pair);
  }
  pool.report.note('kubelet-split', at, value, { [`EC2NodeClass/${name}`]: value });
  return { ...owner, root, name };
}

function ofOneClass(owner: Resource, pools: readonly Resource[], taken: readonly Taken[]): Resource[] {
  const own = ownKubelet(owner, pools, taken);
  const copies: { resource: Resource; value: unknown }[] = [];
  for (const one of taken) {
    const { pool, at, pair, value } = one;
    if (own !== undefined && jsonEqual(value, own)) {
      pool.report.note('kubelet-moved', at, value, { [`EC2NodeClass/${owner.name}`]: 'spec.kubelet' });
      setKubelet(owner, pair);
      continue;
    }
    const known = copies.find((copy) => jsonEqual(copy.value, value));
    const name = known?.resource.name ?? `${owner.name}-${pool.name}`;
    if (known) pool.report.note('kubelet-split', at, value, { [`EC2NodeClass/${name}`]: value });
    else copies.push({ resource: copyFor(one, owner, name), value });
    const ref = mapAt(pool.root, 'spec', 'template', 'spec', 'nodeClassRef');
    if (ref) put(ref, 'name', name);
  }
  return copies.map(({ resource }) => resource);
}

/**
 * Moves the kubelet settings of pools to their classes. Pools that share a class and want different settings each get a copy
 * of it, named after the class and the first pool that wants them; the copies are given back, by the class they are of.
 */
export function moveKubelets(resources: readonly Resource[]): ReadonlyMap<Resource, readonly Resource[]> {
  const copies = new Map<Resource, readonly Resource[]>();
  const pools = resources.filter(({ kind }) => kind === 'NodePool');
  const taken = pools.flatMap((pool) => takeKubelet(pool) ?? []);
  for (const name of new Set(taken.map(({ pool }) => classNameOf(pool)))) {
    const ofClass = taken.filter(({ pool }) => classNameOf(pool) === name);
    const owner = resources.find((resource) => resource.kind === 'EC2NodeClass' && resource.name === name);
    if (owner && mapAt(owner.root, 'spec')) {
      copies.set(
        owner,
        ofOneClass(
          owner,
          pools.filter((pool) => classNameOf(pool) === name),
          ofClass,
        ),
      );
      continue;
    }
    for (const { pool, at } of ofClass) {
      const which = name === undefined ? 'the pool names no EC2NodeClass' : `EC2NodeClass ${name} is not in this file`;
      pool.report.error(at, `moves to the EC2NodeClass in v1, and ${which}: put both in one file`);
    }
  }
  return copies;
}
