import { type BenchReport, rounded } from '../report.ts';
import { carriesEc2, LOAD_BUDGET_MS, sizeFaults } from './budgets.ts';
import { loadMs } from './load.ts';
import { unpackBundles } from './unpack.ts';

/** Size and load time of each function as it is shipped. */
export function benchBundles(root: string): BenchReport {
  const measured = unpackBundles(root).map((bundle) => ({ bundle, load: loadMs(bundle) }));
  const slow = measured.filter(({ load }) => load > LOAD_BUDGET_MS);
  return {
    title: 'Functions as they are shipped',
    columns: ['function', 'zip KB', 'load ms', 'EC2 client'],
    rows: measured
      .toSorted((a, b) => b.load - a.load)
      .map(({ bundle, load }) => [
        bundle.name,
        rounded(bundle.zipBytes / 1000, 0),
        rounded(load, 0),
        carriesEc2(bundle) ? 'yes' : '',
      ]),
    notes: [
      `Not minified. Load: median of 9 fresh processes of Node ${process.versions.node}; budget ${LOAD_BUDGET_MS} ms.`,
    ],
    faults: [
      ...measured.flatMap(({ bundle }) => sizeFaults(bundle)),
      ...slow.map(({ bundle, load }) => `${bundle.name} loads in ${rounded(load, 0)} ms`),
    ],
  };
}
