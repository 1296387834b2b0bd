// Writes docs/schemas/*.json from the schemas in the code: `node scripts/make-schemas.ts`.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { clusterFileSchema } from '../shared/clusters/schema.ts';
import { fleetFileSchema } from '../shared/fleet-file/schema.ts';
import { pricesFileSchema } from '../shared/prices-file/schema.ts';

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

const WITHOUT_TIME_PATTERNS = {
  io: 'input',
  target: 'draft-2020-12',
  // The format says it; the pattern that zod adds is a screen long, for each of a dozen times.
  override: ({ jsonSchema }: { jsonSchema: { format?: string | undefined; pattern?: string | undefined } }) => {
    if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
  },
} as const;

/** The JSON Schema of a fleet file. */
export function fleetJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(fleetFileSchema, WITHOUT_TIME_PATTERNS);
  return {
    $schema,
    $id: 'https://joinery.dev/schemas/fleet.schema.json',
    title: 'Joinery fleet file',
    description: 'The fleet ledger, exported: clusters, every node instance, and what the clusters cost beside them.',
    ...schema,
  };
}

/** The JSON Schema of a prices file. */
export function pricesJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(pricesFileSchema, WITHOUT_TIME_PATTERNS);
  return {
    $schema,
    $id: 'https://joinery.dev/schemas/prices.schema.json',
    title: 'Joinery prices file',
    description: 'List prices of one currency, by Region, and the discounts on them.',
    ...schema,
  };
}

if (import.meta.main) {
  const schemas = { cluster: clusterJsonSchema(), fleet: fleetJsonSchema(), prices: pricesJsonSchema() };
  const biome = fileURLToPath(new URL('../node_modules/.bin/biome', import.meta.url));
  for (const [name, schema] of Object.entries(schemas)) {
    const file = fileURLToPath(new URL(`../docs/schemas/${name}.schema.json`, import.meta.url));
    writeFileSync(file, `${JSON.stringify(schema, null, 2)}\n`);
    spawnSync(biome, ['format', '--write', file], { stdio: ['ignore', 2, 2] });
  }
}
