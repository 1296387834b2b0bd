import { type BenchReport, rounded } from '../report.ts';
import { carriesEc2, loadBudgetMs, sizeFaults } from './budgets.ts';
import { measureLoads } from './load.ts';
import { minifiedBytes, staticGraph } from './static-graph.ts';
import { unpackBundles } from './unpack.ts';

/** Size and load time of each function as it is shipped. */
export function benchBundles(root: string): BenchReport {
  const bundles = unpackBundles(root);
  const measured = measureLoads(bundles).flatMap((load, index) => {
    const bundle = bundles[index];
    return bundle ? [{ bundle, ...load }] : [];
  });
  const slow = measured.filter(({ bundle, fastestMs }) => fastestMs > loadBudgetMs(bundle));
  return {
    title: 'Functions as they are shipped',
    columns: ['function', 'zip KB', 'minified KB', 'load ms', 'fastest ms', 'EC2 client'],
    rows: measured
      .toSorted((a, b) => b.medianMs - a.medianMs)
      .map(({ bundle, medianMs, fastestMs }) => [
        bundle.name,
        rounded(bundle.zipBytes / 1000, 0),
        rounded(minifiedBytes(staticGraph(bundle)) / 1000, 0),
        rounded(medianMs, 0),
        rounded(fastestMs, 0),
        carriesEc2(bundle) ? 'yes' : '',
      ]),
    notes: [
      `Shipped unminified. Minified: what is loaded with the handler, without what is loaded later. Load: median of 15 fresh processes`,
      `of Node ${process.versions.node}; budget of the fastest: 250 ms, and 60 ms for the router.`,
    ],
    faults: [
      ...measured.flatMap(({ bundle }) => sizeFaults(bundle)),
      ...slow.map(({ bundle, fastestMs }) => `${bundle.name} loads in ${rounded(fastestMs, 0)} ms at best`),
    ],
  };
}
