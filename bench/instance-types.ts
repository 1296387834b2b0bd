import { instanceTypes } from '../shared/instance-types/catalogue.ts';
import type { RequirementExpression } from '../shared/instance-types/requirement.ts';
import { selectTypes } from '../shared/instance-types/select.ts';
import { worstCaseDollarsPerHour } from '../shared/instance-types/worst-case.ts';
import { type BenchReport, rounded } from './report.ts';

const POOLS = 1000;
const LOAD_BUDGET_MS = 20;
const POOLS_BUDGET_MS = 1000;
const AWS = 'karpenter.k8s.aws/instance-';

/** What knowing the instance types costs: reading the snapshot for the first time, and the selections of many pools. */
export function benchInstanceTypes(): BenchReport {
  const loadMs = millisecondsOf(instanceTypes);
  const pools = Array.from({ length: POOLS }, (_, index) => poolOf(index));
  const selectMs = millisecondsOf(() => pools.map((pool) => selectTypes(pool, { region: 'us-east-1' })));
  const costMs = millisecondsOf(() =>
    pools.map((pool, index) => worstCaseDollarsPerHour(pool, { cpu: 100 + index, memory: '4000Gi' }, 'us-east-1')),
  );
  const budgets: [what: string, ms: number, budget: number][] = [
    [`read ${instanceTypes().length} types`, loadMs, LOAD_BUDGET_MS],
    [`select for ${POOLS} pools`, selectMs, POOLS_BUDGET_MS],
    [`worst case of ${POOLS} pools`, costMs, POOLS_BUDGET_MS],
  ];
  return {
    title: 'Instance types',
    columns: ['what', 'ms', 'budget ms'],
    rows: budgets.map(([what, ms, budget]) => [what, rounded(ms), budget]),
    notes: [],
    faults: budgets.filter(([, ms, budget]) => ms > budget).map(([what, ms]) => `${what} took ${rounded(ms)} ms`),
  };
}

function poolOf(index: number): RequirementExpression[] {
  return [
    { key: `${AWS}category`, operator: 'In', values: ['c', 'm', 'r'] },
    { key: `${AWS}generation`, operator: 'Gt', values: [String(index % 6)] },
    { key: `${AWS}cpu`, operator: 'Lte', values: [String(2 ** (index % 8))] },
    { key: 'node.kubernetes.io/instance-type', operator: 'NotIn', values: [`m${index % 9}.large`] },
    { key: 'kubernetes.io/arch', operator: 'In', values: ['amd64'] },
  ];
}

function millisecondsOf(run: () => unknown): number {
  const startedAt = performance.now();
  run();
  return performance.now() - startedAt;
}
