import type { ParsedCluster } from '../../shared/clusters/cluster-file.ts';
import { parseClusterFile } from '../../shared/clusters/parse.ts';

/** A sound file as it is; another once its pools are compiled, for which the compiler is loaded only then. */
export async function parseFile(file: unknown): Promise<ParsedCluster> {
  const parsed = parseClusterFile(file);
  if (parsed.ok) return parsed;
  const { parseCompiledClusterFile } = await import('../../shared/nodepools/compile/parse-compiled.ts');
  return parseCompiledClusterFile(file);
}
