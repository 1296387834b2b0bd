import { type Fault, pathText } from '../clusters/fault.ts';
import { contradictionsIn, explainEmpty } from '../instance-types/explain.ts';
import { LABEL } from '../instance-types/labels.ts';
import { allowsAbsence, normalKey, valueSetOf } from '../instance-types/requirement.ts';
import { candidatesOf, selectTypes } from '../instance-types/select.ts';
import { isMap, type Plan } from './addition.ts';
import type { NodeChoice } from './node-choice.ts';
import type { PlacementPool } from './pool.ts';
import { valueAtPath, type Workload } from './workload.ts';

/** Labels that every node has, or that Karpenter gives it, beside those of its type. */
const OF_EVERY_NODE: readonly string[] = [
  ...Object.values(LABEL),
  'kubernetes.io/hostname',
  'karpenter.sh/nodepool',
  'karpenter.k8s.aws/ec2nodeclass',
];
const GPU = 'nvidia.com/gpu';
const ARCHITECTURES = { amd64: /amd64|x86[-_]64/i, arm64: /arm64|aarch64/i } as const;

/** Whether the nodes of the pool are what the pods ask for elsewhere: labels, GPUs, the architecture of their images. */
export function planFit(workload: Workload, choice: NodeChoice, pool: PlacementPool): Plan {
  return {
    additions: [],
    faults: [...labelFaults(choice, pool), ...gpuFaults(workload, pool)],
    warnings: [...architectureWarnings(workload, pool), ...idleGpuWarnings(workload, pool)],
  };
}

/** Of the required affinity one alternative is enough. */
function labelFaults({ selector, required: { terms } }: NodeChoice, pool: PlacementPool): Fault[] {
  const own = unfit(selector, pool);
  if (own || terms.length === 0) return own ? [own] : [];
  const each = terms.map((term) => unfit([...selector, ...term.expressions], pool));
  const [first] = each;
  return first && each.every((fault) => fault !== undefined) ? [first] : [];
}

function unfit(expressions: NodeChoice['selector'], pool: PlacementPool): Fault | undefined {
  const ofPool = pool.requirements.map(({ key }) => normalKey(key));
  const unknown = expressions.find((expression) => {
    const key = normalKey(expression.key);
    return !ofPool.includes(key) && !OF_EVERY_NODE.includes(key) && !allowsAbsence(valueSetOf(expression));
  });
  if (unknown) {
    const message = `asks for the label ${unknown.key}, which no node of NodePool ${pool.name} has`;
    return { path: pathText(unknown.path), message };
  }
  const all = [...pool.requirements, ...expressions];
  const contradiction = contradictionsIn(all)[0] ?? { key: undefined };
  const contrary = expressions.find(({ key }) => normalKey(key) === contradiction.key);
  if (contrary) {
    const message = `asks for ${contrary.key} ${contrary.values?.join(' or ') ?? ''}, which NodePool ${pool.name} does not give`;
    return { path: pathText(contrary.path), message };
  }
  const [first] = expressions;
  if (!first || explainEmpty(pool.requirements)) return undefined;
  const empty = explainEmpty(all);
  return empty && { path: pathText(first.path), message: `leaves nothing of NodePool ${pool.name}: ${empty.message}` };
}

type Container = { readonly path: readonly (string | number)[]; readonly value: Readonly<Record<string, unknown>> };

function containersOf({ podSpec, podSpecPath }: Workload): Container[] {
  return ['initContainers', 'containers'].flatMap((key) => {
    const list = podSpec[key];
    if (!Array.isArray(list)) return [];
    return list.flatMap((value: unknown, index) =>
      isMap(value) ? [{ path: [...podSpecPath, key, index], value }] : [],
    );
  });
}

function asksForGpu({ value }: Container): boolean {
  return ['limits', 'requests'].some((kind) => valueAtPath(value, ['resources', kind, GPU]) !== undefined);
}

function gpuFaults(workload: Workload, pool: PlacementPool): Fault[] {
  const asking = containersOf(workload).find(asksForGpu);
  if (!asking) return [];
  const candidates = candidatesOf(selectTypes(pool.requirements));
  if (candidates.some(({ gpu }) => gpu?.manufacturer === 'NVIDIA')) return [];
  const message = `asks for ${GPU}, and no instance type of NodePool ${pool.name} has an NVIDIA GPU`;
  return [{ path: pathText([...asking.path, 'resources']), message }];
}

function idleGpuWarnings(workload: Workload, pool: PlacementPool): Fault[] {
  const containers = containersOf(workload);
  if (workload.isEverywhere || containers.length === 0 || containers.some(asksForGpu)) return [];
  const candidates = candidatesOf(selectTypes(pool.requirements));
  if (candidates.length === 0 || !candidates.every(({ gpu }) => gpu !== undefined)) return [];
  const message = `no container asks for ${GPU}: every node of NodePool ${pool.name} has GPUs, which would idle`;
  return [{ path: pathText([...workload.podSpecPath, 'containers']), message }];
}

/** An image that says by its name which architecture it is for. */
function architectureWarnings(workload: Workload, pool: PlacementPool): Fault[] {
  const given = new Set(candidatesOf(selectTypes(pool.requirements)).map(({ arch }) => arch));
  return containersOf(workload).flatMap(({ path, value }) => {
    const image = String(value['image'] ?? '');
    const named = (['amd64', 'arm64'] as const).filter((arch) => ARCHITECTURES[arch].test(image));
    const [only, ...others] = named;
    if (only === undefined || others.length > 0 || given.has(only) || given.size === 0) return [];
    const has = [...given].join(' and ');
    const message = `${image} looks like an image for ${only}, and NodePool ${pool.name} has ${has} nodes only: it would not start`;
    return [{ path: pathText([...path, 'image']), message }];
  });
}
