'use strict';

const root = require('node:path').dirname(__dirname);

const scripts = {
  packageCharts: () => import('../scripts/charts/package-charts.ts'),
  pullCharts: () => import('../scripts/charts/pull-charts.ts'),
  kubectlLayer: () => import('../scripts/kubectl-layer.ts'),
};

async function packCharts() {
  const { packageCharts } = await scripts.packageCharts();
  return packageCharts({ root, chartDir: process.env.KARPENTER_CHART_DIR });
}

/**
 * Puts the Karpenter charts into the package: for `package` without the network, whatever is at hand; for `deploy` the
 * released ones, pulled by their pinned digest, and never our stand-ins.
 */
class KarpenterCharts {
  constructor(serverless) {
    const isDeploy = serverless.processedInput.commands[0] === 'deploy';
    this.hooks = {
      'before:package:createDeploymentArtifacts': async () => {
        if (isDeploy && !process.env.KARPENTER_CHART_DIR) await this.pull(serverless);
        const { origin } = await packCharts();
        if (isDeploy && origin === 'stand-in') {
          throw new serverless.classes.Error(
            'The stand-in charts are for offline work and are never deployed. Run `npm run charts -- pull`, or set KARPENTER_CHART_DIR.',
          );
        }
      },
    };
  }

  async pull(serverless) {
    const { pullCharts } = await scripts.pullCharts();
    const { kubectlLayer } = await scripts.kubectlLayer();
    try {
      await pullCharts({ root, helm: kubectlLayer().helm });
    } catch (error) {
      throw new serverless.classes.Error(error.message);
    }
  }
}

module.exports = KarpenterCharts;
