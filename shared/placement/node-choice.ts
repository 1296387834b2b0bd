import { pathText } from '../clusters/fault.ts';
import { type RequirementExpression, valueSetOf } from '../instance-types/requirement.ts';
import { isMap, type Path } from './addition.ts';
import { valueAtPath, type Workload } from './workload.ts';

const AFFINITY = ['affinity', 'nodeAffinity'];
const REQUIRED = [...AFFINITY, 'requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms'];
const PREFERRED = [...AFFINITY, 'preferredDuringSchedulingIgnoredDuringExecution'];
const OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'];

/** One expression about labels, and where it is written. */
type Written = RequirementExpression & { readonly path: Path };

/** One alternative of the required affinity, or one preference. */
type Term = { readonly path: Path; readonly expressions: readonly Written[]; readonly isEmpty: boolean };

/** What a pod says of the nodes that it runs on. */
export type NodeChoice = {
  readonly selector: readonly Written[];
  /** It runs where one of them holds; none means anywhere. */
  readonly required: { readonly path: Path; readonly terms: readonly Term[] };
  readonly preferred: { readonly path: Path; readonly terms: readonly Term[] };
};

type Read = { readonly choice: NodeChoice } | { readonly fault: { readonly path: string; readonly message: string } };

class Malformed extends Error {
  readonly path: Path;

  constructor(path: Path, message: string) {
    super(message);
    this.path = path;
  }
}

/** Reads nodeSelector and node affinity, or says what of them Kubernetes would not take. */
export function readNodeChoice({ podSpec, podSpecPath }: Workload): Read {
  const termsAt = (path: readonly string[], expressionsAt: readonly string[]) => {
    const list = valueAtPath(podSpec, path) ?? [];
    const full = [...podSpecPath, ...path];
    if (!Array.isArray(list)) throw new Malformed(full, 'must be a list');
    return { path: full, terms: list.map((item: unknown, index) => termOf(item, [...full, index], expressionsAt)) };
  };
  try {
    for (const path of [['affinity'], AFFINITY]) mapAt(podSpec, podSpecPath, path);
    return {
      choice: {
        selector: selectorOf(mapAt(podSpec, podSpecPath, ['nodeSelector']), [...podSpecPath, 'nodeSelector']),
        required: termsAt(REQUIRED, ['matchExpressions']),
        preferred: termsAt(PREFERRED, ['preference', 'matchExpressions']),
      },
    };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { fault: { path: pathText(error.path), message: error.message } };
  }
}

function mapAt(podSpec: unknown, podSpecPath: Path, path: readonly string[]): Readonly<Record<string, unknown>> {
  const value = valueAtPath(podSpec, path) ?? {};
  if (!isMap(value)) throw new Malformed([...podSpecPath, ...path], 'must be a map');
  return value;
}

function selectorOf(selector: Readonly<Record<string, unknown>>, path: Path): Written[] {
  return Object.entries(selector).map(([key, value]) => {
    if (typeof value !== 'string') throw new Malformed([...path, key], 'must be a string: put it in quotes');
    return { key, operator: 'In', values: [value], path: [...path, key] };
  });
}

function termOf(item: unknown, path: Path, expressionsAt: readonly string[]): Term {
  if (!isMap(item)) throw new Malformed(path, 'must be a map');
  const list = valueAtPath(item, expressionsAt) ?? [];
  const full = [...path, ...expressionsAt];
  if (!Array.isArray(list)) throw new Malformed(full, 'must be a list');
  const expressions = list.map((expression: unknown, index) => expressionOf(expression, [...full, index]));
  const fields = valueAtPath(item, [...expressionsAt.slice(0, -1), 'matchFields']);
  return { path: full, expressions, isEmpty: expressions.length === 0 && fields === undefined };
}

function expressionOf(value: unknown, path: Path): Written {
  const { key, operator, values = [] } = isMap(value) ? value : {};
  const isSound =
    typeof key === 'string' &&
    typeof operator === 'string' &&
    OPERATORS.includes(operator) &&
    Array.isArray(values) &&
    values.every((text) => typeof text === 'string');
  if (!isSound)
    throw new Malformed(path, `must have a key, one of ${OPERATORS.join(', ')}, and values that are strings`);
  const expression = { key, operator, values: values as string[] };
  try {
    valueSetOf(expression);
  } catch (error) {
    throw new Malformed(path, error instanceof Error ? error.message : String(error));
  }
  return { ...expression, path };
}
