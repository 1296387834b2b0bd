import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { kubectlLayer } from './kubectl-layer.ts';

export type RenderedObject = {
  kind: string;
  metadata: { name: string; namespace?: string; labels: Record<string, string>; annotations?: Record<string, string> };
  [field: string]: unknown;
};

/** Renders a chart (a folder or a .tgz) with the layer's helm, as release `karpenter` in kube-system; throws what helm says. */
export function helmTemplate(chart: string, values: Record<string, unknown>, ...flags: string[]): RenderedObject[] {
  const home = mkdtempSync(join(tmpdir(), 'helm-template-'));
  try {
    const file = join(home, 'values.json');
    writeFileSync(file, JSON.stringify(values));
    const args = ['template', 'karpenter', chart, '--namespace', 'kube-system', '--values', file, ...flags];
    const env = { HELM_CACHE_HOME: home, HELM_CONFIG_HOME: home, HELM_DATA_HOME: home };
    const { status, stdout, stderr } = spawnSync(kubectlLayer().helm, args, { env, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return parseAllDocuments(stdout)
      .map((document) => document.toJS() as RenderedObject | null)
      .filter((object) => object !== null);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
