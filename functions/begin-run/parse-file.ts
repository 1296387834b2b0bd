import { isAttachFile, type ParsedAttach, parseAttachFile } from '../../shared/clusters/attach-file.ts';
import type { ParsedCluster } from '../../shared/clusters/cluster-file.ts';
import { parseClusterFile } from '../../shared/clusters/parse.ts';

/** A file of mode attach, or a sound file as it is; another once its pools are compiled, for which the compiler is loaded only then. */
export async function parseFile(file: unknown): Promise<ParsedCluster | ParsedAttach> {
  if (isAttachFile(file)) return parseAttachFile(file);
  const parsed = parseClusterFile(file);
  if (parsed.ok) return parsed;
  const { parseCompiledClusterFile } = await import('../../shared/nodepools/compile/parse-compiled.ts');
  return parseCompiledClusterFile(file);
}
