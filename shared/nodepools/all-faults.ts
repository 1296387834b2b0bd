import type { Fault } from '../kube/schema/types.ts';
import { runtimeFaults } from './runtime-faults.ts';
import { validateManifest } from './validate-manifest.ts';

const judged = new WeakMap<object, readonly Fault[]>();

/**
 * What the API server refuses in a manifest, or else what Karpenter does. A manifest is judged once, since the compiler and the linter
 * both ask: it must not be changed afterwards.
 */
export function allFaults(manifest: object): readonly Fault[] {
  const known = judged.get(manifest);
  if (known) return known;
  const refused = validateManifest(manifest);
  const faults = refused.length > 0 ? refused : runtimeFaults(manifest);
  judged.set(manifest, faults);
  return faults;
}
