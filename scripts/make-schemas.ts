// Writes docs/schemas/*.json from the schemas in the code: `node scripts/make-schemas.ts`.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { clusterFileSchema } from '../shared/clusters/schema.ts';

/** The JSON Schema of a cluster file: its shape. `joinery validate` checks more than a shape can say. */
export function clusterJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(clusterFileSchema, { io: 'input', target: 'draft-2020-12' });
  return {
    $schema,
    $id: 'https://joinery.dev/schemas/cluster.schema.json',
    title: 'Joinery cluster file',
    description: 'One EKS cluster with Karpenter. `joinery validate FILE` checks more than this schema can say.',
    ...schema,
  };
}

if (import.meta.main) {
  const file = fileURLToPath(new URL('../docs/schemas/cluster.schema.json', import.meta.url));
  writeFileSync(file, `${JSON.stringify(clusterJsonSchema(), null, 2)}\n`);
  const biome = fileURLToPath(new URL('../node_modules/.bin/biome', import.meta.url));
  spawnSync(biome, ['format', '--write', file], { stdio: ['ignore', 2, 2] });
}
