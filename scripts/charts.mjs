// `npm run charts -- package | pull | record VERSION`: the Karpenter charts that a deployment carries.
import { fileURLToPath } from 'node:url';
import { ChartError, KARPENTER_VERSION } from './charts/chart-set.ts';
import { packageCharts } from './charts/package-charts.ts';
import { pullCharts, recordCharts } from './charts/pull-charts.ts';
import { kubectlLayer } from './kubectl-layer.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const [command, version, ...rest] = process.argv.slice(2);
const say = (text) => process.stdout.write(`${text}\n`);

const commands = {
  async package() {
    const { origin, version: packaged } = await packageCharts({ root, chartDir: process.env['KARPENTER_CHART_DIR'] });
    say(`Packaged the charts of Karpenter ${packaged} (${origin}) into .build/charts.`);
  },
  async pull() {
    const pulled = await pullCharts({ root, helm: kubectlLayer().helm });
    say(pulled.length > 0 ? `Pulled ${pulled.join(' and ')} ${KARPENTER_VERSION}.` : 'Both charts are there.');
  },
  async record() {
    const digests = await recordCharts({ root, helm: kubectlLayer().helm, version });
    say(`Recorded in charts/digests.json; compare with a source you trust:\n${JSON.stringify(digests, undefined, 2)}`);
  },
};

const isUsable =
  Object.hasOwn(commands, command ?? '') && (command === 'record' ? version : !version) && rest.length === 0;
if (!isUsable) {
  process.stderr.write('usage: npm run charts -- package | pull | record VERSION\n');
  process.exit(2);
}
try {
  await commands[command]();
} catch (error) {
  if (!(error instanceof ChartError)) throw error;
  process.stderr.write(`charts: ${error.message}\n`);
  process.exit(1);
}
