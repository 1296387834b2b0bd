// Writes docs/schemas/*.json from the schemas in the code: `node scripts/make-schemas.ts`.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { attachFileSchema } from '../shared/clusters/attach-file.ts';
import { clusterFileSchema } from '../shared/clusters/schema.ts';
import { reportSchema } from '../shared/cost/report-schema.ts';
import { fleetFileSchema } from '../shared/fleet-file/schema.ts';
import { podsFileSchema } from '../shared/pods-file/schema.ts';
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

/** The JSON Schema of a cluster file of mode attach. */
export function attachJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(attachFileSchema, { io: 'input', target: 'draft-2020-12' });
  return {
    $schema,
    $id: 'https://joinery.dev/schemas/attach.schema.json',
    title: 'Joinery cluster file, mode attach',
    description: "One EKS cluster whose Karpenter is somebody else's, for attach-cluster and detach-cluster.",
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

/** The JSON Schema of a pods file. */
export function podsJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(podsFileSchema, { io: 'input', target: 'draft-2020-12' });
  return {
    $schema,
    $id: 'https://joinery.dev/schemas/pods.schema.json',
    title: 'Joinery pods file',
    description: 'Pods, node groups and NodePools: what `joinery pack` compares.',
    ...schema,
  };
}

/** The JSON Schema of report.json. Strict: keys that it does not name are faults, as in our own tests; readers take them. */
export function reportJsonSchema({ isStrict = false } = {}): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(reportSchema, {
    target: 'draft-2020-12',
    override: ({ jsonSchema }) => {
      if (jsonSchema.format === 'date-time' || jsonSchema.format === 'date') delete jsonSchema.pattern;
      if (!isStrict) delete jsonSchema.additionalProperties;
    },
  });
  return {
    $schema,
    $id: 'https://joinery.dev/schemas/report.schema.json',
    title: 'Joinery cost report',
    description:
      'What `joinery cost-report --json` answers. Fields may be added, never renamed. Money and hours are decimal strings.',
    ...schema,
  };
}

/** Every published schema, by the name of its file. */
export const SCHEMAS: Readonly<Record<string, () => Record<string, unknown>>> = {
  cluster: clusterJsonSchema,
  attach: attachJsonSchema,
  fleet: fleetJsonSchema,
  pods: podsJsonSchema,
  prices: pricesJsonSchema,
  report: reportJsonSchema,
};

if (import.meta.main) {
  const biome = fileURLToPath(new URL('../node_modules/.bin/biome', import.meta.url));
  for (const [name, schemaOf] of Object.entries(SCHEMAS)) {
    const file = fileURLToPath(new URL(`../docs/schemas/${name}.schema.json`, import.meta.url));
    writeFileSync(file, `${JSON.stringify(schemaOf(), null, 2)}\n`);
    spawnSync(biome, ['format', '--write', file], { stdio: ['ignore', 2, 2] });
  }
}
