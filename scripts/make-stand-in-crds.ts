// Writes the stand-in charts' CRDs from the schemas in shared/nodepools: `node scripts/make-stand-in-crds.ts`.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { customResourceDefinition } from '../shared/nodepools/custom-resource-definition.ts';
import { KARPENTER_KINDS } from '../shared/nodepools/kinds.ts';

const folder = fileURLToPath(new URL('../charts/stand-in/karpenter-crd/files/', import.meta.url));

/** The files of the stand-in CRDs, by name. */
export function standInCrdFiles(): ReadonlyMap<string, string> {
  const head =
    '# Written by scripts/make-stand-in-crds.ts from shared/nodepools/schemas. A stand-in, not the released CRD. Do not edit.\n';
  return new Map(
    KARPENTER_KINDS.map((kind) => [
      `${kind.group}_${kind.plural}.yaml`,
      head + stringify(customResourceDefinition(kind), { lineWidth: 0, aliasDuplicateObjects: false }),
    ]),
  );
}

if (import.meta.main) {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) rmSync(`${folder}${name}`);
  for (const [name, text] of standInCrdFiles()) writeFileSync(`${folder}${name}`, text);
}
