import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { kubectlLayer } from '../scripts/kubectl-layer.ts';
import { parseClusterFile } from '../shared/clusters/parse.ts';
import { readClusterText } from '../shared/clusters/read-text.ts';
import { readPackage } from '../simulator/package-output.ts';
import { bootstrap } from '../simulator/scenarios/bootstrap.ts';
import { type Simulated, simulate } from '../simulator/simulate.ts';

/** One bootstrap of the banking example, as fast as it goes. The caller closes the account. */
export async function bootstrapOnce(
  root: string,
  seed: number,
  output = readPackage(root),
): Promise<Simulated & { readonly clusterName: string }> {
  const file = join(root, 'examples/banking/cluster.yaml');
  const text = readClusterText(readFileSync(file, 'utf8'), file);
  const parsed = text.ok ? parseClusterFile(text.value) : text;
  if (!parsed.ok) throw new Error(`${file} has faults`);
  const { metadata, spec } = parsed.cluster;
  const simulated = await simulate({
    scenario: bootstrap,
    seed,
    clusterName: metadata.name,
    clusterFile: parsed.cluster,
    subnetIds: spec.network.subnetIds,
    region: spec.region,
    package: output,
    root,
    layerFolder: dirname(dirname(kubectlLayer().helm)),
    say: () => undefined,
  });
  if (!simulated.summary.ok) throw new Error(`the bootstrap with seed ${seed} failed: ${simulated.summary.failure}`);
  return { ...simulated, clusterName: metadata.name };
}
