import { type BenchReport, rounded } from '../report.ts';
import { carriesEc2, LOAD_BUDGET_MS, sizeFaults } from './budgets.ts';
import { measureLoads } from './load.ts';
import { unpackBundles } from './unpack.ts';

/** Size and load time of each function as it is shipped. */
export function benchBundles(root: string): BenchReport {
  const bundles = unpackBundles(root);
  const measured = measureLoads(bundles).flatMap((load, index) => {
    const bundle = bundles[index];
    return bundle ? [{ bundle, ...load }] : [];
  });
  const slow = measured.filter(({ medianMs }) => medianMs > LOAD_BUDGET_MS);
  return {
    title: 'Functions as they are shipped',
    columns: ['function', 'zip KB', 'load ms', 'fastest ms', 'EC2 client'],
    rows: measured
      .toSorted((a, b) => b.medianMs - a.medianMs)
      .map(({ bundle, medianMs, fastestMs }) => [
        bundle.name,
        rounded(bundle.zipBytes / 1000, 0),
        rounded(medianMs, 0),
        rounded(fastestMs, 0),
        carriesEc2(bundle) ? 'yes' : '',
      ]),
    notes: [
      `Not minified. Load: median of 9 fresh processes of Node ${process.versions.node}; budget ${LOAD_BUDGET_MS} ms.`,
    ],
    faults: [
      ...measured.flatMap(({ bundle }) => sizeFaults(bundle)),
      ...slow.map(({ bundle, medianMs }) => `${bundle.name} loads in ${rounded(medianMs, 0)} ms`),
    ],
  };
}
