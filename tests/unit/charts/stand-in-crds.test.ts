import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { standInCrdFiles } from '../../../scripts/make-stand-in-crds.ts';
import { ruleCompilationError } from '../../../shared/kube/schema/evaluate-rules.ts';
import type { JsonSchema } from '../../../shared/kube/schema/types.ts';
import { KARPENTER_KINDS } from '../../../shared/nodepools/kinds.ts';

const folder = new URL('../../../charts/stand-in/karpenter-crd/files/', import.meta.url);

function schemasWithin(schema: JsonSchema): JsonSchema[] {
  const others = typeof schema.additionalProperties === 'object' ? [schema.additionalProperties] : [];
  const members = [...Object.values(schema.properties ?? {}), ...(schema.items ? [schema.items] : []), ...others];
  return [schema, ...members.flatMap(schemasWithin)];
}

describe('the stand-in CRDs', () => {
  it('are what the schemas say; otherwise run `node scripts/make-stand-in-crds.ts`', () => {
    const wanted = standInCrdFiles();

    const found = new Map(readdirSync(folder).map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]));

    expect([...found.keys()].sort()).toEqual([...wanted.keys()].sort());
    for (const [name, text] of wanted) expect(found.get(name) === text ? name : `${name} is stale`).toBe(name);
  });

  it('have only rules that compile', () => {
    const rules = KARPENTER_KINDS.flatMap(({ schema }) => schemasWithin(schema)).flatMap(
      (schema) => schema['x-kubernetes-validations'] ?? [],
    );

    const errors = rules.map(ruleCompilationError).filter((error) => error !== undefined);

    expect(rules.length).toBeGreaterThan(80);
    expect(errors).toEqual([]);
  });
});
