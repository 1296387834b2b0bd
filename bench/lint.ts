import { lintReport } from '../shared/nodepools/lint/lint.ts';
import { type BenchReport, rounded } from './report.ts';

const POOLS = 1000;
const BUDGET_MS = 1000;
const AWS = 'karpenter.k8s.aws/instance-';

/** What linting costs: one pool with the reading of the snapshot, and a file of many that all overlap. */
export function benchLint(): BenchReport {
  const rows = [1, POOLS].map((count) => {
    const pools = Array.from({ length: count }, (_, index) => poolOf(index));
    const startedAt = process.cpuUsage();
    const { findings } = lintReport(pools, { region: 'eu-west-1' });
    const { user, system } = process.cpuUsage(startedAt);
    return { count, ms: (user + system) / 1000, findings: findings.length };
  });
  return {
    title: 'joinery nodepools lint',
    columns: ['pools', 'CPU ms', 'findings'],
    rows: rows.map(({ count, ms, findings }) => [count, rounded(ms, 0), findings]),
    notes: [`Budget ${BUDGET_MS} ms of CPU: a busy machine changes nothing.`],
    faults: rows
      .filter(({ ms }) => ms > BUDGET_MS)
      .map(({ count, ms }) => `${count} pools took ${rounded(ms, 0)} ms of CPU`),
  };
}

function poolOf(index: number): Record<string, unknown> {
  const requirements = [
    { key: `${AWS}category`, operator: 'In', values: ['c', 'm', 'r'] },
    { key: `${AWS}generation`, operator: 'Gt', values: [String(index % 6)] },
    { key: `${AWS}cpu`, operator: 'Lte', values: [String(64 + (index % 50))] },
    { key: 'kubernetes.io/arch', operator: 'In', values: ['amd64'] },
    { key: 'karpenter.sh/capacity-type', operator: 'In', values: ['spot', 'on-demand'] },
  ];
  const nodeClassRef = { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'default' };
  return {
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodePool',
    metadata: { name: `pool-${index}` },
    spec: {
      limits: { cpu: String(100 + index), memory: '4000Gi' },
      disruption: { consolidationPolicy: 'WhenEmptyOrUnderutilized', consolidateAfter: '1m' },
      template: { spec: { nodeClassRef, requirements, expireAfter: '720h' } },
    },
  };
}
