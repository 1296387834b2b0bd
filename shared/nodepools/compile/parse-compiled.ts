import type { ParsedCluster } from '../../clusters/cluster-file.ts';
import { parseClusterFile } from '../../clusters/parse.ts';
import { compileClusterValue } from './cluster.ts';

/**
 * Reads a cluster file as a run does: a file that is sound as it is, or once its pools are compiled to v1. Otherwise the faults of
 * the file as it was written, or of what cannot be compiled.
 */
export function parseCompiledClusterFile(value: unknown): ParsedCluster {
  const parsed = parseClusterFile(value);
  if (parsed.ok) return parsed;
  const compiled = compileClusterValue(value);
  if (compiled.errors.length > 0) return { ok: false, faults: compiled.errors };
  return parseClusterFile(compiled.value);
}
