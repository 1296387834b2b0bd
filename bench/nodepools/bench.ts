import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { type Compilation, compileText } from '../../shared/nodepools/compile/compile.ts';
import { type BenchReport, median, rounded } from '../report.ts';
import { HOSTILE } from './hostile-texts.ts';

const POOLS = 1000;
const REPEATS = 5;
const MOST_SECONDS = 2;
/** For a refusal, of processor time. */
const MOST_REFUSAL_SECONDS = 0.75;
/** Within the bounds on lines and on their length: larger ones are refused before they are read. */
const HOSTILE_SIZE = 400_000;

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

function filePools(): string {
  return Array.from({ length: POOLS }, (_, index) => aPool(index)).join('---\n');
}

type OneFile = { readonly seconds: number; readonly errors: number; readonly findings: number };

/** In a process of its own. */
function oneFile(root: string, input: string): OneFile {
  const args = [join(root, 'bench/nodepools/one-file.ts')];
  return JSON.parse(execFileSync(process.execPath, args, { input, encoding: 'utf8' })) as OneFile;
}

/** What compiling and linting one file takes in processor time, and what the worst of the texts made to take long does. */
export function benchPoolFile(root: string): BenchReport {
  const sum = oneFile(root, filePools());
  const refused = Object.entries(HOSTILE)
    .map(([kind, make]) => ({ kind, text: make(HOSTILE_SIZE) }))
    .map(({ kind, text }) => ({ kind, kib: text.length / 1024, ...oneFile(root, text) }));
  const worst = refused.toSorted((a, b) => b.seconds - a.seconds).slice(0, 3);
  const accepted = refused.filter(({ errors }) => errors === 0);
  const slow = refused.filter(({ seconds }) => seconds > MOST_REFUSAL_SECONDS);
  return {
    title: 'A file of node pools, first call of a fresh process',
    columns: ['what', 'KiB', 'CPU s'],
    rows: [
      [
        `compile + lint, ${POOLS} pools, one fresh process, first call`,
        rounded(filePools().length / 1024),
        rounded(sum.seconds, 2),
      ],
      ...worst.map(({ kind, kib, seconds }) => [`refuse: ${kind}`, rounded(kib), rounded(seconds, 2)]),
    ],
    notes: [
      `The budget of the sum is ${MOST_SECONDS} s of processor time.`,
      `The slowest of ${refused.length} kinds of hostile text; the budget is ${MOST_REFUSAL_SECONDS} s each.`,
    ],
    faults: [
      ...(sum.errors > 0 || sum.findings === 0 ? ['the pools do not compile'] : []),
      ...(sum.seconds > MOST_SECONDS ? [`compiling and linting ${POOLS} pools takes more than ${MOST_SECONDS} s`] : []),
      ...accepted.map(({ kind }) => `${kind}: not refused`),
      ...slow.map(({ kind, seconds }) => `${kind}: refused after ${rounded(seconds, 2)} s`),
    ],
  };
}

/** What a file of a thousand pools takes. */
export function benchNodePools(): BenchReport {
  const text = filePools();
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
    notes: [`First is a process that compiles for the first time; the budget is ${MOST_SECONDS} s.`],
    faults,
  };
}
