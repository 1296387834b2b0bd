import { pathText } from '../clusters/fault.ts';
import {
  intersection,
  type RequirementExpression,
  requirementsByKey,
  type ValueSet,
  valueSetOf,
} from '../instance-types/requirement.ts';
import type { Addition, Plan } from './addition.ts';
import type { NodeChoice } from './node-choice.ts';
import type { Wish } from './pool.ts';

const NODE_POOL = 'karpenter.sh/nodepool';
const CAPACITY_TYPE = 'karpenter.sh/capacity-type';
const SPOT: RequirementExpression = { key: CAPACITY_TYPE, operator: 'In', values: ['spot'] };
const NO_SPOT: RequirementExpression = { key: CAPACITY_TYPE, operator: 'NotIn', values: ['spot'] };
/** As in the documents: it must stand back behind what a team prefers more. */
const SPOT_WEIGHT = 50;

type Contrary = { readonly path: string; readonly message: string };

/** The node affinity that brings the pods to the pool and to spot as wished; what the pods say themselves is never changed. */
export function planAffinity(choice: NodeChoice, wish: Wish): Plan {
  const { pool } = wish;
  const onPool: RequirementExpression = { key: NODE_POOL, operator: 'In', values: [pool.name] };
  const spot = spotOf(choice, wish);
  const hard = [onPool, ...(spot === 'required' ? [SPOT] : spot === 'never' ? [NO_SPOT] : [])];
  const soft = spot === 'preferred' ? SPOT : undefined;
  const faults = [
    ...impossible(wish),
    ...hard.flatMap((wanted) => [...againstHard(choice, wanted), ...against(choice.preferred.terms, wanted)]),
    ...(soft ? [...againstHard(choice, soft), ...against(choice.preferred.terms, soft)] : []),
    ...emptyTerms(choice),
  ];
  return {
    additions: faults.length > 0 ? [] : [...required(choice, hard), ...preferred(choice, soft)],
    faults,
    warnings: [],
  };
}

function spotOf(choice: NodeChoice, { pool, spot }: Wish): Wish['spot'] {
  const hasSpot = pool.capacityTypes.includes('spot');
  if (spot === 'never' && !hasSpot) return undefined;
  if (spot !== undefined) return spot;
  const isSaid = [
    choice.selector,
    ...[...choice.required.terms, ...choice.preferred.terms].map((term) => term.expressions),
  ].some((expressions) => expressions.some(({ key }) => key === CAPACITY_TYPE));
  return hasSpot && !isSaid ? 'preferred' : undefined;
}

/** What the pool cannot give, whatever the workload says. */
function impossible({ pool, spot, critical = false }: Wish): Contrary[] {
  const has = pool.capacityTypes.join(' and ');
  const isSpotOnly = pool.capacityTypes.every((type) => type === 'spot');
  const faults: Contrary[] = [];
  if ((spot === 'required' || spot === 'preferred') && !pool.capacityTypes.includes('spot')) {
    faults.push({ path: '', message: `spot is ${spot}, but NodePool ${pool.name} has ${has} only` });
  }
  if (spot === 'never' && isSpotOnly) {
    faults.push({ path: '', message: `spot is never wanted, but NodePool ${pool.name} has ${has} only` });
  }
  if (critical && (isSpotOnly || spot === 'required')) {
    faults.push({ path: '', message: `the service is critical, and on NodePool ${pool.name} it would have spot only` });
  }
  return faults;
}

/** A nodeSelector that excludes it, or a required affinity of which each alternative does. */
function againstHard({ selector, required: { terms } }: NodeChoice, wanted: RequirementExpression): Contrary[] {
  const own = contrary(selector, wanted);
  if (own) return [own];
  const each = terms.map((term) => contrary(term.expressions, wanted));
  const [first] = each;
  return first && each.every((fault) => fault !== undefined) ? [first] : [];
}

function against(terms: NodeChoice['preferred']['terms'], wanted: RequirementExpression): Contrary[] {
  return terms.flatMap((term) => contrary(term.expressions, wanted) ?? []);
}

function contrary(expressions: NodeChoice['selector'], wanted: RequirementExpression): Contrary | undefined {
  const found = expressions.find(({ key }) => key === wanted.key);
  const set = requirementsByKey(expressions).get(wanted.key)?.set;
  if (!found || !set) return undefined;
  const common = intersection(set, valueSetOf(wanted));
  if (common.isComplement || common.values.size > 0) return undefined;
  const words = (expression: RequirementExpression) =>
    `${expression.operator} [${(expression.values ?? []).join(', ')}]`;
  return {
    path: pathText(found.path),
    message: `says ${wanted.key} ${words(found)}, contrary to ${words(wanted)}; take it out, or place the workload elsewhere`,
  };
}

function emptyTerms({ required: { terms } }: NodeChoice): Contrary[] {
  const empty = terms.find((term) => term.isEmpty);
  return empty
    ? [{ path: pathText(empty.path.slice(0, -1)), message: 'is an empty term, which no node meets; take it out' }]
    : [];
}

function isWithin(set: ValueSet, wanted: ValueSet): boolean {
  if (!set.isComplement) return [...set.values].every((value) => wanted.values.has(value) !== wanted.isComplement);
  return wanted.isComplement && [...wanted.values].every((value) => set.values.has(value));
}

function meets(expressions: NodeChoice['selector'], wanted: RequirementExpression): boolean {
  const set = requirementsByKey(expressions).get(wanted.key)?.set;
  return set !== undefined && isWithin(set, valueSetOf(wanted));
}

function required(
  { selector, required: { path, terms } }: NodeChoice,
  hard: readonly RequirementExpression[],
): Addition[] {
  const wanted = hard.filter((expression) => !meets(selector, expression));
  if (wanted.length === 0) return [];
  if (terms.length === 0) return [{ path, items: [{ matchExpressions: wanted }] }];
  return terms.flatMap((term) => {
    const items = wanted.filter((expression) => !meets(term.expressions, expression));
    return items.length > 0 ? [{ path: term.path, items }] : [];
  });
}

function preferred(
  { selector, required: hard, preferred: { path, terms } }: NodeChoice,
  soft: RequirementExpression | undefined,
): Addition[] {
  if (!soft || meets(selector, soft) || terms.some((term) => meets(term.expressions, soft))) return [];
  if (hard.terms.length > 0 && hard.terms.every((term) => meets(term.expressions, soft))) return [];
  return [{ path, items: [{ weight: SPOT_WEIGHT, preference: { matchExpressions: [soft] } }] }];
}
