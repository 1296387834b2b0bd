import { type PackageOutput, readPackage } from '../../simulator/package-output.ts';
import { bootstrapOnce } from '../one-bootstrap.ts';
import { type BenchReport, median, rounded } from '../report.ts';
import { imposedWaits } from './imposed-waits.ts';
import { longestChain } from './longest-chain.ts';
import { type RunCost, stepCosts } from './step-costs.ts';

const SEEDS = 20;
const RATIO_BUDGET = 1.05;

/** How much longer a bootstrap takes than the longest chain of waits that AWS imposes, and where the rest goes. */
export async function benchCriticalPath(root: string): Promise<BenchReport[]> {
  const output = readPackage(root);
  const runs: RunCost[] = [];
  for (let seed = 1; seed <= SEEDS; seed += 1) runs.push(await measure(root, seed, output));
  const measured = runs.map(({ summary, chain }) => {
    const chainSeconds = chain.reduce((sum, { seconds }) => sum + seconds, 0);
    return {
      seed: summary.seed,
      run: summary.simulatedSeconds,
      chainSeconds,
      ratio: summary.simulatedSeconds / chainSeconds,
    };
  });
  const ratio = median(measured.map((one) => one.ratio));
  const [first] = runs;
  return [
    {
      title: `The longest chain of waits that AWS imposes on a bootstrap, seed ${first?.summary.seed}`,
      columns: ['wait', 'seconds', 'from the start'],
      rows: (first?.chain ?? []).map(({ name, seconds }, index, chain) => [
        name,
        rounded(seconds),
        rounded(chain.slice(0, index + 1).reduce((sum, wait) => sum + wait.seconds, 0)),
      ]),
      notes: [],
      faults: [],
    },
    {
      title: 'Bootstrap against its chain',
      columns: ['seed', 'run s', 'chain s', 'ratio'],
      rows: measured.map((one) => [one.seed, one.run, rounded(one.chainSeconds, 0), rounded(one.ratio, 3)]),
      notes: [`Median ratio ${rounded(ratio, 3)}; budget ${RATIO_BUDGET}.`],
      faults: ratio > RATIO_BUDGET ? [`the median bootstrap takes ${rounded(ratio, 3)} times its chain`] : [],
    },
    {
      title: 'Where the time beyond the chain goes, medians in seconds',
      columns: ['step', 'takes', 'of it imposed', 'beyond'],
      rows: stepCosts(runs)
        .filter(({ took }) => took > 0.5)
        .map(({ step, took, imposed, beyond }) => [step, rounded(took), rounded(imposed), rounded(beyond)]),
      notes: ['Only steps that made the run as long as it was; what ran beside a longer one is not here.'],
      faults: [],
    },
  ];
}

async function measure(root: string, seed: number, output: PackageOutput): Promise<RunCost> {
  const { summary, account, clusterName } = await bootstrapOnce(root, seed, output);
  try {
    const waits = imposedWaits(account, summary, clusterName);
    return { summary, chain: longestChain(waits).waits };
  } finally {
    await account.close();
  }
}
