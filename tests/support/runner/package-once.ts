import { fileURLToPath } from 'node:url';
import { kubectlLayer } from '../../../scripts/kubectl-layer.ts';
import { ensurePackaged } from '../../../scripts/package-stack.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** Tests under these folders never read the package: running them alone need not make it. */
const NEEDS_NO_PACKAGE = /^(\.\/)?tests\/(unit|contract)\b/;

type Selection = { readonly testPathPatterns?: { readonly patterns?: readonly string[] } };

/** Jest calls it once before all suites: what they read in .serverless is always made of the present sources. */
export default async function packageOnce({ testPathPatterns }: Selection): Promise<void> {
  const patterns = testPathPatterns?.patterns ?? [];
  if (patterns.length > 0 && patterns.every((pattern) => NEEDS_NO_PACKAGE.test(pattern))) return;
  const packaged = ensurePackaged(ROOT, (line) => process.stderr.write(`${line}\n`));
  // Packaging is another process's work.
  kubectlLayer();
  await packaged;
}
