'use strict';

const root = require('node:path').dirname(__dirname);

/** Which charts this package carries, for an Output of the stack: version, origin and digests. */
module.exports.stamp = async () => {
  const { packageCharts } = await import('../scripts/charts/package-charts.ts');
  const { version, origin, digests } = await packageCharts({ root, chartDir: process.env.KARPENTER_CHART_DIR });
  return JSON.stringify({ version, origin, digests });
};
