import { type Compilation, compileText } from '../shared/nodepools/compile/compile.ts';
import { type BenchReport, median, rounded } from './report.ts';

const POOLS = 1000;
const REPEATS = 5;
const MOST_SECONDS = 2;

function aPool(index: number): string {
  return `apiVersion: karpenter.sh/v1beta1
kind: NodePool
metadata:
  name: pool-${index}
spec:
  # what the team may use
  limits:
    cpu: 1000
  disruption:
    consolidationPolicy: WhenUnderutilized
    expireAfter: 720h # a month
  template:
    spec:
      nodeClassRef:
        name: default
      requirements:
        - key: node.kubernetes.io/instance-type
          operator: In
          values: ["t3.*", "c5.*", "m5.${index % 2 === 0 ? '*' : '*large'}"]
        - key: karpenter.sh/capacity-type
          operator: In
          values: ["spot", "on-demand"]
      taints:
        - key: team
          value: team-${index}
          effect: NoSchedule
`;
}

/** What a file of a thousand pools takes. */
export function benchNodePools(): BenchReport {
  const text = Array.from({ length: POOLS }, (_, index) => aPool(index)).join('---\n');
  const timed = (written: string): { seconds: number; compiled: Compilation } => {
    const start = performance.now();
    const compiled = compileText(written, 'pools.yaml');
    return { seconds: (performance.now() - start) / 1000, compiled };
  };
  const first = timed(text);
  const runs = Array.from({ length: REPEATS }, () => timed(text).seconds);
  const again = Array.from({ length: REPEATS }, () => timed(first.compiled.text).seconds);
  const faults = [
    ...(first.compiled.errors.length > 0 ? ['the pools do not compile'] : []),
    ...(first.seconds > MOST_SECONDS ? [`compiling ${POOLS} pools takes more than ${MOST_SECONDS} s`] : []),
  ];
  return {
    title: `Compiling ${POOLS} node pools`,
    columns: ['what', 'KiB', 'notes', 'first s', 'median s'],
    rows: [
      [
        'as written',
        rounded(text.length / 1024),
        first.compiled.notes.length,
        rounded(first.seconds, 2),
        rounded(median(runs), 2),
      ],
      ['compiled already', rounded(first.compiled.text.length / 1024), 0, '', rounded(median(again), 2)],
    ],
    notes: [`First is a process that compiles for the first time; the budget is ${MOST_SECONDS} s, linting included.`],
    faults,
  };
}
